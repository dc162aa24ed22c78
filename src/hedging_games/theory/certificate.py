"""Judging: the certificate of a candidate, computed from the definition alone. No solver calls this module."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import numpy as np

from hedging_games.algebra.numbers import whole_numbers
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import strategic_form
from hedging_games.games.worths import Play, play_of
from hedging_games.theory.assessments import assessment_is_strict, certify_assessment
from hedging_games.theory.coalitions import coalition_proof_plans, group_gain, groups, plan_weights
from hedging_games.theory.concepts import NASH, PURE_NASH, SUBGAME_PERFECT, Concept
from hedging_games.theory.deviations import best_plan_gain, decision_gains, direct_values, is_strict, matrix_gains
from hedging_games.theory.dominance import weakly_dominating
from hedging_games.theory.equilibria import Candidate, Certificate
from hedging_games.theory.evolution import why_unstable

Judgement = tuple[Certificate, bool]
"""A certificate, and whether the equilibrium is strict."""


def judge(game: Game, candidate: Candidate, concept: Concept, play: Play | None = None) -> Judgement:
    """The certificate of a candidate under a concept, and whether it is strict (every deviation loses). ``play`` as for `certify`."""
    if concept is PURE_NASH and not candidate.profile.is_pure:
        raise AssertionError("somebody randomises")
    if concept.scopes is not None:
        return certify(game, candidate.profile, concept, play)
    return JUDGES[concept.name](game, candidate)


def certify(game: Game, profile: MixedProfile, concept: Concept, play: Play | None = None) -> tuple[Certificate, bool]:
    """The certificate of a profile and whether it is strict (every deviation loses). ``play`` : `worths.play_of` of it, where that is known already.

    The largest gain is the maximum over players and the concept's scopes of `deviations.best_plan_gain`: exactly 0 for
    an equilibrium, positive otherwise. Exact where the game is.
    """
    probabilities = profile.probabilities
    if concept in (NASH, PURE_NASH) and (play := play or play_of(game, probabilities)):
        for player, name in enumerate(game.players):
            if not play.is_distribution(player):
                raise AssertionError(f"the probabilities of '{name}' are no distribution: {profile}")
        gain, every_other_loses = matrix_gains(play)
        return Certificate(exact=True, largest_gain=gain), profile.is_pure and gain == 0 and every_other_loses
    _require_distributions(profile)
    assert concept.scopes is not None
    largest: Any = game.arithmetic.number(0)
    strict = profile.is_pure
    information_sets = game.form.information_sets
    if concept is SUBGAME_PERFECT and game.form.has_perfect_information:
        # Every stage is a single decision, so that all can be looked at together.
        largest, every_other_loses = decision_gains(game, profile)
        return Certificate(game.arithmetic.name == "exact", largest), strict and every_other_loses
    for scope in concept.scopes(game, probabilities):
        # Who decides nothing in a scope cannot deviate there.
        for player in sorted({information_sets[s].player for s in scope.sets} - {CHANCE}):
            direct = direct_values(game, probabilities, scope, player)
            largest = max(largest, best_plan_gain(game, probabilities, scope, player, direct))
            strict = strict and is_strict(game, probabilities, scope, player, direct)
    return Certificate(exact=game.arithmetic.name == "exact", largest_gain=largest), strict and largest == 0


def _require_distributions(profile: MixedProfile) -> None:
    """A profile's probabilities are distributions; a solver that proposes anything else has a defect."""
    form = profile.form
    if profile.is_pure:
        counts = np.bincount(form.set_of_slot[profile.is_taken], minlength=len(form.information_sets))
        if (counts[form.player_of_set != CHANCE] == 1).all():
            return
    for player in range(len(form.players)):
        for s in form.sets_of(player):
            here = [profile.probabilities[slot] for slot in form.slots(s)]
            if any(p < 0 for p in here) or sum(here) != 1:
                raise AssertionError(
                    f"the probabilities at '{form.information_sets[s].label}' are no distribution: {here}"
                )


def _sequential(game: Game, candidate: Candidate) -> Judgement:
    return _assessed(game, candidate, consistent=True)


def _weak_pbe(game: Game, candidate: Candidate) -> Judgement:
    return _assessed(game, candidate, consistent=False)


def _assessed(game: Game, candidate: Candidate, *, consistent: bool) -> Judgement:
    assert candidate.beliefs is not None
    _require_distributions(candidate.profile)
    certificate = certify_assessment(game, candidate.profile, candidate.beliefs, consistent=consistent)
    return certificate, assessment_is_strict(game, candidate.profile, candidate.beliefs)


