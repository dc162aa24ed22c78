"""Strong and coalition-proof Nash equilibria: the Nash equilibria that groups leave alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hedging_games.games.game import Game
from hedging_games.games.reductions import StrategicForm, strategic_form
from hedging_games.games.values import expected_payoffs
from hedging_games.solvers.run import Run, found_in_half
from hedging_games.solvers.subsets import kept_part
from hedging_games.theory.coalitions import coalition_proof_plans, gains_purely, group_gain, groups, plan_weights
from hedging_games.theory.equilibria import EXTREME_NOTE, Candidate, Proposal

Nash = Callable[[Game, Run], Proposal]

PURE_NOTE = (
    "pure plans and pure joint deviations only: coalition-proof equilibria in mixed strategies are not looked for"
)


def propose_strong(game: Game, run: Run, nash: Nash) -> Proposal:
    """The strong Nash equilibria (Aumann 1959) among the Nash equilibria that ``nash`` finds.

    Complete where those are isolated. Of a continuum of two players' equilibria a maximal Nash subset X × Y is kept
    or dropped whole if its extreme points agree: payoffs fill a rectangle there, which resists joint deviations if its
    worst corner does and falls if its best one does. Where they disagree, and for more players, a note says so.
    """
    table = strategic_form(game)
    found = found_in_half(nash, game, run)
    kept: list[int] = []
    unclear = fell_to_lotteries = 0
    for number, candidate in enumerate(found.candidates):
        run.check()
        mixed = plan_weights(table, candidate.profile)
        tempted = [
            group for group in groups(table) if group_gain(table, mixed, group, run.check) > _slack(game, candidate)
        ]
        if not tempted and candidate.error is None:
            kept.append(number)
            run.keep(candidate)
        unclear += not tempted and candidate.error is not None
        fell_to_lotteries += bool(tempted) and not any(gains_purely(table, mixed, group) for group in tempted)
    notes = []
    if unclear:
        notes.append(
            f"{unclear} Nash equilibria known up to an enclosure were left out: no group gains much, if any does"
        )
    if fell_to_lotteries:
        notes.append(f"{fell_to_lotteries} Nash equilibria fell to joint lotteries of a group, to no joint pure plans")
    if found.subsets is not None and sum(len(plans) > 1 for plans in table.plans) > 2:
        # Payoffs of more players fill no rectangle: a set may fall inside though its extreme points stand.
        of_nash = tuple(note for note in found.notes if note != EXTREME_NOTE)
        found = replace(found, subsets=None, notes=of_nash)
    return kept_part(found, kept, tuple(notes), complete=not unclear)


def _slack(game: Game, candidate: Candidate) -> Fraction:
    """How far a group's gain at an approximate profile may be from its gain at the equilibrium the profile stands for:
    payoffs differ by the spread at most, and are affine in each probability. 0 for exact profiles.
    """
    if candidate.error is None:
        return Fraction(0)
    spread = max(max(worth) - min(worth) for worth in game.payoffs)
    return Fraction(2 * candidate.error * game.form.slot_count * spread)


def propose_coalition_proof(game: Game, run: Run, nash: Nash) -> Proposal:
    """The coalition-proof Nash equilibria (Bernheim, Peleg and Whinston 1987).

    Two players: the Nash equilibria, mixed ones included, that no other one makes both better off. More players: all
    pure ones, deviations of groups being pure as well (complete: ``some``, since mixed ones are not looked for).
    """
    table = strategic_form(game)
    if sum(len(plans) > 1 for plans in table.plans) <= 2:
        return _undominated(game, table, nash(game, run.apart()))
    candidates = []
    for plans in coalition_proof_plans(table, run.check):
        weights = [[Fraction(int(k == plan)) for k in range(len(table.plans[i]))] for i, plan in enumerate(plans)]
        candidates.append(Candidate(table.profile(weights)))
    return Proposal(tuple(candidates), "some", (PURE_NOTE,))


def _undominated(game: Game, table: StrategicForm, found: Proposal) -> Proposal:
    """The equilibria that no other one beats for both players who choose. On a maximal Nash subset payoffs fill a
    rectangle, so that its best corner, an extreme equilibrium, is what others have to fear.
    """
    choosing = [player for player, plans in enumerate(table.plans) if len(plans) > 1]
    worth = [
        [payoffs[player] for player in choosing]
        for payoffs in (expected_payoffs(game, candidate.profile.probabilities) for candidate in found.candidates)
    ]
    kept = [k for k, own in enumerate(worth) if not any(_beats(other, own) for other in worth)]
    return kept_part(found, kept)


def _beats(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return bool(one) and all(a > b for a, b in zip(one, other, strict=True))
