from . import crm_credit_line_import
from . import crm_spreadsheet_import
from . import crm_credit_hold_release
from . import crm_credit_decide
from . import crm_credit_hold_release_next
from . import crm_credit_options
