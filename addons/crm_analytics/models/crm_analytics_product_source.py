"""The invoice lines behind the figures by product: those of the customer days.

Where, when, whose and how much is what the source of the customer days says, so that
the sums by product and by customer agree. Only what kind of thing was sold is added.
"""

from odoo.tools import SQL

from odoo.addons.crm_relationship.models.crm_customer_day_source import COMPANIES

# of the product's own unit; lines of unrelated units count as they are
UNITS = SQL(
    """CASE document.move_type WHEN 'out_refund' THEN -1 ELSE 1 END * line.quantity
    * CASE WHEN line.product_uom_id IS NULL OR line.product_uom_id = template.uom_id
        THEN 1 ELSE (unit.factor / product_unit.factor)::numeric END"""
)


def month_sql(day):
    """The first day of the month of a day."""
    return SQL("DATE_TRUNC('month', %s::timestamp)::date", day)


def lines_sql(source, within, periods):
    """Select the lines that are within a scope.

    :param source: that of the invoice lines of the customer days
    :param within: function of the company, customer and day, giving a condition
    :param periods: first and last day of periods that have all days of the scope
    """
    return SQL(
        """SELECT %(company)s AS company_id, customer.id AS partner_id,
            %(month)s AS month, %(day)s AS day, line.product_id, customer.country_id,
            customer.state_id, document.move_type <> 'out_refund' AS sold,
            CASE WHEN line.product_id IS NULL THEN 0 ELSE %(units)s END AS quantity,
            %(revenue)s AS revenue, %(refunds)s AS refunds, %(margin)s AS margin
        FROM %(tables)s
        JOIN res_partner entity ON entity.id = %(partner)s
        JOIN res_partner customer ON customer.id = entity.commercial_partner_id
        LEFT JOIN product_product product ON product.id = line.product_id
        LEFT JOIN product_template template ON template.id = product.product_tmpl_id
        LEFT JOIN uom_uom unit ON unit.id = line.product_uom_id
        LEFT JOIN uom_uom product_unit ON product_unit.id = template.uom_id
        WHERE %(where)s AND (%(near)s) AND %(scope)s""",
        company=source.company,
        month=month_sql(source.day),
        day=source.day,
        units=UNITS,
        revenue=source.columns["revenue"],
        refunds=source.columns["refunds"],
        margin=source.columns["margin"],
        tables=source.tables,
        partner=source.partner,
        where=source.where,
        near=SQL(" OR ").join(source.near(*period) for period in periods),
        scope=within(source.company, SQL("customer.id"), source.day),
    )


__all__ = ["COMPANIES", "lines_sql", "month_sql"]
