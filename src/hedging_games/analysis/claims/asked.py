"""A claim put to a model: the region that it speaks of, of which equilibria that region speaks, and solving again at points.

A region that does not follow every equilibrium of its concept answers one side of a question only: that the event is played in
some equilibrium, or not in every one. Whatever needs the other side is proved of the equilibria that were followed, and of no
others. The same is true of a list of equilibria that says that there may be more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

from hedging_games.algebra.checking import Check
from hedging_games.algebra.expressions.expression import Condition
from hedging_games.algebra.formulas.cells import alternatives
from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.formula import FALSE, Formula, conjunction, disjunction, holds_at
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.search import Found, find
from hedging_games.algebra.inequalities.smt import BY_WORD
from hedging_games.analysis.claims.finding import Finding, Judgement, side_of
from hedging_games.analysis.conditions import supports
from hedging_games.analysis.conditions.assured import assured
from hedging_games.analysis.conditions.continuous import derived_in
from hedging_games.analysis.conditions.derive import derivation, own_concept, posed_for
from hedging_games.analysis.conditions.judged import judge_region, told
from hedging_games.analysis.conditions.question import condition_in, outcomes_of
from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.conditions.setting import Setting, setting_of
from hedging_games.analysis.conditions.solved import Among
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.analysis.conditions.ties.doubts import Enough, doubts, pure_is_enough
from hedging_games.analysis.recent import Recent
from hedging_games.analysis.solve import solve
from hedging_games.model.declarations import Claim
from hedging_games.model.model import Model
from hedging_games.theory.concepts import NASH, SUBGAME_PERFECT
from hedging_games.theory.reactions import AnyEquilibria

MOST_KNOWN = 8
"""Regions, and settings, kept, since the claims of a file often speak of the same one."""

_KNOWN: Recent[tuple[Any, ...], Region] = Recent(MOST_KNOWN)

_SETTINGS: Recent[tuple[Any, ...], Setting] = Recent(MOST_KNOWN)
"""Settings kept: claims about other events of the same game ask again what is played in it."""

OPEN = "neither a proof nor a counterexample was found"
CONFIRMED = "confirmed by solving there"
FOLLOWED = "the outcomes that were followed: where something else could be played too, numbers that are not best ones have others"
ENDS_ALONE = "the outcomes that were followed: of an interval of best numbers, the ends alone"
PURE_AT_TIES = "the equilibria in which nobody mixes at a tie"


class Asked:
    """A claim, a model that it speaks of, and the values at which parameters are ``fixed``."""

    def __init__(self, model: Model, claim: Claim, fixed: Mapping[str, Fraction], check: Check) -> None:
        self.model = model
        self.claim = claim
        self.fixed = fixed
        self.check = check
        self.subject = subject_of(model, claim, fixed)

    @cached_property
    def region(self) -> Region:
        """Where the event of the claim is played, with points of it before the judge."""
        claim = self.claim
        # Payoffs are those of all outcomes, whatever the event.
        among = cast("Among", side_of(claim) if claim.payoff is None else "some")
        key = (self.model, claim.outcome, among, claim.concept, *self.fixed.items())
        region = _KNOWN.get(key)
        if region is None:
            region = self._by_supports(among) or condition_in(self._setting, among, claim.concept, self.check)
            judge_region(region, self.check)
            _KNOWN.keep(key, region)
        return replace(region, check=self.check)

    def _by_supports(self, among: Among) -> Region | None:
        """The region support by support, where a claim is about Nash equilibria of which otherwise the pure ones alone are derived."""
        setting = self._setting
        if self.claim.payoff is not None or not setting.is_listed or not supports.is_small(setting.game.form):
            return None
        otherwise = derivation(setting.model, setting.posed, self.claim.concept).concept
        if self._wanted(setting) != NASH.name or otherwise == NASH.name:
            return None
        try:
            return supports.region(setting, among, self.check)
        except UnfollowedError:
            return None

    def _wanted(self, setting: Setting) -> str:
        return self.claim.concept or self.model.concept or own_concept(self.model, setting.posed).name

    @property
    def _setting(self) -> Setting:
        key = (self.model, *self.fixed.items())
        known = _SETTINGS.get(key)
        if known is not None:
            return known.with_event(self.subject)
        # Where some choice is any number, what is derived knows of the event, but not of which equilibria it is asked.
        of_event = (*key, self.claim.outcome)
        known = _SETTINGS.get(of_event)
        if known is not None:
            return known
        setting = setting_of(self.subject, self.fixed)
        if setting.is_listed or setting.is_continuous:
            _SETTINGS.keep(key if setting.is_listed else of_event, setting)
        return posed_for(setting, self.claim.concept)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What is played in the equilibria that the region speaks of, with the event or without."""
        return outcomes_of(self.region.setting, self.region.concept, self.check)

    @property
    def wanted(self) -> str:
        """The concept that the claim is about; the region may speak of pure equilibria alone."""
        return self._wanted(self.region.setting)

    @property
    def surely(self) -> Formula | None:
        """Where the event is played for sure, all equilibria of the claim's concept counted; None where that is not known."""
        # What is played in some pure equilibrium is played in some equilibrium.
        known = self.region.concept == self.wanted or self.region.among == "some"
        return self.region.surely if known else None

    @property
    def at_most(self) -> Formula | None:
        """Where it is played at most, all of them counted; None where that is not known."""
        # What a pure equilibrium misses is missed in some equilibrium.
        known = self.region.concept == self.wanted or self.region.among == "every"
        return self.region.at_most if known else None

    @property
    def only(self) -> str:
        """Of which equilibria alone the region speaks; empty where it speaks of all that the concept admits."""
        region = self.region
        if region.complete and region.concept == self.wanted:
            # A region follows mixing at ties as far as its event is concerned; payoffs are those of outcomes without it.
            if self.claim.payoff is not None and region.setting.is_continuous:
                derived = derived_in(region.setting, self.check)
                return FOLLOWED if derived.varies else ENDS_ALONE if derived.is_unlike(self.claim.payoff) else ""
            return PURE_AT_TIES if self.claim.payoff is not None and self._pure_is_enough is None else ""
        which = "pure equilibria" if region.concept != self.wanted else "the equilibria that were followed"
        return "; ".join([which, *region.notes])

    @cached_property
    def assured(self) -> Formula | None:
        """Where the event is played in every equilibrium, whatever was followed, by what players can assure themselves of; None where
        that is not asked or not known.
        """
        setting = self.region.setting
        if self.region.among != "every" or self.wanted != SUBGAME_PERFECT.name or not setting.is_listed:
            return None
        with suppress(UnfollowedError):
            return assured(setting, self.check)
        return None

    @property
    def known(self) -> tuple[Formula | None, Formula | None]:
        """Where the event is played for sure, and where at most."""
        return self.surely, self.at_most

    @cached_property
    def unfollowed(self) -> Formula | None:
        """Where there may be equilibria besides those whose payoffs are known; None where that is not known."""
        if not self.only:
            return FALSE
        setting = self.region.setting
        derived = derivation(setting.model, setting.posed, self.region.concept)
        if self.region.concept != self.wanted or not derived.complete or setting.is_continuous:
            return None
        ties = doubts(setting, derived.subgames(setting, self.check), self.check) if derived.has_ties else ()
        degenerate = FALSE if derived.degenerate is None else derived.degenerate(setting)
        return disjunction([derived.unfollowed(setting, self.check), degenerate, *(doubt.formula for doubt in ties)])

    def follows_all_at(self, point: Mapping[str, Fraction]) -> bool:
        """Whether it is known that at a point nobody gets anything that is not what an outcome pays."""
        unfollowed = self.unfollowed
        return unfollowed is not None and not holds_at(unfollowed, self.region.setting.point(point))

    @cached_property
    def _pure_is_enough(self) -> Enough | None:
        """That mixing at ties leads to no payoffs beyond those of pure choices there; None where it may."""
        setting = self.region.setting
        derived = derivation(setting.model, setting.posed, self.region.concept)
        if not derived.has_ties:
            ground = setting.ground
            more = conjunction([self.given, derived.unfollowed(setting, self.check)])
            found = find(ground, ground.number(more))
            return Enough(found.is_told) if found.status == "nowhere" else None
        return pure_is_enough(setting, derived.subgames(setting, self.check), self.check, self.given)

    @property
    def some_followed(self) -> bool:
        """Whether wherever the claim is made there is an equilibrium among those that were followed."""
        return self._some_followed is not None

    @cached_property
    def _some_followed(self) -> Enough | None:
        setting = self.region.setting
        if self.region.concept == self.wanted and derivation(setting.model, setting.posed, self.wanted).exists:
            return Enough(told=False)
        ground = setting.ground
        none = ground.negated(ground.number(disjunction(outcome.formula for outcome in self.outcomes)))
        found = self.find(ground, ground.number(self.given), none)
        return Enough(found.is_told) if found.status == "nowhere" else None

    @property
    def is_told(self) -> bool:
        """Whether it is z3's word, without a proof of our own, that what was not followed adds nothing to what the claim speaks of."""
        if self.claim.payoff is None:
            return self.region.told
        one_sided = side_of(self.claim) == "some" and self.only
        enough = self._some_followed if one_sided else self._pure_is_enough
        return self.region.told or (enough is not None and enough.told)

    @property
    def given(self) -> Formula:
        """The condition under which the claim is made."""
        given = self.claim.given
        return conjunction(()) if given is None else self.region.setting.condition(given)

    def find(self, ground: Ground, *parts: int) -> Found:
        """Where formulas hold together. No proof is sought that they do nowhere if the region rests on z3's word anyway, as a verdict then says."""
        number = ground.joined("all", parts)
        if not (ground.apart and self.region.told):
            return find(ground, number, hard=True, proving=not self.region.told)
        return self.find_apart(ground, number)

    def find_apart(self, ground: Ground, *parts: int) -> Found:
        """The same, one alternative after the other: many small questions, which have proofs where a large one has none."""
        proving = not self.region.told
        asked = alternatives(ground, ground.joined("all", parts))
        return first_or_weakest(find(ground, part, hard=True, proving=proving) for part in asked)

    # --- verdicts ---------------------------------------------------------------------------------------------------------

    def finding(self, verdict: Judgement, why: str = "", **more: Any) -> Finding:
        """A verdict, with what was tested."""
        among, held = side_of(self.claim), dict(self.region.setting.fixed)
        return Finding(
            self.model.name, self.claim, verdict, why=why, concept=self.wanted, among=among, held=held, **more
        )

    def settled(self, verdict: Judgement, why: str = "", *, one_sided: bool = False) -> Finding:
        """A verdict that rests on the region, which must speak of every equilibrium unless what it says for sure, or at most, is enough."""
        if one_sided or not self.only:
            told = BY_WORD if self.is_told else ""
            return self.finding(verdict, why if told in why else "; ".join(filter(None, [why, told])))
        return self.finding("undecided", f"{verdict} of {self.only}")

    def unconfirmed(self, only: str = "") -> Finding:
        """What is left of a counterexample that solving neither confirms nor denies."""
        only = only or self.only
        if only:
            return self.finding("undecided", f"refuted, if at all, of {only}")
        return self.finding(
            "undecided", "the solver's list at a counterexample is not complete, and does not confirm it"
        )

    # --- solving again ----------------------------------------------------------------------------------------------------

    def solved(self, point: Mapping[str, Fraction], concept: str) -> AnyEquilibria:
        """The equilibria at a point of the open parameters."""
        return solve(self.subject.at(**{**self.region.setting.fixed, **point}), concept)

    def solutions(self, point: Mapping[str, Fraction]) -> Iterator[AnyEquilibria]:
        """Those that the region speaks of, and where it is another one, of the claim's concept."""
        for concept in dict.fromkeys((self.region.concept, self.wanted)):
            yield self.solved(point, concept)

    def is_played(self, point: Mapping[str, Fraction]) -> bool | None:
        """Whether the solver, which knows nothing of regions, finds the event played; None where its list leaves that open."""
        answer = None
        for found in self.solutions(point):
            answer = told(found, self.region.among)
            if len(found) > 0 and answer == (self.region.among == "some"):
                # What holds of one equilibrium settles the question; that there is no pure one does not.
                return answer
        return answer

    def confirms(self, *expected: tuple[Mapping[str, Fraction], bool]) -> bool:
        """Whether solving at points confirms whether the event is played there.

        Raises AssertionError if it says the contrary of a region that speaks of every equilibrium.
        """
        answers = [(self.is_played(point), played) for point, played in expected]
        for answer, played in answers:
            if answer is not None and answer != played:
                # What is played in an equilibrium that was followed is played in one, whatever was not followed.
                self.deny(certain=played and self.region.among == "some")
                return False
        return all(answer is not None for answer, _ in answers)

    def deny(self, *, certain: bool = False) -> None:
        """Raises AssertionError where the solver disagrees with what is ``certain``, or the region speaks of every equilibrium."""
        if certain or not self.only:
            raise AssertionError(f"the solver does not confirm the counterexample to '{self.claim.says}'")


