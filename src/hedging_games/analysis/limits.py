"""Time limits that hold even while a library computes."""

from __future__ import annotations

import gc
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import ArgumentError
from inspect import currentframe
from types import FrameType
from typing import Final
from weakref import WeakSet, WeakValueDictionary

from hedging_games.errors import CouldNotFinish, could_not_finish, input_error

AGAIN: Final = 0.2
"""Seconds after which the timer goes off again: where it must not interrupt, or an exception is lost, as in a destructor written in C."""

LEAST: Final = 1e-6
"""Seconds that a timer runs at least: set to zero it would never go off."""

LONGEST: Final = 1e8
"""Seconds (three years) beyond which a limit is none."""


class OutOfTime(BaseException):
    """The time for a whole task is up: nothing inside it takes this for a limit of its own (see `stopped_after`)."""


def seconds_allowed(time_limit: object) -> float | None:
    """A time limit in seconds, None for none; InputError unless it is a positive number."""
    if time_limit is None:
        return None
    if isinstance(time_limit, bool) or not isinstance(time_limit, (int, float)) or not time_limit > 0:
        raise input_error("option", f"the time limit {time_limit!r} is no positive number", "give seconds, such as 10")
    return None if math.isinf(time_limit) or time_limit > LONGEST else float(time_limit)


def interruption(error: BaseException) -> BaseException | None:
    """What interrupted a library that was computing: a time limit (CouldNotFinish, OutOfTime) or Ctrl-C (KeyboardInterrupt).

    Code in C that reads a Python attribute just then reports a SystemError, the interruption being its cause; or a TypeError without a cause,
    which a time limit recognises by its having fired. Where it converts arguments (z3's), ctypes names Ctrl-C in the words of an ArgumentError.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, (CouldNotFinish, OutOfTime, KeyboardInterrupt)):
        if isinstance(cause, ArgumentError) and KeyboardInterrupt.__name__ in str(cause):
            return KeyboardInterrupt()
        cause = cause.__cause__
    return cause


@contextmanager
def interrupted_after(seconds: float | None) -> Iterator[None]:
    """Raise CouldNotFinish inside the block once ``seconds`` have passed (None: never).

    On Unix and in the main thread a timer signal interrupts any Python code. Elsewhere nothing is interrupted, and the
    solvers' own checks of their deadline have to do. A limit around this one goes on, and ends this block too.
    """
    with _timed(seconds, _reached):
        yield


@contextmanager
def stopped_after(seconds: float | None) -> Iterator[None]:
    """The same for a task of which nothing is kept when time is up, though parts of it have limits of their own and would go on
    where one of these is reached: raises CouldNotFinish after the block.
    """
    try:
        with _timed(seconds, OutOfTime):
            yield
    except OutOfTime:
        raise _reached() from None


def until(seconds: float, what: str, remedy: str, topic: str = "time") -> Callable[[], None]:
    """A check that raises CouldNotFinish once so many seconds have passed, for those who ask now and then. ``topic`` : ``time`` where it is
    the user's limit (see `is_out_of_time`).
    """
    deadline = time.monotonic() + seconds

    def check() -> None:
        if time.monotonic() > deadline:
            raise could_not_finish(topic, what, remedy)

    return check


def is_out_of_time(problem: BaseException) -> bool:
    """Whether time was up, rather than the work too large: another time it may succeed, so that nothing is to be concluded."""
    return isinstance(problem, CouldNotFinish) and problem.problems[0].topic == "time"


def _reached() -> CouldNotFinish:
    return could_not_finish("time", "the time limit was reached", "raise --time-limit")


_WEAK = {kind.__init__.__code__.co_filename for kind in (WeakSet, WeakValueDictionary)}

_DRAWS = f"{os.sep}matplotlib{os.sep}"


def _shielded(frame: FrameType | None) -> int:
    """How many calls on the way to a frame must not be interrupted: imports, destructors, what weak references, the collector of garbage and
    ctypes call, and matplotlib.

    Of what is raised where it converts an argument, ctypes makes an error of its own. matplotlib draws in C++, where an interruption is put
    aside and the arguments are called wrong; a figure takes less than a second.
    """
    found, collecting = 0, [getattr(told, "__code__", None) for told in gc.callbacks]
    while frame is not None:
        code = frame.f_code
        file = code.co_filename
        found += (
            code.co_name in ("__del__", "from_param")
            or file.startswith("<frozen importlib")
            or file in _WEAK
            or _DRAWS in file
            or code in collecting
        )
        frame = frame.f_back
    return found


def _between_contexts(frame: FrameType | None) -> bool:
    """Whether a frame is one that enters or leaves a context."""
    return frame is not None and frame.f_code.co_filename == contextmanager.__code__.co_filename


@contextmanager
def _timed(seconds: float | None, reached: Callable[[], BaseException]) -> Iterator[None]:
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    armed, fired, shielded = True, False, _shielded(currentframe())

    def stop(_number: int, frame: FrameType | None) -> None:
        nonlocal fired
        # A module that is cut short while it is imported cannot be imported again, what a destructor raises is lost, and what is raised on the
        # way into or out of a context escapes whoever waits for it inside: the timer goes off once more.
        if armed and not _between_contexts(frame) and _shielded(frame) <= shielded:
            fired = True
            raise reached()

    began, around = time.monotonic(), signal.getitimer(signal.ITIMER_REAL)[0]
    before = signal.signal(signal.SIGALRM, stop)
    # The timer may go off anywhere from here on, also while the block is being left: it is always put out.
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, max(min(seconds, around or seconds), LEAST), AGAIN)
            yield
        except (SystemError, TypeError) as broken:
            armed = False
            if fired and not isinstance(interruption(broken), KeyboardInterrupt):
                raise reached() from broken
            raise
        finally:
            armed = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if around:
            signal.setitimer(signal.ITIMER_REAL, max(around - (time.monotonic() - began), LEAST), AGAIN)
