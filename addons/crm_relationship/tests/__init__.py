from . import test_access
from . import test_crm_customer_day_history
from . import test_crm_partner_relation
from . import test_crm_pass
from . import test_crm_tier_assignment
from . import test_crm_tier_documents
from . import test_crm_tier_policy
from . import test_crm_tier_run
