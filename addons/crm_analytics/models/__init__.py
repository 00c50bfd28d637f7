from . import crm_analytics_customer
