from . import test_access
from . import test_crm_analytics_customer
from . import test_crm_analytics_segment
from . import test_crm_customer_day_history
from . import test_translations
