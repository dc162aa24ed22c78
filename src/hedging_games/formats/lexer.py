"""The words of Gambit's files: numbers, quoted texts, braces, commas and bare words, each with its place.

The lexical rules are those of Gambit's reader (McKelvey, McLennan and Turocy, *Gambit: Software tools for game theory*,
section "Game representation formats"), found out by feeding it files. White space only separates; words need none
between them where they cannot be confused (``1-1`` is two numbers). Inside quotes a backslash before a quote makes it
part of the text, and any other backslash stands for itself.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from hedging_games.algebra.numbers import exact_number
from hedging_games.errors import InputError, ModelFileError, Place, Problem
from hedging_games.formats.labels import printable

MAX_CHARACTERS: Final = 16 * 2**20
"""The longest text that is read, in characters; a longer one is refused before any work is done on it."""

NUMBER: Final = "number"
TEXT: Final = "text"
WORD: Final = "word"
OPEN: Final = "{"
CLOSE: Final = "}"
COMMA: Final = ","
END: Final = "end of file"

# Possessive throughout, so that no text can make the matcher go back.
_TOKEN: Final = re.compile(
    r"""\s*+(?:
        (?P<number>[+-]?+(?:[0-9]++(?:/[0-9]++|(?:\.[0-9]*+)?+(?:[eE][+-]?+[0-9]++)?+)|\.[0-9]++(?:[eE][+-]?+[0-9]++)?+))
      | "(?P<text>(?:[^"\\]++|\\"?+)*+)"
      | (?P<mark>[{},])
      | (?P<quote>")
      | (?P<word>[^\s{},"]++)
      | (?P<end>\Z))""",
    re.VERBOSE,
)

_SHOWN: Final = 40

_MAX_BITS: Final = 13_000  # under 4,300 decimal digits, the most that Python turns into text


class Tokens:
    """A text and the word at which its reader stands: ``kind``, its ``text``, and the offset ``start`` of its place.

    Every method that takes something moves on to the next word, and raises `ModelFileError`, with the place, if
    something else stands there. ``what`` always names, in a message, what was to be read.
    """

    __slots__ = ("_end", "_numbers", "_text", "file", "kind", "start", "text", "topic")

    def __init__(self, text: str, file: str, topic: str) -> None:
        self.file = file
        self.topic = topic
        self._text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        self._numbers: dict[str, Fraction] = {}
        self.kind, self.text, self.start, self._end = END, "", 0, 0
        if len(text) > MAX_CHARACTERS:
            raise self.refusal(
                f"the text has {len(text)} characters", f"at most {MAX_CHARACTERS} are read: use a smaller game"
            )
        if "\0" in self._text:
            self.start = self._text.index("\0")
            raise self.refusal(
                "this is not a text: it holds the character NUL", "give a Gambit file saved as UTF-8 text"
            )
        self.advance()

    def advance(self) -> None:
        """Move on to the next word."""
        found = _TOKEN.match(self._text, self._end)
        assert found is not None, "every character begins a word"
        group = found.lastgroup or ""
        self.text = found[group]
        self._end = found.end()
        self.start = found.start(group)
        if group == "text":
            self.kind = TEXT
            self.start -= 1
        elif group == "mark":
            self.kind = self.text
        elif group == "quote":
            raise self.refusal(
                "a text begins here that never ends", 'close it with a quote, and write \\" for one inside it'
            )
        else:
            self.kind = END if group == "end" else group

    def take(self, kind: str, what: str) -> str:
        """The text of the present word, which must be of a kind."""
        if self.kind != kind:
            raise self.unexpected(what)
        text = self.text
        self.advance()
        return text

    def take_label(self, what: str) -> str:
        """A quoted text, its escaped quotes resolved, on one line and printable."""
        return printable(self.take(TEXT, what).replace('\\"', '"'))

    def take_number(self, what: str) -> Fraction:
        """An exact number: ``2``, ``-1/3``, ``0.25``, ``1e-3``."""
        if self.kind != NUMBER:
            raise self.unexpected(what)
        number = self._numbers.get(self.text)
        if number is None:
            # Most numbers are short and whole, which needs no second look.
            is_plain = len(self.text) < _SHOWN and self.text.lstrip("-").isdecimal()
            try:
                number = self._numbers[self.text] = exact_number(int(self.text) if is_plain else self.text, what)
            except InputError as refused:
                raise self.refusal(refused.problems[0].what, refused.problems[0].remedy) from None
        self.advance()
        return number

    def take_integer(self, what: str) -> int:
        """A whole number."""
        start = self.start
        number = self.take_number(what)
        if number.denominator != 1:
            raise self.refusal(f"{what} is {shorten(str(number))}, not a whole number", "write a whole number", start)
        return number.numerator

    def check_sum(self, total: Fraction, start: int) -> None:
        """Refuse a sum that has grown out of hand, as one of many long and unlike denominators does."""
        if total.numerator.bit_length() + total.denominator.bit_length() > _MAX_BITS:
            raise self.refusal(
                "the numbers up to here add up to one of thousands of digits", "use shorter numbers", start
            )

    def skip_comma(self) -> None:
        """Pass over one comma, if one stands here."""
        if self.kind == COMMA:
            self.advance()

    def unexpected(self, what: str) -> ModelFileError:
        """The error of finding the present word where ``what`` should stand."""
        if self.kind == END:
            found = "the file ends"
        else:
            shown = f'"{self.text}"' if self.kind == TEXT else f"'{self.text}'"
            found = f"found {shorten(printable(shown))}"
        return self.refusal(f"expected {what}, but {found}", f"write {what} here")

    def refusal(self, what: str, remedy: str, start: int | None = None) -> ModelFileError:
        """An error at the present word, or at offset ``start``."""
        return ModelFileError(Problem(self.topic, what, remedy, self.place(self.start if start is None else start)))

    def place(self, start: int) -> Place:
        """The line and column of an offset."""
        line_start = self._text.rfind("\n", 0, start) + 1
        line_end = self._text.find("\n", start)
        text = self._text[line_start : len(self._text) if line_end < 0 else line_end]
        return Place(self.file, self._text.count("\n", 0, start) + 1, start - line_start + 1, text)


def shorten(text: str) -> str:
    """At most the first few words' worth of a text, for a message."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
