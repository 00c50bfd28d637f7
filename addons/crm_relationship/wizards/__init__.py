from . import base_partner_merge
from . import crm_tier_override
