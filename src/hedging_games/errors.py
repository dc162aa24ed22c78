"""Every way hedging_games can refuse: where it happened, what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a text: file name, line and column (both counted from 1), and the text of that line."""

    file: str
    line: int
    column: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: ``what`` in one sentence, ``remedy`` in the imperative, ``where`` if it has a place.

    ``topic`` is a short word for the part concerned ("payoff", "play", "parameter", ...).
    """

    topic: str
    what: str
    remedy: str = ""
    where: Place | None = None

    def __str__(self) -> str:
        lines = [f"error[{self.topic}]: {self.what}"]
        if self.where is not None:
            lines.append(f"  --> {self.where}")
            if self.where.text:
                excerpt, caret = _excerpt(self.where.text, self.where.column)
                lines += [f"   | {excerpt}", f"   | {' ' * caret}^"]
        if self.remedy:
            lines.append(f"  help: {self.remedy}")
        return "\n".join(lines)


_EXCERPT_WIDTH = 100


def _excerpt(text: str, column: int) -> tuple[str, int]:
    """At most ``_EXCERPT_WIDTH`` printable characters of a line around a column, and the caret's offset in them."""
    start = max(0, column - 1 - _EXCERPT_WIDTH // 2)
    shown = text[start : start + _EXCERPT_WIDTH]
    return "".join(c if c.isprintable() else "·" for c in shown), min(column - 1 - start, len(shown))


class HedgingGamesError(Exception):
    """Base of every error this package raises on purpose; ``problems`` holds one or more `Problem`."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems: Sequence[Problem] = problems

    def __str__(self) -> str:
        return "\n\n".join(str(problem) for problem in self.problems)


class InputError(HedgingGamesError):
    """Something given to the package is wrong: a file, an expression, a value, a name. Exit status 2."""


class ExpressionError(InputError):
    """An expression cannot be read or cannot be evaluated at a point."""


class ModelFileError(InputError):
    """A model or game file is wrong; all its problems are reported together."""


class ConceptError(InputError):
    """The solution concept or method asked for does not exist or does not fit this game."""


class CouldNotFinish(HedgingGamesError):  # noqa: N818  (a sentence, as StopIteration is one)
    """The work is well posed but too large or too slow: a size, time or memory limit was reached. Exit status 1."""


def input_error(topic: str, what: str, remedy: str = "", where: Place | None = None) -> InputError:
    """An `InputError` with a single problem."""
    return InputError(Problem(topic, what, remedy, where))


def could_not_finish(topic: str, what: str, remedy: str = "") -> CouldNotFinish:
    """A `CouldNotFinish` with a single problem."""
    return CouldNotFinish(Problem(topic, what, remedy))


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A remedy for a misspelt ``word``: the nearest known word, else the list of known words.

    Nearness is `difflib`'s ratio (Ratcliff and Metzener 1988) with cut-off 0.6.
    """
    from difflib import get_close_matches

    known = [name for name in known if name != word]
    near = get_close_matches(word, list(known), n=1)
    if not near:
        folded = {name.casefold(): name for name in known}
        near = [folded[m] for m in get_close_matches(word.casefold(), list(folded), n=1)]
    if near:
        return f"did you mean '{near[0]}'?"
    return f"known here: {', '.join(known)}" if known else "nothing may stand here"
