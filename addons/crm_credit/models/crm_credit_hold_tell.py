from markupsafe import Markup

from odoo import api, models

TODO = "mail.mail_activity_data_todo"


class CrmCreditHold(models.Model):
    """Who is told that documents wait: set by set, however many there are."""

    _inherit = "crm.credit.hold"  # pylint: disable=consider-merging-classes-inherited

    def _tell(self, documents):
        """A note on each document, an activity and a mail for who decides.

        The documents are those of the holds, in the same order.
        """
        notes = {
            document.id: document._credit_note(hold)
            for hold, document in zip(self, documents, strict=True)
        }
        documents._message_log_batch(notes)
        activities = self._create_activities()
        for user, own in activities.grouped("user_id").items():
            if user != self.env.user:
                self.browse(own.mapped("res_id"))._mail_who_decides(user, own)

    def _create_activities(self):
        """Something to do on each hold; the mail about it follows by itself."""
        model_id = self.env["ir.model"]._get_id(self._name)
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(TODO)
        deciders = self._who_decides()
        activities = self.env["mail.activity"]
        return activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": type_id,
                    "automated": True,
                    "date_deadline": hold.account_id._credit_today(),
                    "res_id": hold.id,
                    "res_model_id": model_id,
                    "summary": self.env._("Decide on %(document)s", document=hold.name),
                    "user_id": deciders[hold].id,
                }
                for hold in self
            ]
        )

    def _who_decides(self):
        """`{hold: user}`: the file's controller, or who else may in this company."""
        deciders = {hold: hold.controller_id for hold in self if hold.controller_id}
        others = self.filtered(lambda hold: not hold.controller_id)
        for company, holds in others.grouped("company_id").items():
            deciders |= dict.fromkeys(holds, self._who_decides_for(company))
        return deciders

    @api.model
    def _who_decides_for(self, company):
        for group in ("crm_credit.group_crm_credit_user", "base.group_system"):
            users = self.env.ref(group).all_user_ids.filtered(
                lambda user: user.active and company in user.company_ids
            )
            if users:
                return users.sorted("id")[0]
        return self.env.ref("base.user_admin")

    def _mail_who_decides(self, user, activities):
        """The usual mail about one activity; one mail for several."""
        if len(self) == 1:
            activities.with_context(mail_activity_quick_update=False).action_notify()
            return
        told = self.with_context(lang=user.lang)
        line = Markup('<li><a href="/mail/view?model=%s&amp;res_id=%s">%s</a> %s</li>')
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=told.env._(
                "%(count)s documents wait for your decision", count=len(self)
            ),
            body=Markup("<ul>%s</ul>")
            % Markup().join(
                line % (self._name, hold.id, hold.name, hold.message) for hold in told
            ),
            email_layout_xmlid="mail.mail_notification_layout",
        )
