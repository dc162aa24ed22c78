"""Games and models given by name: who opens them is named by the package's front door (`connect`), as models belong to a higher
floor than some who ask for a game.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

_openers: list[Callable[[str | os.PathLike[str]], Any]] = []


def connect(opener: Callable[[str | os.PathLike[str]], Any]) -> None:
    """Name who opens the games and models that are given by name."""
    _openers[:] = [opener]


def opened(name: str | os.PathLike[str]) -> Any:
    """The model or game of a name, or of the path of its file."""
    return _openers[0](name)
