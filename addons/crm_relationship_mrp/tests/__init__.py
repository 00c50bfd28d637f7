from . import test_crm_order_trace_mrp
