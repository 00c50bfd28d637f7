from . import crm_order_network
from . import mrp_production
