from . import base_partner_merge
from . import crm_order_repromise
from . import crm_order_repromise_line
from . import crm_spreadsheet_handler
from . import crm_spreadsheet_import
from . import crm_spreadsheet_import_column
from . import crm_spreadsheet_import_row
from . import crm_tier_override
