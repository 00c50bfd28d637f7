"""A credit hold as what an order line waits for."""

from . import crm_credit_hold
from . import crm_order_board
from . import crm_order_trace
