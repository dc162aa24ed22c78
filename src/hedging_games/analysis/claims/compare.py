"""Claims between two models: how the region, or a payoff, of the one lies to that of the other.

The two are compared at every value of the parameters that they share, those of the same name and range that decide the form of
neither game. The others are held at their baselines, or where the claim holds them, and the finding says so. Assumptions
of both models are made. A claim reads from the other model to this one: a region *never shrinks* where that of the
other model lies in that of this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.formula import All, Atom, Formula, conjunction, disjunction
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.search import Found, find
from hedging_games.algebra.inequalities.smt import BY_WORD
from hedging_games.algebra.inequalities.system import Constraint, System
from hedging_games.algebra.polynomials import Polynomial, polynomial_of, terms_of
from hedging_games.analysis.claims.asked import CONFIRMED, OPEN, Asked, payoffs_break
from hedging_games.analysis.claims.doubled import Worth, broken_by, broken_by_all, ratio, rational
from hedging_games.analysis.claims.finding import Finding, Judgement, side_of
from hedging_games.analysis.claims.shares import Failing, any_failing, failing_outside, with_share
from hedging_games.errors import did_you_mean, input_error
from hedging_games.model.catalogue import load
from hedging_games.model.declarations import Claim
from hedging_games.model.model import Model

Point = dict[str, Fraction]

ORDERS = {
    "never shrinks": ("other",),
    "widens": ("other",),
    "never widens": ("this",),
    "shrinks": ("this",),
    "same": ("other", "this"),
}
"""Whose region must lie in that of the other one, by what a claim says of the way from the other model to this one."""


def compared(model: Model, claim: Claim, check: Check) -> Finding:
    """What became of a claim between two models.

    Raises InputError where the other model is not found, shares no parameter, or the claim says nothing to compare.
    """
    if (claim.region is None and claim.payoff is None) or claim.with_:
        raise input_error("claim", "two models are compared by their region or by a payoff", "write region: or payoff:")
    pair = _Pair(model, load(str(claim.compare)), claim, check)
    if claim.region is not None:
        return with_share(pair.inclusion(), pair.ground, pair.this.given, pair.fails_in_regions, check)
    return with_share(pair.payoffs(), pair.ground, pair.this.given, pair.fails_in_payoffs, check)


def shared(one: Model, other: Model) -> tuple[str, ...]:
    """The parameters of the same name and range in two models, that decide the form of neither."""
    return tuple(
        name
        for name, parameter in one.parameters.items()
        if name in other.parameters
        and parameter.range == other.parameters[name].range
        and name not in one.structural
        and name not in other.structural
    )


class _Pair:
    """Two models over the parameters that they share."""

    def __init__(self, model: Model, other: Model, claim: Claim, check: Check) -> None:
        self.bases: dict[str, None] = {}
        common = [name for name in shared(model, other) if name not in claim.at]
        if not common:
            raise input_error(
                "claim", f"{model.name} and {other.name} share no open parameter", "give them the same range"
            )
        known = [*model.parameters, *other.parameters]
        for name in claim.at:
            if name not in known:
                raise input_error("claim", f"no parameter '{name}'", did_you_mean(name, known))
        self.claim = claim
        self.this = Asked(model, claim, _held(model, claim, common), check)
        # What the claim supposes is written in the parameters of its own model.
        self.other = Asked(other, replace(claim, given=None), _held(other, claim, common), check)

    @cached_property
    def ground(self) -> Ground:
        """The ranges, and the assumptions of both models."""
        setting = self.this.region.setting
        whole = setting.whole
        assumed = [*whole.assumptions, *(self._constraint(c) for c in self.other.region.setting.whole.assumptions)]
        return Ground(System(whole.ring, whole.box, (), tuple(dict.fromkeys(assumed))), setting.near)

    # --- regions ----------------------------------------------------------------------------------------------------------

    def inclusion(self) -> Finding:
        """Whether one region lies in the other."""
        wanted = str(self.claim.region)
        for within in ORDERS[wanted]:
            found = self._outside(within)
            if found.status == "undecided":
                return self._finding("undecided", OPEN)
            if found.point is not None:
                return self._refuted(found, within)
        if wanted not in ("widens", "shrinks"):
            return self._settled("proved")
        back = self._outside("this" if wanted == "widens" else "other")
        if back.status == "nowhere":
            return self._settled("refuted", "the two regions are the same")
        if back.status == "undecided":
            return self._finding("undecided", f"never the other way, but whether it {wanted} anywhere is open")
        return self._settled("proved", f"it {wanted} somewhere")

    def _outside(self, within: str) -> Found:
        """A point of one region (of ``this`` model or the ``other``) that is not in that of the other one."""
        here = self.ground.number(self.this.region.formula)
        there = self.ground.number(self._moved(self.other.region.formula))
        inner, outer = (here, there) if within == "this" else (there, here)
        return self._find(inner, self.ground.negated(outer))

    def _refuted(self, found: Found, within: str) -> Finding:
        point = self._named(found)
        here = within == "this"
        agreed = self.this.confirms((point, here)) and self.other.confirms((point, not here))
        return self._finding("refuted", CONFIRMED, counterexample=(point,)) if agreed else self._unconfirmed()

    def fails_in_regions(self) -> Failing | None:
        """Where one region is not in the other."""
        first, second = self.other.known
        known = {
            "this": self.this.known,
            "other": (None if first is None else self._moved(first), None if second is None else self._moved(second)),
        }
        ways = ORDERS[str(self.claim.region)]
        return any_failing([failing_outside(known[w], known["other" if w == "this" else "this"]) for w in ways])

    # --- payoffs ----------------------------------------------------------------------------------------------------------

    def payoffs(self) -> Finding:
        """Any equilibrium payoff of the other model against any of this one: the claim must hold for every pair (or for some pair)."""
        moves = str(self.claim.moves)
        against, back = (">", "<") if moves in ("rises", "never falls") else ("<", ">")
        of_some = side_of(self.claim) == "some"
        found = self._payoff_always_moves(against) if of_some else self._payoff_moves(against)
        if found.status == "undecided":
            return self._finding("undecided", OPEN)
        if found.point is not None:
            return self._payoff_refuted(self._named(found))
        if moves in ("rises", "falls"):
            found = self._payoff_moves(back)
            if found.status == "nowhere":
                return self._settled("refuted", "the payoff is the same in both models")
            if found.status == "undecided":
                return self._finding("undecided", f"never the other way, but whether it {moves} anywhere is open")
        one_sided = of_some and self.this.some_followed and self.other.some_followed
        return self._settled("proved", one_sided=one_sided)

    def _payoff_always_moves(self, relation: str) -> Found:
        """Where every expectation in the other model is ``>`` or ``<`` than every one in this one."""
        broken = broken_by_all(self._worths(self.other), self._worths(self.this), relation)
        number = self.ground.number(broken)
        # Inside, where nobody is indifferent, the solver can list all that there is.
        inside = self._find(self.ground.open_part(number))
        return inside if inside.point is not None else self._find(number)

    def _payoff_moves(self, relation: str) -> Found:
        """Where some expectation in the other model is ``>`` or ``<`` than some in this one."""
        open_ = False
        for (before, first), (after, second) in product(self._worths(self.other), self._worths(self.this)):
            moved = broken_by(before, after, relation)
            found = self._find(*(self.ground.number(f) for f in (first, second, moved)))
            if found.point is not None:
                return found
            open_ = open_ or found.status == "undecided"
        return Found("undecided" if open_ else "nowhere")

    def fails_in_payoffs(self) -> Failing | None:
        """Where some expectation in the other model and some in this one break the claim; of some equilibrium that is not told."""
        if side_of(self.claim) == "some":
            return None
        relation = ">" if self.claim.moves in ("rises", "never falls") else "<"
        here, there = self.this.unfollowed, self.other.unfollowed
        if here is None or there is None:
            return None
        surely = disjunction(
            conjunction([first, second, broken_by(before, after, relation)])
            for (before, first), (after, second) in product(self._worths(self.other), self._worths(self.this))
        )
        return Failing(surely, disjunction([surely, here, self._moved(there)]))

    def _worths(self, asked: Asked) -> list[Worth]:
        """The claimed player's expectation in each outcome, over this model's parameters, and where the outcome stands."""
        region = asked.region
        names = region.setting.players
        if str(self.claim.payoff) not in names:
            raise input_error("claim", f"{asked.model.name} has no player {self.claim.payoff}", f"it has {names}")
        player = names.index(str(self.claim.payoff))
        if asked is self.this:
            return [(ratio(o.worth[player]), o.formula) for o in asked.outcomes]
        return [(self._ratio(o.worth[player]), self._moved(o.formula)) for o in asked.outcomes]

    def _ratio(self, value: Any) -> tuple[Polynomial, Polynomial]:
        top, bottom = ratio(value)
        return self._polynomial(top), self._polynomial(bottom)

    def _payoff_refuted(self, point: Point) -> Finding:
        if payoffs_break(self.other, self.this, (point, point)):
            return self._finding("refuted", CONFIRMED, counterexample=(point,))
        return self._unconfirmed()

    # --- the parts --------------------------------------------------------------------------------------------------------

    def _find(self, *parts: int) -> Found:
        given = self.ground.number(self.this.given)
        found = find(self.ground, self.ground.joined("all", [given, *parts]), hard=True)
        self.bases[found.basis] = None
        return found

    def _named(self, found: Found) -> Point:
        assert found.point is not None
        names = self.this.region.setting.names
        return {name: rational(x) for name, x in zip(names, found.point, strict=True)}

    @property
    def _only(self) -> str:
        """Of which equilibria alone the regions speak; empty where both speak of all."""
        said = {self.this.model.name: self.this.only, self.other.model.name: self.other.only}
        return ", ".join(f"{only} ({name})" for name, only in said.items() if only)

    def _settled(self, verdict: Judgement, why: str = "", *, one_sided: bool = False) -> Finding:
        if self._only and not one_sided:
            return self._finding("undecided", f"{verdict} of {self._only}")
        if self.this.is_told or self.other.is_told:
            self.bases[BY_WORD] = None
        return self._finding(verdict, "; ".join(filter(None, [why, *self.bases])))

    def _unconfirmed(self) -> Finding:
        return self._told(self.this.unconfirmed(self._only))

    def _finding(self, verdict: Judgement, why: str = "", **more: Any) -> Finding:
        return self._told(self.this.finding(verdict, why, **more))

    def _told(self, finding: Finding) -> Finding:
        """The finding with what is held in the other model, and its concept where it is another one."""
        held = {f"{self.other.model.name}.{name}": value for name, value in self.other.region.setting.fixed.items()}
        concepts = dict.fromkeys((self.this.wanted, self.other.wanted))
        return replace(finding, held={**finding.held, **held}, concept=" / ".join(concepts))

    # --- from the other model's parameters to this one's --------------------------------------------------------------------

    def _moved(self, formula: Formula) -> Formula:
        if isinstance(formula, Atom):
            return Atom(self._constraint(formula.constraint))
        parts = (self._moved(part) for part in formula.parts)
        return conjunction(parts) if isinstance(formula, All) else disjunction(parts)

    def _constraint(self, asked: Constraint) -> Constraint:
        return Constraint(self._polynomial(asked.polynomial), asked.relation, asked.reason)

    def _polynomial(self, polynomial: Polynomial) -> Polynomial:
        order = [self.other.region.setting.names.index(name) for name in self.this.region.setting.names]
        terms = {tuple(powers[k] for k in order): c for powers, c in terms_of(polynomial).items()}
        return polynomial_of(self.this.region.setting.whole.ring, terms)


def _held(model: Model, claim: Claim, common: list[str]) -> Mapping[str, Fraction]:
    """The values of the parameters that are not compared: those of the claim, or the baselines."""
    return {
        name: claim.at.get(name, parameter.baseline)
        for name, parameter in model.parameters.items()
        if name not in common
    }
