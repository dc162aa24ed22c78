"""How long work is stopped: whoever asks hands down a check, and every loop calls it."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[], None]
"""Called in every loop; it may raise, for instance when a deadline has passed."""


def no_check() -> None:
    """The check of a caller who sets no limit."""
