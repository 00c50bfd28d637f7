"""What Odoo's documents tell the exposure: each change is noted, none is missed."""

from . import account_move
from . import account_move_line
from . import crm_credit_account
from . import res_company
from . import res_currency_rate
from . import res_partner
from . import sale_order
from . import sale_order_line
from . import stock_move
