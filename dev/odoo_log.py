"""Read the results of Odoo's tests from its log, line by line."""

import re
from dataclasses import dataclass, field

LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) \S+ "
    r"(?P<logger>[\w.]+): (?P<text>.*)"
)
STARTING = re.compile(r"Starting (\S+) \.\.\.$")
SKIPPED = re.compile(r"skipped (.+?) : (.*)$")
FAILED = re.compile(r"(?:FAIL|ERROR): (?:Subtest )?(setUpClass \(.*?\)|\S+)")
SUMMARY = re.compile(r"\d+ failed, \d+ error\(s\) of (\d+) tests when loading")
ALARMING = ("ERROR", "CRITICAL")


@dataclass
class Report:
    """The outcome of one run; a test that fails in three subtests failed once."""

    started: set = field(default_factory=set)
    failed: dict = field(default_factory=dict)
    skipped: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    summary: int | None = None
    _open: list | None = None

    def feed(self, line):
        """Take one line; returns the name of a test that has just failed."""
        match = LINE.match(line)
        if not match:
            if self._open is not None:
                self._open.append(line)
            return None
        self._open = None
        return self._take(match["level"], match["logger"], match["text"])

    def _take(self, level, logger, text):
        if match := SUMMARY.match(text):  # INFO, ERROR when some failed
            self.summary = (self.summary or 0) + int(match[1])
        elif level in ALARMING:
            return self._take_error(logger, text)
        elif level == "WARNING":
            self.warnings.append(f"{logger}: {text}")
        elif match := STARTING.match(text):
            self.started.add((logger, match[1]))
        elif match := SKIPPED.match(text):
            self.skipped[logger, match[1]] = match[2]
        return None

    def _take_error(self, logger, text):
        match = FAILED.match(text)
        if match:
            self._open = self.failed.setdefault((logger, match[1]), [])
            name = match[1]
        else:
            self._open = []
            self.errors.append(self._open)
            name = None
        self._open.append(text)
        return name

    @property
    def passed(self):
        return len(self.started - self.failed.keys() - self.skipped.keys())

    def problems(self, exit_code):
        """What is wrong with the run beyond failed tests, in sentences."""
        found = ["\n".join(lines) for lines in self.errors if not _is_echo(lines)]
        if self.summary is None:
            found.append("Odoo did not come to its tests.")
        elif not self.summary:
            found.append("No test ran.")
        elif self.summary != len(self.started):
            found.append(f"{len(self.started)} of {self.summary} tests left a trace.")
        if exit_code and not (found or self.failed):
            found.append(f"Odoo ended with code {exit_code}.")
        return found


def _is_echo(lines):
    """Odoo repeats at its end that tests failed."""
    return re.match(r"(Module|At least one test|Tests failed)", lines[0])
