"""Exact numbers as people write them: ``1/3``, ``0.25``, ``2e-3``, and how they are shown."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from hedging_games.errors import input_error

LARGEST_EXPONENT = 400
"""Powers of ten beyond this are refused: nobody means them, and they would exhaust memory."""

LONGEST_NUMBER = 1_000
"""Digits a number may have as text."""

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE](?P<exponent>[+-]?\d+))?", re.ASCII)
_RATIO = re.compile(r"[+-]?\d+\s*/\s*\d+", re.ASCII)


def exact_number(value: object, what: str = "a number") -> Fraction:
    """``value`` as an exact fraction.

    Accepts int, Fraction, Decimal, numpy integers, and text such as ``"1/3"``, ``"0.25"`` or ``"2e-3"``.

    Raises
    ------
    InputError
        For a float (what it stands for is a guess), a truth value, or text that is no number; the message names
        ``what`` was being read and says what to write instead.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, (bool, np.bool_)):
        raise input_error("number", f"{what} is a truth value, {value}", "write 0 or 1")
    if isinstance(value, (int, np.integer)):
        return Fraction(int(value))
    if isinstance(value, (float, np.floating)):
        raise input_error(
            "number",
            f"{what} is the float {float(value)!r}, which is not exact",
            f"{_float_remedy(float(value))}",
        )
    if isinstance(value, Decimal):
        value = str(value)
    if isinstance(value, str):
        return _number_from_text(value, what)
    raise input_error(
        "number",
        f"{what} is a {type(value).__name__}, not a number",
        'write an exact number such as 2, "1/3" or "0.25"',
    )


def _float_remedy(value: float) -> str:
    if not math.isfinite(value):
        return 'write an exact number such as 2, "1/3" or "0.25"'
    ratio = Fraction(repr(value))
    return f'write "{value!r}" or Fraction({ratio.numerator}, {ratio.denominator})'


def _number_from_text(text: str, what: str) -> Fraction:
    stripped = text.strip()
    if len(stripped) > LONGEST_NUMBER:
        raise input_error("number", f"{what} has {len(stripped)} digits", f"write at most {LONGEST_NUMBER}")
    decimal = _DECIMAL.fullmatch(stripped)
    if decimal:
        if abs(int(decimal["exponent"] or 0)) > LARGEST_EXPONENT:
            raise input_error(
                "number", f"{what}, {stripped}, is out of range", f"use exponents between ±{LARGEST_EXPONENT}"
            )
        return Fraction(stripped)
    if _RATIO.fullmatch(stripped):
        numerator, denominator = stripped.replace(" ", "").split("/")
        if int(denominator) == 0:
            raise input_error("number", f"{what}, {stripped}, divides by zero", "write a non-zero denominator")
        return Fraction(int(numerator), int(denominator))
    shown = stripped if len(stripped) <= 40 else stripped[:37] + "..."
    point = stripped.replace(",", ".")
    if stripped.count(",") == 1 and _DECIMAL.fullmatch(point):
        raise input_error("number", f"{what}, {shown!r}, has a comma", f"write {point}")
    raise input_error("number", f"{what}, {shown!r}, is not a number", "write an exact number such as 2, 1/3 or 0.25")


def exact_array(values: Any) -> np.ndarray:
    """Nested sequences (or an array) of numbers as an object array of Fractions of the same shape.

    Raises InputError for ragged input, floats and anything `exact_number` refuses.
    """
    return exact_and_whole_array(values)[0]


