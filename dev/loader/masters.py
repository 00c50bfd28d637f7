"""Customers and products, through the ORM: they are few."""

BATCH = 2_000
# The file's own names where they differ from Odoo's. "Channel Islands" are two
# countries, "European Community" and "Unspecified" none: those customers get none.
COUNTRIES = {"EIRE": "Ireland", "RSA": "South Africa", "USA": "United States"}


def ensure_customers(env, company, dataset, report):
    """Partner id by reference of the file."""
    partners = env["res.partner"].with_context(active_test=False)
    found = _known(partners, company, "ref")
    missing = sorted(set(dataset.countries) - set(found))
    term = env.ref("account.account_payment_term_30days").id
    countries = _countries(env, set(dataset.countries.values()), report)
    for start in range(0, len(missing), BATCH):
        refs = missing[start : start + BATCH]
        made = partners.create(
            [
                {
                    "name": f"Customer {ref}",
                    "ref": ref,
                    "is_company": True,
                    "company_id": company.id,
                    "country_id": countries.get(dataset.countries[ref]),
                    "customer_rank": 1,
                    "property_payment_term_id": term,
                }
                for ref in refs
            ]
        )
        found.update(zip(refs, made.ids, strict=True))
        report(f"customers: {start + len(refs):,} of {len(missing):,} new")
    return found


def _countries(env, names, report):
    """Country id by the file's name of it; those that no country has are reported."""
    every = env["res.country"].with_context(lang="en_US").search([])
    ids = {country.name: country.id for country in every}
    found = {name: ids.get(COUNTRIES.get(name, name)) for name in names}
    unknown = sorted(name for name in names if name and not found[name])
    if unknown:
        report(f"no country for customers of: {', '.join(unknown)}")
    return found


def ensure_products(env, company, dataset, report):
    """Product id by stock code."""
    products = env["product.product"].with_context(active_test=False)
    found = _known(products, company, "default_code")
    missing = sorted(set(dataset.names) - set(found))
    prices = dataset.list_prices()
    for start in range(0, len(missing), BATCH):
        codes = missing[start : start + BATCH]
        made = products.create(
            [_product(company, dataset, code, prices[code]) for code in codes]
        )
        found.update(zip(codes, made.ids, strict=True))
        report(f"products: {start + len(codes):,} of {len(missing):,} new")
    return found


def _product(company, dataset, code, price):
    """No cost: the file has none, and none is made up."""
    return {
        "name": dataset.names[code],
        "default_code": code,
        "company_id": company.id,
        "type": "service" if code in dataset.source.services else "consu",
        "list_price": float(price),
        "invoice_policy": "order",
        "taxes_id": [],
        "supplier_taxes_id": [],
    }


def _known(model, company, field):
    records = model.search([("company_id", "=", company.id), (field, "!=", False)])
    return {record[field]: record.id for record in records}
