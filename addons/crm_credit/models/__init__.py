from . import settled
from . import crm_credit_segment
from . import crm_credit_account
from . import crm_credit_account_figures
from . import crm_credit_account_settle
from . import crm_credit_exposure
from . import exposure
from . import res_partner
