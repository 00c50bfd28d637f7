from odoo import SUPERUSER_ID, api

from odoo.addons.crm_analytics.hooks import queue_figures


def migrate(cr, version):
    """Customer days and figures have new columns; sales by product are new.

    Figures without a date have none of the new columns: better no customers than
    customers who buy nothing, until the scheduled jobs have made them.
    """
    cr.execute("DELETE FROM crm_analytics_customer WHERE as_of IS NULL")
    queue_figures(api.Environment(cr, SUPERUSER_ID, {}))
