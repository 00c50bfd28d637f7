from odoo import models


class CrmCreditRule(models.Model):
    _inherit = "crm.credit.rule"

    def action_dry_run(self):
        """Open a new dry run of these rules together with those in force."""
        runs = self.env["crm.credit.dry.run"]
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_credit.crm_credit_dry_run_action"
        )
        rules = runs._default_rule_ids() | self
        return {
            **action,
            "views": [(False, "form")],
            "context": {
                "default_rule_ids": rules.ids,
                "default_name": self[:1].name,
            },
        }
