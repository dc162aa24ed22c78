"""What a count of hits among random points says of a share: a standard error alone says nothing where every point agrees."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class EstimatedShare:
    """A share of a box, from a sample, or exact.

    Attributes
    ----------
    hits, points : of the sample. error : the standard error of hits / points; None where it cannot be told, as where all points
        agree. exact : the share itself, where it is known.
    """

    hits: int
    points: int
    error: float | None
    exact: Fraction | None = None

    @property
    def value(self) -> float:
        """The share, as well as it is known (0 of an empty sample)."""
        return float(self.exact) if self.exact is not None else self.hits / max(1, self.points)

    @property
    def ends(self) -> tuple[float, float]:
        """Bounds that hold with `CONFIDENCE` whatever the share is, for independent points: the exact binomial ones (Clopper and
        Pearson 1934); if no or every point was hit, one-sided (the rule of three: at most about 3 / points).
        """
        if self.exact is not None:
            return self.value, self.value
        if self.points == 0:
            return 0.0, 1.0
        from scipy.special import betaincinv

        missed = self.points - self.hits
        tail = (1 - CONFIDENCE) / (2 if self.hits and missed else 1)
        low = float(betaincinv(self.hits, missed + 1, tail)) if self.hits else 0.0
        high = float(betaincinv(self.hits + 1, missed, 1 - tail)) if missed else 1.0
        return low, high

    def as_dict(self) -> dict[str, float | int | str | None]:
        """As JSON."""
        low, high = self.ends
        return {
            "value": self.value,
            "standard_error": 0.0 if self.exact is not None else self.error,
            "low": low,
            "high": high,
            "hits": self.hits,
            "points": self.points,
            "exact": None if self.exact is None else str(self.exact),
        }

    def __str__(self) -> str:
        if self.exact is not None:
            return f"{self.exact} (exact)"
        low, high = self.ends
        if self.hits == 0:
            return f"at most {high:.2g} with {CONFIDENCE:.0%} confidence: none of {self.points:,} points has the event"
        if self.hits == self.points:
            return f"at least 1 - {1 - low:.2g} with {CONFIDENCE:.0%} confidence: all of {self.points:,} points have the event"
        error = "" if self.error is None else f", standard error {self.error:.2g}"
        return f"{self.value:.4g}{error} ({CONFIDENCE:.0%} between {low:.4g} and {high:.4g})"
