"""The documents that the mart's columns of this addon come from."""

from . import account_move
from . import account_move_line
from . import account_partial_reconcile
from . import account_payment
from . import calendar_attendee
from . import calendar_event
from . import res_partner
from . import res_users
from . import sale_order
from . import stock_move_line
from . import stock_picking
from . import uom_uom
