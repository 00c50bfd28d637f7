from . import crm_order_chain
from . import crm_order_chain_card
from . import crm_order_network
from . import crm_order_promising
from . import crm_order_trace
from . import mrp_production