def first_or_weakest(answers: Iterable[Found]) -> Found:
    """The first answer that is not "nowhere"; else one that is z3's word, if there is one; else the last one, which is proved."""
    known: list[Found] = []
    for found in answers:
        if found.status != "nowhere":
            return found
        known.append(found)
    return next((found for found in known if found.is_told), known[-1])


def payoffs_break(before: Asked, after: Asked, pair: Sequence[Mapping[str, Fraction]]) -> bool:
    """Whether the solver, which knows nothing of regions, finds equilibria at the two points whose payoffs break the claim.

    The outcomes that were followed are equilibria, whatever was not: where the solver lists all and finds none of the kind, it
    disagrees, and that raises AssertionError.
    """
    first, second = (list(asked.solutions(point)) for asked, point in zip((before, after), pair, strict=True))
    pairs = list(zip((before, after), pair, strict=True))
    # Where no outcome can be missing, what the solver leaves open is not how much anybody gets.
    known = all(asked.follows_all_at(point) for asked, point in pairs)
    if listed_payoffs_break(before.claim, first, second, known=known):
        return True
    if _all_listed(first, second):
        # Of some equilibrium it can be one that was not followed which keeps the claim.
        before.deny(certain=side_of(before.claim) == "every" or not (before.only or after.only))
    return False


