"""The guard in front of the expression parser: it lets through only well-formed sequences of known words.

Python's own parser reads far more than a formula may say, and can be driven out of its depth by a few thousand characters.
So the text is cut into words first, and everything foreign is refused here, with its place and what to write instead:
other alphabets, strings, comments, calls of anything but ``min`` and ``max``, numbers out of range, brackets nested too deep.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hedging_games.errors import ExpressionError, Place, Problem

LONGEST_TEXT: Final = 2_000
"""Characters a formula may have."""

DEEPEST_NESTING: Final = 40
"""Brackets that may be open at one place."""

LONGEST_PREFIX: Final = 4
"""Signs or ``not`` that may stand in a row."""

MOST_DIGITS: Final = 60
"""Digits a number may have."""

LARGEST_EXPONENT: Final = 99
"""Powers of ten a number may be scaled by."""

LONGEST_NAME: Final = 64
"""Characters a name may have."""

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
"""What a name looks like: a letter, then letters, digits and underscores."""

LOGICAL_WORDS: Final = frozenset({"and", "or", "not"})
EXTREMA: Final = frozenset({"min", "max"})
FUNCTIONS: Final = EXTREMA | {"abs", "count"}
RESERVED_WORDS: Final = frozenset(keyword.kwlist) | FUNCTIONS
"""Words that cannot name anything: Python's keywords, and functions."""

_WORD: Final = re.compile(
    r"(?P<blank>[ \t\r\n]+)"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|[-+*/<>()\[\],.])",
    re.ASCII,
)

_INSTEAD: Final = {
    "^": "write ** for a power: x**2",
    "//": "write / (division is exact)",
    "%": "write a percentage as a fraction: 5% is 5/100",
    "=<": "write <=",
    "=>": "write >=",
    "<>": "write !=",
    "=": "write == for 'is equal to'",
    ":=": "give it a name under 'let:'",
    "&&": "write and",
    "&": "write and",
    "||": "write or",
    "|": "write or; for an absolute value max(x, -x)",
    "!": "write not",
    "~": "write not",
    "#": "write the comment outside the formula",
    ";": "write one formula only",
    ":": "write / to divide",
    "$": "write the number alone; its unit goes to unit:",
    "{": "use round brackets ( ) to group, square ones [ ] for a condition",
    "}": "use round brackets ( ) to group, square ones [ ] for a condition",
    '"': "write names without quotation marks",
    "'": "write names without quotation marks",
}

_LOOKALIKES: Final = {
    **dict.fromkeys("−–—‐‑‒﹣－", "write - (the hyphen on the keyboard)"),
    **dict.fromkeys("×·⋅∙∗＊✕✖", "write *"),
    **dict.fromkeys("÷∕⁄／", "write /"),
    **dict.fromkeys("≤⩽≦", "write <="),
    **dict.fromkeys("≥⩾≧", "write >="),
    **dict.fromkeys("＋", "write +"),
    **dict.fromkeys("（〔", "write ("),
    **dict.fromkeys("）〕", "write )"),
    **dict.fromkeys("∧", "write and"),
    **dict.fromkeys("∨", "write or"),
    **dict.fromkeys("¬", "write not"),
    **dict.fromkeys("，、", "write a comma"),
    **dict.fromkeys("“”„‘’‚«»", "write names without quotation marks"),
    "≠": "write !=",
    "＝": "write ==",
    "²": "write **2",
    "³": "write **3",
    "½": "write 1/2",
    "¼": "write 1/4",
    "¾": "write 3/4",
    "⅓": "write 1/3",
    "⅔": "write 2/3",
    **dict.fromkeys("€£¥", "write the number alone; its unit goes to unit:"),
    "√": "roots are not rational; name the root as a parameter",
    "∞": "write a large number, or leave the bound out",
    "。": "write a full stop",
}


_NO_FUNCTIONS: Final = {
    **dict.fromkeys(
        ("sqrt", "root", "cbrt"),
        "roots are not rational: make the root r a parameter, and write r**2 for what it is the root of",
    ),
    **dict.fromkeys(
        ("exp", "log", "ln", "log10", "log2", "sin", "cos", "tan"),
        "formulas are made of + - * /: make its value a parameter, or use a rational function of the same shape",
    ),
    "pow": "write x**2",
    "sum": "write a + b + c",
}
"""Functions that are missed, and what to write."""

WITH_COMMAS: Final = re.compile(r"(?<![\w.])\d+(?:,\d+)+(?![\w.]|,\d)", re.ASCII)
"""A number written with commas."""

_GROUPED: Final = re.compile(r"(?<![\w.])\d{1,3}(?:[ '_’\u00a0\u2009\u202f]\d{3})+(?!\w)", re.ASCII)
"""A number whose digits are grouped."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a formula: its ``kind`` (number, name, sign), its text and where it starts."""

    kind: str
    text: str
    at: int


Locate = Callable[[int], Place]
"""From an offset in a formula's text to its place in the file."""


