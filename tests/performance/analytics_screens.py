"""What the screens of the analyses ask for first."""

from lists import PAGE, specification

AIM = 1.0


def measure_screens(meter):
    """Measure the methods behind the pictures and the first page of the list."""
    env = meter.env
    figures = env["crm.analytics.customer"]
    view = "crm_analytics.crm_analytics_customer_view_list"
    spec = specification(figures, view)

    def page():
        found = figures.web_search_read([], spec, limit=PAGE, count_limit=10001)
        return found["length"]

    meter.run("customers: 80 rows", page, aim=AIM)
    for interval in ("month", "year"):
        meter.run(
            f"cohort grid by {interval}",
            lambda interval=interval: len(figures.get_cohorts([], interval)["rows"]),
            aim=AIM,
        )
    meter.run(
        "survival and churn", lambda: figures.get_survival()["customers"], aim=AIM
    )
    meter.run("whale curve", _whale(env), aim=AIM)


def _whale(env):
    runs = env["crm.cost.run"]
    return lambda: runs.get_whale()["run"]["customers"]