def listed_payoffs_break(
    claim: Claim, first: Sequence[AnyEquilibria], second: Sequence[AnyEquilibria], *, known: bool = False
) -> bool:
    """Whether an equilibrium listed at the smaller value and one at the larger have payoffs that break the claim.

    A claim about some equilibrium is broken by all pairs only: all must be listed, or all payoffs ``known`` otherwise.
    """
    earlier, later = ([e.payoffs[str(claim.payoff)] for found in lists for e in found] for lists in (first, second))
    if not (earlier and later):
        return False
    falls = claim.moves in ("rises", "never falls")
    if side_of(claim) == "every":
        return bool(max(earlier) > min(later) if falls else min(earlier) < max(later))
    return (known or _all_listed(first, second)) and bool(
        min(earlier) > max(later) if falls else max(earlier) < min(later)
    )


def _all_listed(*lists: Sequence[AnyEquilibria]) -> bool:
    return all(found.complete != "some" for solved in lists for found in solved)


def subject_of(model: Model, claim: Claim, fixed: Mapping[str, Fraction]) -> Model:
    """The model with the outcome that the claim speaks of as its event, without assumptions that the values contradict."""
    subject = model if claim.outcome is None else replace(model, hedge=claim.outcome)
    if not fixed:
        return subject
    kept: Sequence[Condition] = [assumed for assumed in model.assumptions if _may_hold(model, fixed, assumed)]
    return replace(subject, assumptions=tuple(kept))


def _may_hold(model: Model, fixed: Mapping[str, Fraction], assumed: Condition) -> bool:
    """Whether an assumption can hold at the values that a claim fixes, the other parameters anywhere in their ranges."""
    setting = setting_of(replace(model, assumptions=()), fixed)
    return find(setting.ground, setting.ground.number(setting.condition(assumed))).status != "nowhere"
