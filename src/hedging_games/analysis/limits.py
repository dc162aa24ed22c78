"""Time limits that hold even while a library computes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from hedging_games.errors import could_not_finish


@contextmanager
def interrupted_after(seconds: float | None) -> Iterator[None]:
    """Raise CouldNotFinish inside the block once ``seconds`` have passed (None: never).

    On Unix and in the main thread a timer signal interrupts any Python code. Elsewhere nothing is interrupted, and the
    solvers' own checks of their deadline have to do.
    """
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise could_not_finish("time", f"the time limit of {seconds:g} s was reached", "raise --time-limit")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
