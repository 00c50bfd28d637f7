"""Time, queries and memory of one piece of work, repeated."""

import gc
import time
from pathlib import Path
from statistics import median

from dev.common import step

from odoo.tools import SQL


class Meter:
    """Measures in one transaction at a time, which is rolled back.

    :param processor: whether to measure processor time, too; that takes twice as long
    """

    def __init__(self, env, processor=False):
        self.env = env
        self.processor = processor
        self.rows = []

    def run(self, label, work, before=None, repeat=3, warm=True, **figures):
        """Median seconds of `work()`, which gets what `before()` returned.

        What `work` returns is the number of rows that it is about. One repetition more
        goes ahead, to warm up, unless `warm` is false. Processor time is the least of
        as many on one processor; it depends less on what else the machine does.
        """
        peaks = []
        times = [self._once(work, before, peaks) for _ in range(repeat + warm)]
        figures |= {
            "seconds": median(seconds for seconds, _processor, _rows in times[warm:]),
            "rows": times[-1][2],
            "peak_mb": max(peaks),
        }
        if self.processor:
            alone = [self._once(work, before, [], alone=True) for _ in range(repeat)]
            figures["processor"] = min(processor for _s, processor, _r in alone)
        self.rows.append({"work": label} | figures)
        step(f"{label}: {figures['seconds']:.3f} s, {figures['peak_mb']:.0f} MB")
        return figures["seconds"]

    def _once(self, work, before, peaks, alone=False):
        """Seconds by the clock and of the processor, and what `work` returned."""
        cr = self.env.cr
        self.env.invalidate_all()
        given = before() if before else None
        cr.execute(SQL("CHECKPOINT"))
        if alone:  # the processor time of parallel workers is nowhere to be read
            cr.execute(SQL("SET LOCAL max_parallel_workers_per_gather = 0"))
        gc.collect()
        reset_peak()
        start, busy = time.perf_counter(), processor_seconds(self.env)
        rows = work(given) if before else work()
        cr.flush()
        busy = processor_seconds(self.env) - busy
        seconds = time.perf_counter() - start
        peaks.append(peak_megabytes())
        cr.rollback()
        return seconds, busy, rows


def processor_seconds(env):
    """What this process and that of its database connection have used so far."""
    pid = env.cr._cnx.get_backend_pid()
    database = Path(f"/proc/{pid}/schedstat").read_text().split()[0]
    return time.process_time() + int(database) / 1e9


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
