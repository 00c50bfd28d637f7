{
    "name": "Customer Relationship: Carriers",
    "summary": "Tracking references of shipments in the portal's order tracking",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM Suite contributors",
    "depends": ["crm_relationship", "stock_delivery"],
    "auto_install": True,
}
