{
    "name": "Customer Credit",
    "summary": "Credit files, exposure and holds for customers who buy on credit",
    "version": "19.0.1.0.0",
    "category": "Accounting/Credit",
    "license": "LGPL-3",
    "author": "CRM Suite contributors",
    "depends": ["crm_relationship", "account"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/crm_credit_account_views.xml",
        "views/menus.xml",
    ],
    "application": True,
}
