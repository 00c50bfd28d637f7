from . import test_crm_order_chain_mrp
from . import test_crm_order_cockpit_mrp
from . import test_crm_order_promising_mrp
from . import test_crm_order_trace_mrp
from . import test_crm_order_trace_history
from . import test_order_circles_mrp
from . import test_translations
