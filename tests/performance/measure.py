"""Time, queries and memory of one piece of work, repeated."""

import gc
import time
from pathlib import Path
from statistics import median

from odoo.tools import SQL


class Meter:
    """Measures in one transaction at a time, which is rolled back."""

    def __init__(self, env):
        self.env = env
        self.rows = []

    def run(self, label, work, before=None, repeat=3, **figures):
        """Median seconds of `work()`, which gets what `before()` returned.

        What `work` returns is the number of rows that it is about. One repetition more
        goes ahead, to warm up.
        """
        seconds, count, peak = [], None, 0
        for _ in range(repeat + 1):
            self.env.invalidate_all()
            given = before() if before else None
            self.env.cr.execute(SQL("CHECKPOINT"))
            gc.collect()
            reset_peak()
            start = time.perf_counter()
            count = work(given) if before else work()
            self.env.cr.flush()
            seconds.append(time.perf_counter() - start)
            peak = max(peak, peak_megabytes())
            self.env.cr.rollback()
        figures |= {"seconds": median(seconds[1:]), "rows": count, "peak_mb": peak}
        self.rows.append({"work": label} | figures)
        return figures["seconds"]


def count_queries(env, work):
    """Queries of `work()` with warm registry caches and a cold record cache."""
    work()
    env.invalidate_all()
    before = env.cr.sql_log_count
    work()
    return env.cr.sql_log_count - before


def reset_peak():
    Path("/proc/self/clear_refs").write_text("5")


def peak_megabytes():
    """The most memory that the process had since `reset_peak`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0