def exact_and_whole_array(values: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """The same, and the numbers as int64 where all were given as whole numbers that fit."""
    try:
        raw = np.asarray(values) if isinstance(values, np.ndarray) else np.array(values, dtype=object)
    except ValueError as problem:
        raise input_error("number", "the rows have different lengths", "give every row the same length") from problem
    whole = _whole_array(raw)
    if whole is not None:
        return _as_fractions(whole), whole
    exact = np.empty(raw.size, dtype=object)
    exact[:] = _exact_numbers(raw.ravel().tolist())
    return exact.reshape(raw.shape), None


def _whole_array(raw: np.ndarray) -> np.ndarray | None:
    if raw.dtype == object and set(map(type, raw.ravel().tolist())) == {int}:
        try:
            return raw.astype(np.int64)
        except OverflowError:
            return None
    return raw.astype(np.int64) if raw.dtype.kind == "i" else None


def _as_fractions(whole: np.ndarray) -> np.ndarray:
    """Of ten thousand payoffs few are different: each is made once."""
    if whole.size and whole.min() >= -SMALL and whole.max() <= SMALL:
        return np.asarray(_small_fractions()[whole + SMALL])
    exact = np.empty(whole.size, dtype=object)
    values = whole.ravel().tolist()
    known = {value: Fraction(value) for value in set(values)}
    exact[:] = [known[value] for value in values]
    return exact.reshape(whole.shape)


SMALL = 1_000
"""Whole numbers up to this in size are made fractions once and for all."""


@cache
def _small_fractions() -> np.ndarray:
    found = np.empty(2 * SMALL + 1, dtype=object)
    found[:] = [Fraction(value) for value in range(-SMALL, SMALL + 1)]
    return found


def _exact_numbers(values: list[Any]) -> list[Fraction]:
    kinds = set(map(type, values))
    if kinds <= {Fraction}:
        return values
    if kinds <= {int}:
        known = {value: Fraction(value) for value in set(values)}
        return [known[value] for value in values]
    if kinds & {list, tuple}:
        raise input_error("number", "the rows have different lengths", "give every row the same length")
    return [exact_number(value, "a payoff") for value in values]


def common_denominator(numbers: Sequence[Fraction] | np.ndarray) -> int:
    """The least common multiple of the denominators (1 for no numbers)."""
    return math.lcm(1, *(number.denominator for number in np.asarray(numbers, dtype=object).ravel()))


def whole_numbers(values: Collection[Any]) -> tuple[list[int], int]:
    """Rational numbers times the least common multiple of their denominators, and that multiple."""
    scale = math.lcm(*{int(x.denominator) for x in values})
    if scale == 1:
        return [int(x.numerator) for x in values], 1
    return [int(x.numerator) * (scale // int(x.denominator)) for x in values], scale


def coprime(values: Collection[Any]) -> list[int]:
    """The positive multiple of rational numbers that are integers without a common factor (zeros stay)."""
    whole, _ = whole_numbers(values)
    shared = math.gcd(*whole) or 1
    return [x // shared for x in whole]


def number_text(value: Any) -> str:
    """A number for people: fractions as ``1/3``, floats with six digits, anything else by its own ``str``."""
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    return str(value)


LONGEST_PLAIN = 7
"""Characters up to which a fraction is read at a glance."""


def decimal_text(value: Any) -> str:
    """Three significant digits of a number that its exact text does not tell at a glance, else nothing: roots, and fractions
    longer than `LONGEST_PLAIN`.
    """
    if isinstance(value, Fraction):
        if value.denominator == 1 or len(str(value)) <= LONGEST_PLAIN:
            return ""
        return f"{Decimal(value.numerator) / Decimal(value.denominator):.3g}"
    if not hasattr(value, "json"):
        return ""
    approx = value.json()["approx"]
    return "" if "near" in str(value) else f"{Decimal(approx):.3g}"


def shown_number(value: Any) -> str:
    """A number for people, with a decimal where it is unwieldy: ``sqrt(3)/2 ≈ 0.866``."""
    decimal = decimal_text(value)
    return f"{number_text(value)} ≈ {decimal}" if decimal else number_text(value)


def shown_factor(value: Any) -> str:
    """The same in front of what it is a share of: ``sqrt(3)/2 (≈0.866)``."""
    decimal = decimal_text(value)
    return f"{number_text(value)} (≈{decimal})" if decimal else number_text(value)
