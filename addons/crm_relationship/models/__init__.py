from . import crm_partner_relation
from . import crm_partner_relation_type
from . import res_partner_relation
