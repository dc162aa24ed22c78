"""What became of a claim, and what exactly was tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal

from hedging_games.algebra.inequalities.volume import Share
from hedging_games.model.declarations import Claim
from hedging_games.shown import Shown

Judgement = Literal["proved", "refuted", "conditional", "undecided"]

_MEANS: Final[Mapping[Judgement, str]] = {
    "proved": "The sentence stands, in all of the ranges.",
    "refuted": "The sentence does not stand as it is.",
    "conditional": "The sentence stands in a part of the ranges only.",
    "undecided": "Whether the sentence stands is open.",
}


def side_of(claim: Claim) -> str:
    """Whether a claim is about ``some`` or ``every`` equilibrium: of payoffs about every pair of them unless it says otherwise."""
    return claim.among or ("some" if claim.payoff is None else "every")


@dataclass(frozen=True, slots=True)
class Finding(Shown):
    """What became of a claim.

    ``condition`` : where it holds, if the verdict is conditional. ``counterexample`` : points, by parameter, at which it fails
    (before and after, for a claim about a movement). ``why`` : how the verdict was reached, or what stood in its way.
    ``concept`` and ``among`` : the solution concept, and whether some or every equilibrium is spoken of; ``held`` : the
    parameters that were held (those of another model under its name). ``share`` : of the declared box, under the assumptions and the
    claim's own condition, the share in which a claim about single points holds; None for others, and where it is not known.
    ``opposite`` : what became of the same sentence of the other of some and every equilibrium; it has no opposite itself.
    A verdict ``proved`` is about every equilibrium of the concept.
    """

    model: str
    claim: Claim
    verdict: Judgement
    condition: str = ""
    counterexample: tuple[Mapping[str, Fraction], ...] = ()
    why: str = ""
    baseline: Mapping[str, Fraction] = field(default_factory=dict)
    concept: str = ""
    among: str = ""
    held: Mapping[str, Fraction] = field(default_factory=dict)
    share: Share | None = None
    opposite: Finding | None = None

    def verdict_among(self, among: str) -> Judgement | None:
        """The verdict among ``some`` or ``every`` equilibrium, whichever of them the claim is about; None if that was not judged."""
        judged = (finding for finding in (self, self.opposite) if finding is not None and finding.among == among)
        return next((finding.verdict for finding in judged), None)

    @property
    def tested(self) -> str:
        """What was tested, in a few words."""
        claim = self.claim
        moved = "with " + ", ".join(claim.with_)
        way = moved if claim.compare is None else f"from {claim.compare} to {self.model}"
        subject = "the hedge" if claim.outcome is None else str(claim.outcome)
        if claim.region is not None:
            said = f"{subject}: the region {_moves(claim.region)} {way}"
        elif claim.payoff is not None:
            said = f"the payoff of {claim.payoff} {claim.moves} {way}"
        elif claim.needs is not None:
            said = f"{subject} needs {claim.needs}"
        else:
            said = f"{subject} {claim.holds}"
        said += f" if {claim.given}" if claim.given is not None else ""
        said += f", in {self.among} {self.concept} equilibrium" if self.concept else ""
        held = self.held or claim.at
        return said + (f", held {point_text(held)}" if held else "")

    @property
    def means(self) -> str:
        """What the verdict means for the source, in a sentence: the file's, if it has one for this verdict."""
        if self.verdict in self.claim.means:
            return self.claim.means[self.verdict]
        return self._added() if self.is_added and self.verdict == "proved" else _MEANS[self.verdict]

    @property
    def is_added(self) -> bool:
        """Whether the sentence is the model's and not the source's: it begins with ``Finding``."""
        return self.claim.says.startswith("Finding")

    def _added(self) -> str:
        """What a sentence that the source does not make adds to it."""
        said = "Not in the source, and to be added to it: it follows from the same premises"
        if self.opposite is None:
            return f"{said}."
        if self.opposite.verdict == "proved":
            return f"{said}, whether some or every equilibrium is meant."
        return f"{said}, but only as a sentence about {self.among} equilibrium."

    def counterexample_text(self) -> str:
        """The points of the counterexample, by what differs from the baseline."""
        return " | ".join(self._differences(point) for point in self.counterexample)

    def _differences(self, point: Mapping[str, Fraction]) -> str:
        moved = {name: value for name, value in point.items() if value != self.baseline.get(name)}
        return point_text(moved) or "the baseline"

    def __str__(self) -> str:
        lines = [f"{self.model}: {self.claim.says}", f"  tested: {self.tested}", f"  {self.verdict}"]
        lines[-1] += f" ({self.why})" if self.why else ""
        if self.condition:
            lines.append(f"  holds where {self.condition}")
        if self.share is not None and self.verdict != "proved":
            lines.append(f"  holds in this share of the box: {self.share}")
        if self.counterexample:
            lines.append(f"  fails at {self.counterexample_text()}")
        if self.verdict in self.claim.means:
            lines.append(f"  means: {self.means}")
        if self.opposite is not None:
            lines.append(f"  {self.opposite.beside()}")
        return "\n".join(lines)

    def beside(self) -> str:
        """The verdict in a line, to stand below that of the claim as its file makes it."""
        said = " ".join(filter(None, ["in", self.among, self.concept, f"equilibrium: {self.verdict}"]))
        if self.counterexample:
            return f"{said}, fails at {self.counterexample_text()}"
        return f"{said} ({self.why})" if self.why else said


class Findings(tuple[Finding, ...], Shown):
    """What became of several claims, in order."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self))


def _moves(region: str) -> str:
    return "stays the same" if region == "same" else region


def point_text(point: Mapping[str, Any]) -> str:
    """A point for people."""
    return ", ".join(f"{name} = {value}" for name, value in point.items())
