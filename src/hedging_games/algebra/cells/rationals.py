"""Simple rational numbers in prescribed places: what a person would have chosen as an example."""

from __future__ import annotations

from fractions import Fraction


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The rational with the smallest denominator strictly between two numbers (Stern 1858, Brocot 1861).

    Among several with that denominator the one nearest to zero. Raises ValueError unless ``low < high``.
    """
    if not low < high:
        raise ValueError(f"nothing lies strictly between {low} and {high}")
    if low < 0 < high:
        return Fraction(0)
    if high <= 0:
        return -_simplest_positive(-high, -low)
    return _simplest_positive(low, high)


def _simplest_positive(low: Fraction, high: Fraction) -> Fraction:
    """The simplest rational in the open interval between ``0 <= low < high``, by continued fractions."""
    path: list[int] = []
    while True:
        whole = low.numerator // low.denominator
        if whole + 1 < high:
            path.append(whole + 1)
            break
        path.append(whole)
        # The interval lies within [whole, whole + 1]: turn the fractional parts over, which exchanges the ends.
        low, high = low - whole, high - whole
        if low == 0:
            path.append(_above(1 / high))
            break
        low, high = 1 / high, 1 / low
    value = Fraction(path[-1])
    for whole in reversed(path[:-1]):
        value = whole + 1 / value
    return value


def _above(number: Fraction) -> int:
    """The least integer strictly above a number."""
    return number.numerator // number.denominator + 1


def nearest_simple(value: float, denominators: tuple[int, ...]) -> list[Fraction]:
    """Approximations of a float with growing denominators, the roughest first, without repetition."""
    exact = Fraction(value)
    found: list[Fraction] = []
    for denominator in denominators:
        candidate = exact.limit_denominator(denominator)
        if candidate not in found:
            found.append(candidate)
    return found
