{
    "name": "Customer Relationship",
    "summary": "Relationship tiers, relations and order visibility for B2B sellers",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM Suite contributors",
    "depends": [
        "sale_crm",
        "sale_stock",
        "sale_purchase_stock",
        "calendar",
        "portal",
        "rating",
    ],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/menus.xml",
    ],
    "application": True,
}
