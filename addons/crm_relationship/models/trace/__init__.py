"""What Odoo's documents tell the order trace: each change is noted, none is missed."""

from . import account_move
from . import crm_order_trace
from . import product_supplierinfo
from . import purchase_order
from . import purchase_order_line
from . import res_partner
from . import sale_order
from . import sale_order_line
from . import stock_move
from . import stock_quant
