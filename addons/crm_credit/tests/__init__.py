from . import test_access
from . import test_crm_credit_account
from . import test_translations
