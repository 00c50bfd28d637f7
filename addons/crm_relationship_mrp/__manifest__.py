{
    "name": "Customer Relationship: Manufacturing",
    "summary": "Order traces and promises through production, over all levels",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM Suite contributors",
    "depends": ["crm_relationship", "sale_mrp", "purchase_mrp"],
    "auto_install": True,
}
