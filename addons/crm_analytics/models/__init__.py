from . import crm_analytics_customer
from . import crm_analytics_customer_refresh
from . import crm_analytics_customer_touch
from . import crm_analytics_segment
from . import crm_analytics_segment_count
from . import crm_customer_day
from . import mart
