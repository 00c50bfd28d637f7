from . import test_access
from . import test_crm_analytics_customer
from . import test_translations
