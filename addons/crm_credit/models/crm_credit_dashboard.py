from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_credit_account_figures import COMPONENTS
from .crm_credit_account_pictures import INSIDERS
from .crm_credit_hold import WAITING

TOP = 10
WATCHED = 8
# Lower ends of the classes of utilisation, as a share of the limit.
CLASSES = (0.2, 0.4, 0.6, 0.8, 1.0)
# Days overdue, first and last; the last class is open.
AGES = ((1, 30), (31, 60), (61, 90), (91, 180), (181, None))


class CrmCreditDashboard(models.AbstractModel):
    """What needs a decision today? The credit files of one company at a glance.

    Every number comes with the records it is made of: a model and a domain. Amounts
    are in the currency of the company, at today's rates.
    """

    _name = "crm.credit.dashboard"
    _description = "Credit Dashboard"

    @api.model
    def get_data(self):
        """Everything the screen shows, in one call.

        :raise AccessError: the user only sees the files of its own customers
        """
        if not any(self.env.user.has_group(group) for group in INSIDERS.split(",")):
            raise AccessError(
                self.env._("The credit dashboard is for controllers and legal review.")
            )
        company = self.env.company.root_id
        sums = self._sums(company)
        return {
            "company": company.name,
            "currency_id": company.currency_id.id,
            "file_count": sum(row["count"] for row in sums),
            "tiles": self._tiles(company),
            "components": self._components(company, sums),
            "utilisation": self._utilisation(company),
            "aging": self._aging(company),
            "top": self._top(company, sums),
            "watch": self._watch(company),
        }

    @api.model
    def _tiles(self, company):
        """First row: what waits for somebody.

        Dicts of code, label, count, tone, text (below the number) and open.
        """
        today = self._today(company)
        soon = today + timedelta(days=company.credit_expiry_notice_days)
        ending = Domain("date_to", ">=", today) & Domain("date_to", "<=", soon)
        within = self.env._("within %(days)s days", days=(soon - today).days)
        return [
            self._hold_tile(company, today),
            self._review_tile(company, today),
            self._tile(
                "applications",
                self.env._("Applications to decide"),
                "crm.credit.application",
                self._domain_company(company)
                & Domain("state", "in", ("submitted", "checked")),
                self.env._("to check or to approve"),
            ),
            self._tile(
                "lines",
                self.env._("Credit lines ending"),
                "crm.credit.line",
                self._domain_company(company)
                & Domain("approval_state", "=", "approved")
                & ending,
                within,
            ),
            self._tile(
                "securities",
                self.env._("Securities ending"),
                "crm.credit.security",
                self._domain_company(company) & ending,
                within,
            ),
        ]

    def _hold_tile(self, company, today):
        holds = self.env["crm.credit.hold"]
        domain = Domain("company_id", "child_of", company.id)
        domain &= Domain("state", "in", WAITING)
        oldest = holds.search(
            domain & Domain("promise_date", "!=", False), order="promise_date", limit=1
        )
        text = oldest and self.env._("promised")
        late = oldest and oldest.promise_date <= today
        tile = self._tile(
            "holds",
            self.env._("Holds waiting"),
            holds._name,
            domain,
            text or "",
            "danger" if late else "warning",
        )
        tile["open"]["views"] = ["kanban", "list", "form"]
        return {**tile, "date": oldest.promise_date}

    def _review_tile(self, company, today):
        accounts = self.env["crm.credit.account"]
        domain = self._domain_files(company) & Domain("next_review_date", "<=", today)
        oldest = accounts.search(domain, order="next_review_date", limit=1)
        text = oldest and self.env._("oldest")
        tile = self._tile(
            "reviews", self.env._("Reviews due"), accounts._name, domain, text or ""
        )
        return {**tile, "date": oldest.next_review_date}

    def _tile(self, code, label, model, domain, text, tone="warning"):
        count = 0
        if self.env[model].has_access("read"):
            count = self.env[model].search_count(domain)
        return {
            "code": code,
            "label": label,
            "count": count,
            "text": text,
            "date": False,
            "tone": tone if count else "success",
            "open": self._open(label, model, domain),
        }

    def _sums(self, company):
        """The figures of all files, added up by currency, with the rate to use."""
        accounts = self.env["crm.credit.account"]
        names = (*COMPONENTS, "exposure_covered")
        rows = accounts._read_group(
            self._domain_files(company),
            ["currency_id"],
            ["__count", *(f"{name}:sum" for name in names)],
        )
        today = self._today(company)
        return [
            {
                "currency": currency,
                "count": count,
                "rate": self.env["res.currency"]._get_conversion_rate(
                    currency, company.currency_id, company, today
                ),
                "figures": dict(zip(names, figures, strict=True)),
            }
            for currency, count, *figures in rows
        ]

    def _components(self, company, sums):
        """Second row: how the exposure of all files is made up."""
        exposures = self.env["crm.credit.exposure"]
        accounts = self.env["crm.credit.account"]
        today = self._today(company)
        rows = []
        for name in accounts._waterfall_order():
            code = name.removeprefix("exposure_")
            amount = company.currency_id.round(
                sum(row["rate"] * (row["figures"][name] or 0.0) for row in sums)
            )
            domain = self._domain_rows(company) & exposures._domain_figure(code, today)
            label = accounts._figure_label(code)
            if amount:
                rows.append(
                    {
                        "code": code,
                        "label": label,
                        "amount": amount,
                        "open": self._open(label, exposures._name, domain),
                    }
                )
        return rows

    def _utilisation(self, company):
        """Second row: how many files use how much of their limit."""
        accounts = self.env["crm.credit.account"]
        accounts._settle()
        query = accounts._search(self._domain_files(company))
        query.groupby = SQL("1")
        classes = SQL(
            """CASE WHEN limit_type = 'unlimited' THEN -1
            WHEN COALESCE(utilisation, 0) <= 0 THEN 0
            WHEN utilisation > 1 THEN %s
            ELSE WIDTH_BUCKET(utilisation, %s) END""",
            len(CLASSES) + 1,
            [0.0, *CLASSES[:-1]],
        )
        counts = dict(self.env.execute_query(query.select(classes, SQL("COUNT(*)"))))
        return [
            {
                "code": str(number),
                "label": label,
                "count": counts.get(number, 0),
                "tone": tone,
                "open": self._open(
                    label, accounts._name, self._domain_files(company) & domain
                ),
            }
            for number, label, tone, domain in self._utilisation_classes()
        ]

    def _utilisation_classes(self):
        limited = Domain("limit_type", "!=", "unlimited")
        classes = [(0, self.env._("Unused"), "success", Domain("utilisation", "<=", 0))]
        low = 0.0
        for number, high in enumerate(CLASSES, 1):
            label = self.env._(
                "%(low)s–%(high)s %%",
                low=f"{low:.0%}"[:-1],
                high=f"{high:.0%}"[:-1],
            )
            domain = Domain("utilisation", ">=" if low else ">", low) & Domain(
                "utilisation", "<=" if high == CLASSES[-1] else "<", high
            )
            tone = "warning" if high > CLASSES[-2] else "success"
            classes.append((number, label, tone, domain))
            low = high
        over = Domain("utilisation", ">", CLASSES[-1])
        classes.append((len(classes), self.env._("Over limit"), "danger", over))
        return [
            *((number, label, tone, limited & d) for number, label, tone, d in classes),
            (-1, self.env._("No limit"), "success", ~limited),
        ]

    def _aging(self, company):
        """Second row: what is overdue, by age."""
        exposures = self.env["crm.credit.exposure"]
        today = self._today(company)
        exposures.flush_model()
        query = exposures._search(
            self._domain_rows(company)
            & exposures._domain_figure("receivable_due", today)
        )
        query.groupby = SQL("1")
        age = SQL(
            "WIDTH_BUCKET(%s - crm_credit_exposure.date_due, %s)",
            today,
            [first for first, _last in AGES],
        )
        rows = self.env.execute_query(
            query.select(
                age,
                SQL("SUM(crm_credit_exposure.amount_company)"),
                SQL("COUNT(DISTINCT crm_credit_exposure.account_id)"),
            )
        )
        found = {number: (float(amount), count) for number, amount, count in rows}
        return [
            self._age_class(company, today, ages, *found.get(number, (0.0, 0)))
            for number, ages in enumerate(AGES, 1)
        ]

    def _age_class(self, company, today, ages, amount, count):
        first, last = ages
        domain = self._domain_rows(company)
        domain &= Domain("component", "=", "receivable")
        domain &= Domain("date_due", "<=", today - timedelta(days=first))
        if last:
            domain &= Domain("date_due", ">=", today - timedelta(days=last))
            label = self.env._("%(first)s–%(last)s days", first=first, last=last)
        else:
            label = self.env._("more than %(days)s days", days=first - 1)
        return {
            "code": str(first),
            "label": label,
            "amount": amount,
            "count": count,
            "open": self._open(label, "crm.credit.exposure", domain),
        }

    def _top(self, company, sums):
        """Third row: who owes most after cover."""
        found = []
        for row in sums:
            accounts = self.env["crm.credit.account"].search(
                self._domain_files(company)
                & Domain("currency_id", "=", row["currency"].id)
                & Domain("exposure_net", ">", 0),
                order="exposure_net desc, id",
                limit=TOP,
            )
            found += [
                self._file(account)
                | {
                    "exposure": account.exposure * row["rate"],
                    "net": account.exposure_net * row["rate"],
                    "overdue": account.exposure_receivable_due * row["rate"],
                }
                for account in accounts
            ]
        found.sort(key=lambda file: -file["net"])
        return found[:TOP]

    def _watch(self, company):
        """Third row: who is stopped or watched, the largest exposure first."""
        accounts = self.env["crm.credit.account"].search(
            self._domain_files(company) & Domain("status", "in", ("watch", "stop")),
            order="status, exposure desc, id",
            limit=WATCHED,
        )
        return [
            self._file(account)
            | {
                "exposure": account.exposure,
                "currency_id": account.currency_id.id,
                "oldest_due_date": account.oldest_due_date,
            }
            for account in accounts
        ]

    def _file(self, account):
        return {
            "id": account.id,
            "name": account.partner_id.name,
            "status": account.status,
            "unlimited": account.limit_type == "unlimited",
            "utilisation": account.utilisation,
            "tone": account._tone(),
        }

    def _open(self, name, model, domain, views=("list", "form")):
        return {
            "name": name,
            "model": model,
            "domain": list(domain),
            "views": list(views),
        }

    def _today(self, company):
        return company._credit_days()[company]

    def _domain_company(self, company):
        return Domain("company_id", "=", company.id)

    def _domain_files(self, company):
        return self._domain_company(company) & Domain("active", "=", True)

    def _domain_rows(self, company):
        return Domain("account_id.company_id", "=", company.id) & Domain(
            "account_id.active", "=", True
        )
