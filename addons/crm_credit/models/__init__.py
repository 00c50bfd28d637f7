from . import crm_credit_account
