from . import test_access
from . import test_crm_credit_account
from . import test_crm_credit_line
from . import test_translations
from . import test_exposure_smoke
from . import test_crm_credit_drift
from . import test_crm_credit_account_consolidated