def refuse(what: str, remedy: str, where: Place | None) -> ExpressionError:
    """The error for something in a formula."""
    return ExpressionError(Problem("expression", what, remedy, where))


def without_commas(number: str, rest: str = "") -> str:
    """What to write for a number written with commas, and what follows it; nothing where commas make no number of it."""
    whole, *groups = number.split(",")
    plain, point = f"{whole}{''.join(groups)}{rest}", f"{whole}.{groups[0]}{rest}"
    if not whole.startswith("0") and len(whole) <= 3 and all(len(group) == 3 for group in groups):
        decimal = f" if commas group digits, {point} if it is a decimal comma" if len(groups) == 1 else ""
        return f"write {plain}{decimal}"
    return f"write {point}" if len(groups) == 1 else ""


def words_of(text: str, locate: Locate) -> tuple[Word, ...]:
    """The words of a formula, checked: sizes, alphabet, brackets, and that values and operators alternate.

    Raises
    ------
    ExpressionError
        With the place of the first offence and what to write instead.
    """
    if len(text) > LONGEST_TEXT:
        raise refuse(
            f"the formula has {len(text):,} characters, more than the {LONGEST_TEXT:,} it may have",
            "name parts of it under 'let:'",
            locate(0),
        )
    if grouped := _GROUPED.search(text):
        plain = re.sub(r"\D", "", grouped.group())
        raise refuse(f"the digits of '{grouped.group()}' are grouped", f"write {plain}", locate(grouped.start()))
    words = _cut(text, locate)
    if not words:
        raise refuse("the formula is empty", "write a number, or a formula such as card - sanction", locate(0))
    _check_brackets(words, locate)
    _check_order(words, len(text), locate)
    return words


def _cut(text: str, locate: Locate) -> tuple[Word, ...]:
    words: list[Word] = []
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        pair = text[at : at + 2]
        if match is None or pair in _INSTEAD or pair == "=<":
            raise _foreign(text, at, locate)
        kind = str(match.lastgroup)
        if kind != "blank":
            word = Word(kind, match.group(), at)
            _check_word(word, text, locate)
            words.append(word)
        at = match.end()
    return tuple(words)


def _foreign(text: str, at: int, locate: Locate) -> ExpressionError:
    """Why the text cannot go on at ``at``."""
    sign = text[at]
    pair = text[at : at + 2]
    if pair in _INSTEAD:
        return refuse(f"'{pair}' is not part of a formula", _INSTEAD[pair], locate(at))
    if sign in _INSTEAD:
        shown = "a quotation mark" if sign in "'\"" else f"'{sign}'"
        return refuse(f"{shown} is not part of a formula", _INSTEAD[sign], locate(at))
    if sign.isascii():
        shown = f"'{sign}'" if sign.isprintable() else f"the control character {ord(sign):#04x}"
        return refuse(f"{shown} is not part of a formula", "remove it", locate(at))
    name = unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
    if sign in _LOOKALIKES:
        remedy = _LOOKALIKES[sign]
    elif unicodedata.category(sign) in {"Zs", "Cf", "Cc"}:
        remedy = "write an ordinary space, or nothing"
    else:
        remedy = "names and formulas use the letters a to z, digits and underscores"
    shown = f"'{sign}' ({name})" if sign.isprintable() else f"an invisible character ({name})"
    return refuse(f"{shown} is not part of a formula", remedy, locate(at))


def _check_word(word: Word, text: str, locate: Locate) -> None:
    if word.kind == "name":
        _check_name(word, locate)
    if word.kind != "number":
        return
    following = text[word.at + len(word.text) : word.at + len(word.text) + 1]
    digits, _, exponent = word.text.lower().partition("e")
    whole = digits.partition(".")[0]
    if following.isalpha() or following == "_":
        if following == "_":
            raise refuse("digits are grouped with an underscore", "write the number without it", locate(word.at))
        name = NAME.match(text, word.at + len(word.text))
        multiplied = name.group() if name else following
        raise refuse(
            f"a number runs into a name at '{_short(word.text + multiplied)}'",
            f"write {_short(word.text)}*{_short(multiplied)} to multiply",
            locate(word.at),
        )
    if following == ".":
        raise refuse(f"the number '{word.text}.' has two decimal points", "write one", locate(word.at))
    if len(whole) > 1 and whole.startswith("0") and len(digits) <= MOST_DIGITS:
        commas = next((found for found in WITH_COMMAS.finditer(text) if found.start() < word.at < found.end()), None)
        remedy = without_commas(commas.group()) if commas else f"write {whole.lstrip('0') or '0'}"
        raise refuse(f"the number '{digits}' begins with a zero", remedy, locate(word.at))
    if len(digits) > MOST_DIGITS:
        raise refuse(f"a number has more than {MOST_DIGITS} digits", "round it", locate(word.at))
    if exponent and (len(exponent) > 4 or abs(int(exponent)) > LARGEST_EXPONENT):
        raise refuse(
            f"the number '{_short(word.text)}' is out of range",
            f"scale the payoffs so that numbers stay between 1e-{LARGEST_EXPONENT} and 1e{LARGEST_EXPONENT}",
            locate(word.at),
        )


