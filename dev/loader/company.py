"""The company a data set is loaded into, apart from every other one."""

from odoo import Command

from .errors import LoadError

MODULE = "__import__"
ROUNDING = "round_per_line"  # a file's rows are rounded one by one


def ensure_company(env, source):
    """The company of `source`; made at the first load and found by its id after."""
    name = f"load_company_{source.code}"
    company = env.ref(f"{MODULE}.{name}", raise_if_not_found=False)
    if company:
        _claim(env, company)
        return company
    if env["res.company"].search_count([("name", "=", source.company)]):
        raise LoadError(
            f"A company named {source.company!r} exists that this loader did not "
            "make; rename it, then load again."
        )
    company = _create_company(env, source)
    env["ir.model.data"].create(
        {
            "module": MODULE,
            "name": name,
            "model": "res.company",
            "res_id": company.id,
            "noupdate": True,
        }
    )
    return company


def _claim(env, company):
    """Make a second load that began before the first had ended fail, not double."""
    env.cr.execute(
        "UPDATE res_company SET write_date = write_date WHERE id = %s", [company.id]
    )


def _create_company(env, source):
    currency = env["res.currency"].with_context(active_test=False)
    currency = currency.search([("name", "=", source.currency)])
    country = env["res.country"].search([("code", "=", source.country)])
    # The context keeps Odoo from installing the country's localisation, which commits.
    companies = env["res.company"].with_context(chart_template_load=True)
    company = companies.create(
        {
            "name": source.company,
            "currency_id": currency.id,
            "country_id": country.id,
        }
    ).with_context(chart_template_load=False)
    company.partner_id.tz = source.timezone
    chart = env["account.chart.template"]
    chart.try_loading("generic_coa", company=company, install_demo=False)
    company.write(
        {
            # the chart sets those of its own country
            "currency_id": currency.id,
            "account_fiscal_country_id": country.id,
            "account_sale_tax_id": False,
            "account_purchase_tax_id": False,
            "tax_calculation_rounding_method": ROUNDING,
        }
    )
    _set_up(env, company)
    return company


def _set_up(env, company):
    """No taxes, a warehouse, payments straight to the bank, access for admin."""
    own = [("company_id", "=", company.id)]
    env["account.fiscal.position"].search(own).active = False
    if not env["stock.warehouse"].search_count(own):
        env["stock.warehouse"].create(
            {
                "name": company.name,
                "code": company.name[:5].strip(),
                "company_id": company.id,
                "partner_id": company.partner_id.id,
            }
        )
    bank = bank_journal(env, company)
    lines = bank.inbound_payment_method_line_ids | bank.outbound_payment_method_line_ids
    lines.payment_account_id = bank.default_account_id
    admin = env.ref("base.user_admin", raise_if_not_found=False)
    if admin:
        admin.company_ids = [Command.link(company.id)]


def bank_journal(env, company):
    """The journal that receives the payments."""
    return env["account.journal"].search(
        [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
    )
