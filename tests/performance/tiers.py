"""Mart and tiers against the bare SQL that sums value per customer from the ledger."""

from datetime import timedelta

from database import vacuum
from generator import END

from odoo import Command
from odoo.tools import SQL

TOUCHED = 1000
EVALUATE_AIM = 2.0
REFRESH_AIM = 0.050
FIRST = END - timedelta(days=31)


def run(meter):
    """Measure all; leaves an applied run behind."""
    env = meter.env
    policy = _policy(env)
    window = meter.run("bare SQL, 12 months", lambda: _bare(policy), repeat=5)
    history = meter.run("bare SQL, 3 years", lambda: _bare(policy, years=3), repeat=5)
    _mart(meter)
    _runs(meter, policy)
    bare = meter.rows[0]["processor"]
    for row in meter.rows:
        row["ratio_window"] = row["seconds"] / window
        row["ratio_history"] = row["seconds"] / history
        row["ratio_processor"] = row["processor"] / bare
        if row.pop("aim_ratio", None):
            row["aim"] = EVALUATE_AIM * window


def _policy(env):
    company = env.ref("base.main_company")
    policies = env["crm.tier.policy"]
    policies.search([("company_id", "=", company.id)]).active = False
    policies.flush_model()
    tiers = [env.ref(f"crm_relationship.tier_{n}") for n in ("platinum", "gold")]
    tiers += [env.ref(f"crm_relationship.tier_{n}") for n in ("iron", "lead")]
    policy = policies.create(
        {
            "name": "Benchmark",
            "company_id": company.id,
            "exclude_new": False,
            "min_stay_days": 0,
            "cut_ids": [
                Command.create({"tier_id": tier.id, "cut": cut})
                for tier, cut in zip(tiers, (50, 80, 95, 100), strict=True)
            ],
        }
    )
    env.cr.commit()
    return policy


def _bare(policy, years=1):
    """Value per customer, straight from the ledger; returns how many customers."""
    start = policy._date_from(END) - timedelta(days=365 * (years - 1))
    [(customers,)] = policy.env.execute_query(
        SQL(
            """SELECT COUNT(value)
                 FROM (SELECT p.commercial_partner_id, SUM(-l.balance) AS value
                         FROM account_move_line l
                         JOIN account_move m ON m.id = l.move_id
                         JOIN res_partner p ON p.id = m.partner_id
                        WHERE m.state = 'posted'
                          AND m.move_type IN ('out_invoice', 'out_refund')
                          AND l.display_type = 'product'
                          AND m.company_id = %s
                          AND m.invoice_date BETWEEN %s AND %s
                        GROUP BY p.commercial_partner_id) ledger""",
            policy.company_id.id,
            start,
            END,
        )
    )
    return customers


def _mart(meter):
    env = meter.env
    mart = env["crm.customer.day"]

    def emptied():
        env.cr.execute(SQL("TRUNCATE crm_customer_day, crm_customer_day_touch"))

    meter.run("mart: rebuild", lambda _: mart.rebuild().rows, emptied, repeat=1)
    env.ref("crm_relationship.ir_cron_customer_day").method_direct_trigger()
    vacuum(env)
    meter.run("mart: rebuild, all is right", lambda: mart.rebuild().rows, repeat=1)
    label = f"mart: refresh, {TOUCHED:,} customer-days"
    meter.run(
        label, lambda _: mart.refresh().rows, lambda: _touch(env), aim=REFRESH_AIM
    )


def _touch(env):
    """Another price on one line each of the latest invoices, one a customer and day."""
    env.cr.execute(
        SQL(
            """UPDATE account_move_line l
                  SET balance = balance - 1, write_date = %s
                 FROM (SELECT MIN(l.id) AS id
                         FROM account_move m
                         JOIN account_move_line l ON l.move_id = m.id
                        WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
                          AND m.invoice_date > %s
                          AND l.display_type = 'product'
                        GROUP BY m.commercial_partner_id, m.invoice_date
                        ORDER BY m.invoice_date DESC, 1
                        LIMIT %s) latest
                WHERE latest.id = l.id""",
            env.cr.now(),
            END - timedelta(days=60),
            TOUCHED,
        )
    )


def _runs(meter, policy):
    def evaluate():
        return policy._evaluate(END).customer_count

    def apply(run):
        run.action_apply()
        return run.move_count

    def both():
        run = policy._evaluate(END)
        run.action_apply()
        return run.move_count

    meter.run("first run: evaluate", evaluate)
    meter.run("first run: apply", apply, lambda: policy._evaluate(END))
    meter.run("first run: both, all move", both, aim_ratio=True)
    policy._evaluate(FIRST).action_apply()
    vacuum(meter.env)
    meter.run("later run: evaluate", evaluate)
    meter.run("later run: apply", apply, lambda: policy._evaluate(END))
    meter.run("later run: both, few move", both, aim_ratio=True)
    draft = policy._evaluate(END)
    vacuum(meter.env)
    cuts = dict(zip([tier for tier, _cut in draft.cuts], (40, 70, 90), strict=False))
    meter.run("what if", lambda: draft.what_if(cuts)["move_count"])
    draft.action_apply()
    vacuum(meter.env)
