"""What is asked at every point, written down once as formulas in the signs of polynomials (`circuit`).

An *outcome* is one way in which a game may be played: a pure profile, a path of play, a pair of supports. Whether it is an
equilibrium depends on finitely many signs; so does whether the event of interest happens in it. `events` finds these
formulas for the games and concepts that have them, and None for the others, which are solved point by point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hedging_games.algebra.evaluation import compiled
from hedging_games.algebra.expressions.expression import And, Comparison, Condition, Not, Or
from hedging_games.algebra.program import Recorder
from hedging_games.analysis.sweep.circuit import FALSE, TRUE, Circuit, Node
from hedging_games.analysis.sweep.derived import paths_of_play, pure_nash
from hedging_games.analysis.sweep.gains import Gains
from hedging_games.analysis.sweep.mixed import three_by_two, two_by_two, up_to_three
from hedging_games.analysis.sweep.outcomes import Found, Outcome, TooLargeError
from hedging_games.analysis.sweep.signals import signalling_signs
from hedging_games.analysis.sweep.task import COULD_NOT_FINISH
from hedging_games.errors import CouldNotFinish, ExpressionError, HedgingGamesError
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.model.model import Model


@dataclass(frozen=True, slots=True)
class Events:
    """The formulas of a sweep.

    Attributes
    ----------
    names : the open parameters, in the order of the polynomials' variables.
    valid : where the game exists and the model's assumptions hold.
    some, every : where the event is played in some and in every equilibrium (and there is one).
    kind : what the outcomes are: ``profile``, ``path`` or ``supports``.
    complete : whether every equilibrium was followed. If not, only that the event is played in some and missed in some
        (``every`` false) is settled.
    degenerate : where the outcomes do not tell the whole answer, and one game of every combination of signs is solved: of the
        signs of the polynomials that the nodes ``deciding`` speak of.
    gains : of three players with two actions each, whose mixed equilibria the formulas leave to `three_players`; there
        `degenerate` is true everywhere, and the outcomes stand as the bits of its masks say.
    """

    circuit: Circuit
    names: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    valid: Node
    some: Node
    every: Node
    kind: str
    players: tuple[str, ...]
    complete: bool = True
    degenerate: Node = FALSE
    deciding: tuple[Node, ...] = ()
    gains: Gains | None = None

    @property
    def tell_all(self) -> bool:
        """Whether the truths of `some` and `every` are the answer at every point."""
        return self.complete and self.degenerate == FALSE

    def flags(self, some: bool, every: bool) -> tuple[int, int]:  # noqa: FBT001  # truths
        """The truths of `some` and `every` as a sweep's flags: where equilibria may be missing, only what those that were
        found prove is settled.
        """
        if self.complete:
            return int(some), int(every)
        return 1 if some else COULD_NOT_FINISH, COULD_NOT_FINISH if every else 0


def events(model: Model, concept: str, open_names: Sequence[str], point: Mapping[str, Fraction]) -> Events | None:
    """The formulas for a concept where ``open_names`` vary and every other parameter has its value in ``point``; None if
    this game and concept have none here.
    """
    free = [name for name in model.parameters if name in open_names]
    if not free:
        return None
    try:
        fixed = {name: value for name, value in point.items() if name not in free}
        game = model.symbolic(**fixed)
    except HedgingGamesError:
        # An assumption fails whatever the open parameters are: the general path says so point by point.
        return None
    circuit = Circuit()
    try:
        valid = _valid(model, game, circuit, point)
        elsewhere = _left_to_numbers(game, concept, circuit)
        if elsewhere is not None:
            return replace(elsewhere, names=tuple(free), valid=valid)
        found = _found(model, game, fixed, concept, circuit)
    except (TooLargeError, ExpressionError, CouldNotFinish):
        return None
    if found is None:
        return None
    never_missed = circuit.negation(found.missed)
    return Events(
        circuit,
        tuple(free),
        found.outcomes,
        valid,
        found.some,
        circuit.all_of([found.some, never_missed]) if found.complete else never_missed,
        found.kind,
        game.players,
        found.complete,
        circuit.any_of(found.deciding),
        found.deciding,
    )


def _left_to_numbers(game: Game, concept: str, circuit: Circuit) -> Events | None:
    """Games whose equilibria are not written as formulas: supports of three players, and signalling by sign classes."""
    if concept == "nash":
        three = three_by_two(game)
        if three is not None:
            gains, outcomes = three
            return Events(
                circuit, (), outcomes, TRUE, FALSE, FALSE, "masks", game.players, degenerate=TRUE, gains=gains
            )
    if concept in ("sequential", "weak-pbe"):
        deciding = signalling_signs(game, circuit)
        if deciding:
            signs = tuple(deciding)
            return Events(circuit, (), (), TRUE, FALSE, FALSE, "classes", game.players, degenerate=TRUE, deciding=signs)
    return None


def _found(model: Model, game: Game, fixed: Mapping[str, Fraction], concept: str, circuit: Circuit) -> Found | None:
    if concept == "pure-nash":
        return pure_nash(model, game, fixed, circuit)
    if concept == "subgame-perfect" and game.form.has_perfect_information:
        return paths_of_play(model, game, fixed, circuit)
    if concept != "nash":
        return None
    nine = two_by_two(game, circuit)
    supports = ("supports", nine, ()) if nine is not None else up_to_three(game, circuit)
    if supports is None:
        return None
    kind, outcomes, deciding = supports
    some = circuit.any_of(circuit.all_of([o.stands, o.hedged]) for o in outcomes)
    missed = circuit.any_of(circuit.all_of([o.stands, circuit.negation(o.hedged)]) for o in outcomes)
    return Found(kind, tuple(outcomes), some, missed, tuple(deciding))


# --- where the game exists -------------------------------------------------------------------------------------------------


def _valid(model: Model, game: Game, circuit: Circuit, point: Mapping[str, Fraction]) -> Node:
    """Assumptions hold, no denominator is zero, no probability of chance is negative."""
    lift = game.arithmetic.number
    values = {name: lift(value) for name, value in game.parameters.items()}
    parts = [_condition(model, game, condition, values, circuit) for condition in model.assumptions]
    program = model.unrolled(point).program
    if program.divisors:
        divisors = replace(program, outputs=tuple(program.divisors)).run(values, game.arithmetic)
        parts += [circuit.sign(divisor, "!=") for divisor in divisors]
    for slot in range(game.form.slot_count):
        if game.form.player_of_slot[slot] == CHANCE:
            parts.append(circuit.sign(game.chance[slot], ">="))
    return circuit.all_of(parts)


def _condition(model: Model, game: Game, condition: Condition, values: Mapping[str, Any], circuit: Circuit) -> Node:
    """An assumption as a formula.

    Raises ExpressionError where it compares by ``min``, ``max`` or an indicator what is left open.
    """
    if isinstance(condition, Not):
        return circuit.negation(_condition(model, game, condition.operand, values, circuit))
    if isinstance(condition, And | Or):
        parts = [_condition(model, game, operand, values, circuit) for operand in condition.operands]
        return circuit.all_of(parts) if isinstance(condition, And) else circuit.any_of(parts)
    assert isinstance(condition, Comparison)
    recorder = Recorder()
    scope = model.scope({name: recorder.input(name) for name in model.parameters})
    sides = [compiled(operand)(scope, frozenset()) for operand in condition.operands]
    worth = recorder.finish(sides).run(values, game.arithmetic)
    relations = condition.relations
    return circuit.all_of(
        circuit.order(left, right, relation) for left, right, relation in zip(worth, worth[1:], relations, strict=False)
    )
