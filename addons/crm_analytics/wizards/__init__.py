from . import crm_analytics_activity
from . import crm_analytics_compare
from . import crm_analytics_compare_line
