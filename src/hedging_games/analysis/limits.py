"""Time limits that hold even while a library computes."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from hedging_games.errors import CouldNotFinish, could_not_finish, input_error

AGAIN: Final = 0.2
"""Seconds after which the timer goes off again: an exception raised inside a destructor is lost."""

LONGEST: Final = 1e8
"""Seconds (three years) beyond which a limit is none."""


def seconds_allowed(time_limit: object) -> float | None:
    """A time limit in seconds, None for none; InputError unless it is a positive number."""
    if time_limit is None:
        return None
    if isinstance(time_limit, bool) or not isinstance(time_limit, (int, float)) or not time_limit > 0:
        raise input_error("option", f"the time limit {time_limit!r} is no positive number", "give seconds, such as 10")
    return None if math.isinf(time_limit) or time_limit > LONGEST else float(time_limit)


def interruption(error: BaseException) -> BaseException | None:
    """What interrupted a library that was computing: a time limit (CouldNotFinish) or Ctrl-C (KeyboardInterrupt).

    Code in C that reads a Python attribute just then reports a SystemError, the interruption being its cause.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, (CouldNotFinish, KeyboardInterrupt)):
        cause = cause.__cause__
    return cause


@contextmanager
def interrupted_after(seconds: float | None) -> Iterator[None]:
    """Raise CouldNotFinish inside the block once ``seconds`` have passed (None: never).

    On Unix and in the main thread a timer signal interrupts any Python code. Elsewhere nothing is interrupted, and the
    solvers' own checks of their deadline have to do.
    """
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    armed, fired = True, False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal fired
        if armed:
            fired = True
            raise could_not_finish("time", "the time limit was reached", "raise --time-limit")

    before = signal.signal(signal.SIGALRM, stop)
    # The timer may go off anywhere from here on, also while the block is being left: it is always put out.
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6), AGAIN)
            yield
        except SystemError as broken:
            armed = False
            if fired and isinstance(interruption(broken), CouldNotFinish):
                raise could_not_finish("time", "the time limit was reached", "raise --time-limit") from broken
            raise
        finally:
            armed = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
