from . import crm_credit_account
from . import res_partner