def _strong_nash(game: Game, candidate: Candidate) -> Judgement:
    """The largest gain is that of any group, every member gaining at least so much."""
    alone, strict = certify(game, candidate.profile, NASH)
    table = strategic_form(game)
    mixed = plan_weights(table, candidate.profile)
    together = [group_gain(table, mixed, group) for group in groups(table)]
    return Certificate(alone.exact, max([alone.largest_gain, *together])), strict


def _coalition_proof(game: Game, candidate: Candidate) -> Judgement:
    """The gain reported is that of single players. With three or more who choose, the recursion itself decides
    membership; with two, that no other equilibrium is better for both rests on the list of all of them.
    """
    table = strategic_form(game)
    if sum(len(plans) > 1 for plans in table.plans) > 2:
        mixed = plan_weights(table, candidate.profile)
        if tuple(weights.index(1) for weights in mixed) not in _coalition_proof_plans(game):
            raise AssertionError(f"a proposed profile is not coalition-proof: {candidate.profile}")
    return certify(game, candidate.profile, NASH)


@lru_cache(maxsize=1)
def _coalition_proof_plans(game: Game) -> frozenset[tuple[int, ...]]:
    """Decided once for all candidates of a game."""
    return frozenset(coalition_proof_plans(strategic_form(game)))


def _correlated(game: Game, candidate: Candidate) -> Judgement:
    """The largest gain of any player who is told a plan and takes another, weighted by how often it is told."""
    assert candidate.distribution is not None
    table = strategic_form(game)
    weights = list(candidate.distribution.values())
    if min(weights) < 0 or sum(weights) != 1:
        raise AssertionError("the proposed distribution is none")
    # One common denominator: of a large support the probabilities have hundreds of digits.
    whole, scale = whole_numbers(weights)
    likely = dict(zip(candidate.distribution, whole, strict=True))
    largest: Any = game.arithmetic.number(0)
    strict = True
    for player, plans in enumerate(table.plans):
        payoffs = np.moveaxis(table.payoffs[player] if table.whole is None else table.whole.numbers[player], player, 0)
        unit = scale if table.whole is None else scale * table.whole.scales[player]
        for told in range(len(plans)):
            cells = {cell: p for cell, p in likely.items() if cell[player] == told and p > 0}
            if not cells:
                continue
            others = [payoffs[(slice(None), *_without(cell, player))].tolist() for cell in cells]
            for other in range(len(plans)):
                if other == told:
                    continue
                gain = sum(p * (worth[other] - worth[told]) for p, worth in zip(cells.values(), others, strict=True))
                strict = strict and gain < 0
                if gain > 0:
                    largest = max(largest, gain * Fraction(1, unit))
    return Certificate(game.arithmetic.name == "exact", largest), strict


def _without(cell: tuple[int, ...], player: int) -> tuple[int, ...]:
    return cell[:player] + cell[player + 1 :]


def _perfect(game: Game, candidate: Candidate) -> Judgement:
    """With two players an equilibrium is perfect exactly if nobody's strategy is weakly dominated (van Damme 1991)."""
    table = strategic_form(game)
    mixed = plan_weights(table, candidate.profile)
    for player, weights in enumerate(mixed):
        rows = np.moveaxis(table.payoffs[player], player, 0)
        if weakly_dominating(rows, np.array(weights, dtype=object) @ rows) is not None:
            raise AssertionError(f"a proposed strategy of {game.players[player]} is weakly dominated")
    return certify(game, candidate.profile, NASH)


def _stable(game: Game, candidate: Candidate) -> Judgement:
    if why_unstable(game, candidate.profile) is not None:
        raise AssertionError(f"a mutant can invade {candidate.profile}")
    return certify(game, candidate.profile, NASH)


def _quantal(game: Game, candidate: Candidate) -> Judgement:
    """Not an equilibrium in the sense of deviations: the gain is what the best reply would add, exactly, at a nearby
    rational profile.
    """
    certificate, _ = certify(game, candidate.profile, NASH)
    return Certificate(exact=False, largest_gain=certificate.largest_gain), False


JUDGES: Final[dict[str, Callable[[Game, Candidate], Judgement]]] = {
    "sequential": _sequential,
    "weak-pbe": _weak_pbe,
    "strong-nash": _strong_nash,
    "coalition-proof": _coalition_proof,
    "correlated": _correlated,
    "perfect": _perfect,
    "evolutionarily-stable": _stable,
    "qre": _quantal,
}
"""How the concepts that are more than the absence of gains in some scopes are judged."""
