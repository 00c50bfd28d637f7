from . import crm_order_kept
from . import crm_partner_relation_all
from . import stock_forecasted
from . import stock_valuation_report
