from . import crm_partner_relation_all
