"""How far a long sweep is: one line on a terminal, rewritten a few times a second; silence elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """Counts points and shows rate and remaining time. ``shown`` None: only if the stream is a terminal."""

    def __init__(
        self, total: int, already: int = 0, *, shown: bool | None = None, stream: TextIO | None = None
    ) -> None:
        self.stream = stream if stream is not None else sys.stderr
        self.shown = self.stream.isatty() if shown is None else shown
        self.total, self.done, self.already = total, already, already
        self.started = self.last = time.monotonic()

    def add(self, points: int) -> None:
        """Note that more points are done."""
        self.done += points
        now = time.monotonic()
        if self.shown and (now - self.last > 0.2 or self.done == self.total):
            self.last = now
            rate = (self.done - self.already) / max(now - self.started, 1e-9)
            left = (self.total - self.done) / rate if rate else 0.0
            line = f"{self.done:,} of {self.total:,} points  {rate:,.0f}/s  {_time(left)} left"
            self.stream.write(f"\r\x1b[K{line}")
            self.stream.flush()

    def close(self) -> None:
        """Leave the line."""
        if self.shown:
            self.stream.write("\n")
            self.stream.flush()


def _time(seconds: float) -> str:
    whole = round(seconds)
    return (
        f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}" if whole >= 3600 else f"{whole // 60}:{whole % 60:02}"
    )