def _check_name(word: Word, locate: Locate) -> None:
    if len(word.text) > LONGEST_NAME:
        raise refuse(
            f"the name '{_short(word.text)}' is too long", f"use at most {LONGEST_NAME} letters", locate(word.at)
        )
    if word.text.startswith("_"):
        raise refuse(f"the name '{word.text}' begins with an underscore", "begin it with a letter", locate(word.at))
    if keyword.iskeyword(word.text) and word.text not in LOGICAL_WORDS:
        raise refuse(
            f"'{word.text}' cannot be used in a formula",
            "for 'a if c else b' write a*[c] + b*[not c]" if word.text in {"if", "else"} else "choose another name",
            locate(word.at),
        )


def _check_brackets(words: Sequence[Word], locate: Locate) -> None:
    closing = {"(": ")", "[": "]"}
    open_words: list[Word] = []
    for word in words:
        if word.text in closing:
            open_words.append(word)
            if len(open_words) > DEEPEST_NESTING:
                raise refuse(
                    f"more than {DEEPEST_NESTING} brackets are open here",
                    "name parts of it under 'let:'",
                    locate(word.at),
                )
        elif word.text in {")", "]"}:
            if not open_words:
                raise refuse(
                    f"nothing is open that '{word.text}' could close", "remove it, or open it", locate(word.at)
                )
            wanted = closing[open_words.pop().text]
            if word.text != wanted:
                raise refuse(f"'{word.text}' closes where '{wanted}' is awaited", f"write {wanted}", locate(word.at))
    if open_words:
        word = open_words[-1]
        raise refuse(f"'{word.text}' is never closed", f"write {closing[word.text]}", locate(word.at))


def _check_order(words: Sequence[Word], length: int, locate: Locate) -> None:
    """Values and operators must alternate; prefixes (a sign, ``not``) may precede a value."""
    awaiting_value = True
    prefixes = 0
    before: Word | None = None
    brackets: list[str] = []
    for word in words:
        is_prefix = word.text in {"+", "-", "not"}
        opens = word.text in {"(", "["}
        is_value = word.kind == "number" or (word.kind == "name" and word.text not in LOGICAL_WORDS)
        if awaiting_value:
            if is_prefix:
                prefixes += 1
                if prefixes > LONGEST_PREFIX:
                    raise refuse("too many signs stand in a row", "write one", locate(word.at))
            elif opens or is_value:
                prefixes = 0
                awaiting_value = opens
            else:
                raise _missing_value(before, word, locate(word.at))
        elif opens or is_value or word.text == "not":
            if not (word.text == "(" and before is not None and before.text in FUNCTIONS):
                raise _side_by_side(before, word, locate(word.at), in_condition=brackets[-1:] == ["["])
            awaiting_value = True
        else:
            awaiting_value = word.text not in {")", "]"}
        before = word
        brackets += [word.text] if opens else []
        del brackets[len(brackets) - (word.text in {")", "]"}) :]
    if awaiting_value:
        raise _missing_value(before, None, locate(length))


def _missing_value(before: Word | None, word: Word | None, where: Place) -> ExpressionError:
    left = f"after '{before.text}'" if before is not None else "at the beginning"
    right = f" before '{word.text}'" if word is not None else " at the end"
    if before is not None and word is not None and before.text == "[" and word.text == "]":
        return refuse("the brackets hold no condition", "write one, such as [Hedge and Tolerate]", where)
    return refuse(f"a value is missing {left}{right}", "write a number or a name", where)


def _side_by_side(before: Word | None, word: Word, where: Place, *, in_condition: bool) -> ExpressionError:
    left = before.text if before is not None else ""
    if word.text == "(" and before is not None and before.kind == "name":
        return refuse(
            f"'{left}' is not a function; only abs, min, max and count are",
            _NO_FUNCTIONS.get(left.lower(), f"write {left}*(...) to multiply"),
            where,
        )
    between = "write an operator between them, such as * or + (between conditions, and or or)"
    if word.text.lower() in LOGICAL_WORDS:
        between = f"write {word.text.lower()} in small letters"
    elif left in FUNCTIONS:
        between = f"write {left}(...), with what it is of in brackets"
    elif before is not None and before.kind == "number" and word.kind == "name":
        between = f"write {_short(left)}*{_short(word.text)} to multiply; the unit of a parameter goes to unit:"
    elif in_condition and before is not None and before.kind == word.kind == "name":
        between = f"write {_short(left)} and {_short(word.text)} if both happen, {_short(left)} or {_short(word.text)} if one is enough"
    return refuse(
        f"two values stand side by side: '{_short(left)}' and '{_short(word.text)}'",
        between,
        where,
    )


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:21] + "..."
