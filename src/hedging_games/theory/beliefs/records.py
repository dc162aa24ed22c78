"""Sets of beliefs, as answers describe them.

On the path Bayes' rule leaves one belief. Off it, the consistent beliefs (see `trembles`) at which the profile is
sequentially rational form, at each information set, a polytope: an interval where two histories are possible. Sets
whose beliefs rest on mistakes in common must be chosen together; they make up one `Part`, whose `Piece` s are
alternatives: which histories share the leading likelihood. Within a piece beliefs may be tied by equations between ratios;
a piece without ties is the product of its polytopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from hedging_games.algebra.numbers import number_text
from hedging_games.games.form import Form
from hedging_games.shown import Cited
from hedging_games.theory.assessments import Belief, labelled, personal_sets


@dataclass(frozen=True, slots=True)
class Tie:
    """An equation between beliefs that must be chosen together: Π (μ(x) / μ(y))^power = ``value``.

    ``ratios`` holds, for each factor, the information set, the positions of x and y in it, and the power.
    """

    ratios: tuple[tuple[int, int, int, int], ...]
    value: Any


@dataclass(frozen=True, slots=True)
class Piece:
    """One alternative for a part: by information set the extreme beliefs, a belief ``inside``, and the ties.

    Without ties, all choices of beliefs between the extreme ones support the profile. With ties, those that satisfy the
    equations do (and give the histories that lead positive probability, or are limits of such). If ``whole``, the ties
    leave every belief between the extreme ones at a set possible; otherwise they may exclude some.
    """

    extreme: Mapping[int, tuple[Belief, ...]]
    inside: Mapping[int, Belief]
    ties: tuple[Tie, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """Information sets off the path whose beliefs rest on mistakes in common, and the alternatives for them."""

    sets: tuple[int, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class BeliefSets(Cited):
    """All beliefs that support a profile.

    ``fixed`` are those that Bayes' rule leaves no choice about; the others are chosen part by part, in each part from
    one of its pieces. ``undecided`` says what could not be decided (then there may be further pieces).
    """

    IDEA: ClassVar[str] = "consistent beliefs: Kreps and Wilson (1982)"

    form: Form
    fixed: Mapping[int, Belief]
    parts: tuple[Part, ...]
    undecided: tuple[str, ...] = ()

    @property
    def exist(self) -> bool:
        """Whether some beliefs support the profile."""
        return all(part.pieces for part in self.parts)

    def representative(self) -> dict[str, dict[str, Any]]:
        """One belief at every information set, inside the set of those that support the profile, by names."""
        chosen = dict(self.fixed)
        for part in self.parts:
            chosen.update(part.pieces[0].inside)
        return labelled(self.form, chosen)

    def at(self, information_set: int) -> tuple[tuple[Belief, ...], ...]:
        """What may be believed at an information set: a union of hulls, each given by its extreme beliefs."""
        if information_set in self.fixed:
            return ((self.fixed[information_set],),)
        for part in self.parts:
            if information_set in part.sets:
                return tuple(dict.fromkeys(piece.extreme[information_set] for piece in part.pieces))
        raise KeyError(information_set)

    def interval(self, label: str, history: str) -> tuple[tuple[Any, Any], ...]:
        """Between which numbers the belief in one history may lie: one pair (lowest, highest) for each hull."""
        s = next(k for k in personal_sets(self.form) if self.form.information_sets[k].label == label)
        names = [self.form.history_labels[h] for h in self.form.histories_of[s].tolist()]
        position = names.index(history)
        ends = [[belief[position] for belief in hull] for hull in self.at(s)]
        return tuple(dict.fromkeys((min(e), max(e)) for e in ends))

    def open_sets(self) -> dict[str, list[list[dict[str, Any]]]]:
        """By names, for the information sets at which there is a choice of beliefs: a union of hulls, each the list of its
        extreme beliefs (history to probability).
        """
        found = {}
        for part in self.parts:
            for s in part.sets:
                names = [self.form.history_labels[h] for h in self.form.histories_of[s].tolist()]
                hulls = [[dict(zip(names, belief, strict=True)) for belief in hull] for hull in self.at(s)]
                found[self.form.information_sets[s].label] = hulls
        return found

    def lines(self) -> list[str]:
        """For people: between which numbers each belief may lie, a line for each set at which there is a choice."""
        found = []
        for label, hulls in self.open_sets().items():
            texts = []
            for hull in hulls:
                ranges = {name: (min(b[name] for b in hull), max(b[name] for b in hull)) for name in hull[0]}
                bounds = [
                    f"{name} {number_text(low)}"
                    if low == high
                    else f"{name} from {number_text(low)} to {number_text(high)}"
                    for name, (low, high) in ranges.items()
                    if high > 0
                ]
                texts.append(", ".join(bounds))
            found.append(f"{label}: {' or '.join(dict.fromkeys(texts))}")
        return found
