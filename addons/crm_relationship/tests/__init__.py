from . import test_access
from . import test_crm_partner_relation
from . import test_crm_pass
