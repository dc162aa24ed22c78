"""What is asked at every point, written down once as formulas in the signs of polynomials (`circuit`).

An *outcome* is one way in which a game may be played: a pure profile, a path of play, a pair of supports. Whether it is an
equilibrium depends on finitely many signs; so does whether the event of interest happens in it. `events` finds these
formulas for the games and concepts that have them, and None for the others, which are solved point by point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from hedging_games.algebra.evaluation import compiled
from hedging_games.algebra.expression import And, Comparison, Condition, Not, Or
from hedging_games.algebra.program import Recorder
from hedging_games.analysis.sweep.circuit import FALSE, TRUE, Circuit, Node, Relation
from hedging_games.analysis.sweep.gains import Gains, gains_of
from hedging_games.analysis.sweep.odds import SUPPORTS
from hedging_games.analysis.sweep.signals import signalling_signs
from hedging_games.analysis.sweep.supports import support_formulas
from hedging_games.errors import ExpressionError, HedgingGamesError
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.model.model import Model

MOST_COMPARISONS: Final = 20_000
"""Payoff differences that a formula may look at; larger games are solved point by point."""

MOST_OUTCOMES: Final = 512
"""Ways to play that a formula may tell apart."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to play: where it ``stands`` as an equilibrium, where the event is ``hedged`` in it (has a positive
    probability), and its ``label``; further the event's ``probability`` and what the outcome is worth to each player, as
    rational functions (None where they are not one thing).
    """

    stands: Node
    hedged: Node
    label: str
    probability: Any = None
    payoffs: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """The formulas of a sweep.

    Attributes
    ----------
    names : the open parameters, in the order of the polynomials' variables.
    valid : where the game exists and the model's assumptions hold.
    some, every : where the event is played in some and in every equilibrium (and there is one).
    kind : what the outcomes are: ``profile``, ``path`` or ``supports``.
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
    degenerate: Node = FALSE
    deciding: tuple[Node, ...] = ()
    gains: Gains | None = None


class TooLargeError(Exception):
    """The formula would be too large."""


def events(model: Model, concept: str, open_names: Sequence[str], point: Mapping[str, Fraction]) -> Events | None:
    """The formulas for a concept where ``open_names`` vary and every other parameter has its value in ``point``; None if
    this game and concept have none here.
    """
    free = [name for name in model.parameters if name in open_names]
    if not free:
        return None
    try:
        game = model.symbolic(**{name: value for name, value in point.items() if name not in free})
    except HedgingGamesError:
        # An assumption fails whatever the open parameters are: the general path says so point by point.
        return None
    circuit = Circuit()
    try:
        valid = _valid(model, game, circuit, point)
        elsewhere = _left_to_numbers(game, concept, circuit)
        if elsewhere is not None:
            return replace(elsewhere, names=tuple(free), valid=valid)
        found = _outcomes(game, concept, circuit)
    except (TooLargeError, ExpressionError):
        return None
    if found is None:
        return None
    kind, listed, deciding = found
    degenerate = circuit.any_of(deciding)
    some = circuit.any_of(circuit.all_of([o.stands, o.hedged]) for o in listed)
    otherwise = [circuit.any_of([circuit.negation(o.stands), o.hedged]) for o in listed]
    every = circuit.all_of([some, *otherwise])
    return Events(
        circuit, tuple(free), tuple(listed), valid, some, every, kind, game.players, degenerate, tuple(deciding)
    )


def _left_to_numbers(game: Game, concept: str, circuit: Circuit) -> Events | None:
    """Games whose equilibria are not written as formulas: supports of three players, and signalling by sign classes."""
    if concept == "nash":
        three = three_by_two(game)
        if three is not None:
            gains, outcomes = three
            return Events(circuit, (), outcomes, TRUE, FALSE, FALSE, "masks", game.players, TRUE, gains=gains)
    if concept in ("sequential", "weak-pbe"):
        deciding = signalling_signs(game, circuit)
        if deciding:
            return Events(circuit, (), (), TRUE, FALSE, FALSE, "classes", game.players, TRUE, tuple(deciding))
    return None


def _outcomes(game: Game, concept: str, circuit: Circuit) -> tuple[str, list[Outcome], Sequence[Node]] | None:
    if concept == "pure-nash":
        return "profile", pure_nash(game, circuit), ()
    if concept == "subgame-perfect" and game.form.has_perfect_information:
        return "path", backward_induction(game, circuit), ()
    if concept == "nash":
        found = two_by_two(game, circuit)
        return ("supports", found, ()) if found is not None else up_to_three(game, circuit)
    return None


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


# --- pure Nash equilibria ------------------------------------------------------------------------------------------------------


def pure_nash(game: Game, circuit: Circuit) -> list[Outcome]:
    """Every profile of reduced plans: it stands where no player has a better plan against the others' (Nash 1951)."""
    import numpy as np

    from hedging_games.games.reductions import chance_of_terminals, count_plans, plan_masks, strategic_form

    form = game.form
    counts = [count_plans(form, player) for player in range(len(form.players))]
    cells = int(np.prod(counts, dtype=object))
    if cells > MOST_OUTCOMES or cells * sum(counts) > MOST_COMPARISONS:
        raise TooLargeError
    table = strategic_form(game)
    odds = chance_of_terminals(game)
    masks = [plan_masks(form, player, plans) for player, plans in enumerate(table.plans)]
    outcomes = []
    for cell in np.ndindex(*counts):
        parts = []
        for player, own in enumerate(cell):
            for other in range(counts[player]):
                if other != own:
                    there = (*cell[:player], other, *cell[player + 1 :])
                    here = table.payoffs[(player, *cell)]
                    why = f"{form.players[player]} would play {_plan_text(game, table.plans[player][other])}"
                    parts.append(circuit.order(here, table.payoffs[(player, *there)], ">=", why))
        reached = np.logical_and.reduce([mask[plan] for mask, plan in zip(masks, cell, strict=True)])
        label = ", ".join(_plan_text(game, plans[k]) for plans, k in zip(table.plans, cell, strict=True) if plans[k])
        worth = tuple(table.payoffs[(player, *cell)] for player in range(len(form.players)))
        total = game.arithmetic.number(0)
        for z in np.flatnonzero(reached if game.hedge is None else reached & game.hedge):
            total = total + odds[z]
        outcomes.append(Outcome(circuit.all_of(parts), circuit.sign(total, ">"), label, total, worth))
    return outcomes


def _plan_text(game: Game, plan: Sequence[int]) -> str:
    form = game.form
    several = len(plan) > 1
    words = []
    for slot in plan:
        label = form.information_sets[int(form.set_of_slot[slot])].label
        words.append(f"{label}: {form.action_of_slot[slot]}" if several else form.action_of_slot[slot])
    return "; ".join(words)


# --- subgame perfection in trees of perfect information -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Continuation:
    """A path (with chance: one for each branch) from a history on: where it is subgame perfect, what it is worth, and the
    terminal histories in which it ends with their probabilities.
    """

    stands: Node
    worth: tuple[Any, ...]
    ends: tuple[tuple[int, Any], ...]


def backward_induction(game: Game, circuit: Circuit) -> list[Outcome]:
    """Every path of play: it stands where some subgame-perfect equilibrium leads along it, every tie followed.

    A continuation by an action stands at a history if it stands after the action, and after every other action some
    continuation stands that is worth no more to the mover: subgames are independent of one another, so it takes one of
    each (Selten 1965).
    """
    form = game.form
    number = {int(history): z for z, history in enumerate(form.terminals)}
    one = game.arithmetic.number(1)
    found: dict[int, list[_Continuation]] = {}
    work = 0
    for history in range(form.history_count - 1, -1, -1):
        if history in number:
            z = number[history]
            found[history] = [_Continuation(TRUE, tuple(game.payoffs[:, z]), ((z, one),))]
            continue
        s = int(form.decided_at[history])
        below = [found.pop(child) for child in form.children[history]]
        size = sum(map(len, below))
        work += size * size
        if size > MOST_OUTCOMES or work > MOST_COMPARISONS:
            raise TooLargeError
        if form.information_sets[s].player == CHANCE:
            found[history] = _at_chance([game.chance[slot] for slot in form.slots(s)], below, circuit, game)
        else:
            found[history] = _at_decision(game, s, below, circuit)
    outcomes = []
    for continuation in found[0]:
        label = " | ".join(form.history_labels[int(form.terminals[z])] for z, _ in continuation.ends)
        total = game.arithmetic.number(0)
        for z, probability in continuation.ends:
            if game.hedge is None or game.hedge[z]:
                total = total + probability
        outcomes.append(Outcome(continuation.stands, circuit.sign(total, ">"), label, total, continuation.worth))
    return outcomes


def _at_decision(game: Game, s: int, below: list[list[_Continuation]], circuit: Circuit) -> list[_Continuation]:
    mover, actions = game.form.information_sets[s].player, game.form.information_sets[s].actions
    name = game.form.players[mover]
    found = []
    for action, continuations in enumerate(below):
        for here in continuations:
            parts = [here.stands]
            for other, alternatives in enumerate(below):
                if other != action:
                    why = f"{name} would play {actions[other]}"
                    parts.append(
                        circuit.any_of(
                            circuit.all_of(
                                [there.stands, circuit.order(here.worth[mover], there.worth[mover], ">=", why)]
                            )
                            for there in alternatives
                        )
                    )
            found.append(_Continuation(circuit.all_of(parts), here.worth, here.ends))
    return found


def _at_chance(
    odds: Sequence[Any], below: list[list[_Continuation]], circuit: Circuit, game: Game
) -> list[_Continuation]:
    from itertools import product
    from math import prod

    if prod(map(len, below)) > MOST_OUTCOMES:
        raise TooLargeError
    found = []
    for choice in product(*below):
        worth = tuple(
            sum((p * c.worth[player] for p, c in zip(odds, choice, strict=True)), game.arithmetic.number(0))
            for player in range(len(game.players))
        )
        ends = tuple((z, p * q) for p, c in zip(odds, choice, strict=True) for z, q in c.ends)
        found.append(_Continuation(circuit.all_of(c.stands for c in choice), worth, ends))
    return found


# --- all equilibria of 2×2 games -------------------------------------------------------------------------------------------------


def two_by_two(game: Game, circuit: Circuit) -> list[Outcome] | None:
    """Every pair of supports of a game in which two players choose between two actions each, mixtures and continua
    included; None for any other game.

    With a, b the row player's gain from its first action against the first and second column, and c, d the column player's
    from its first action against the first and second row, each pair of supports carries an equilibrium exactly where:
    both pure, neither gains; one mixes, it is indifferent, and the other's action is best against *some* mixture with both
    weights positive; both mix, each can be kept indifferent. The signs of a, b, c, d decide all of it.
    """
    import numpy as np

    form = game.form
    if not form.is_simultaneous:
        return None
    table = game.payoff_table()
    choosing = [player for player in range(len(form.players)) if table.shape[player + 1] > 1]
    if len(choosing) != 2 or any(table.shape[player + 1] != 2 for player in choosing):
        return None
    row, column = choosing
    squeezed = table.reshape(len(form.players), 2, 2)
    hedge = np.ones((2, 2), bool) if game.hedge is None else _event_table(game)
    labels = [next(s.actions for s in form.information_sets if s.player == player) for player in choosing]

    def gain(player: int, better: tuple[int, int], worse: tuple[int, int]) -> dict[str, Node]:
        here, there = squeezed[(player, *better)], squeezed[(player, *worse)]
        relations: tuple[Relation, ...] = (">", "<", "==", ">=", "<=")
        own = better[0] if player == row else better[1]
        other = labels[0 if player == row else 1][1 - own]
        why = f"{form.players[player]} would play {other}"
        return {relation: circuit.order(here, there, relation, why) for relation in relations}

    a, b = gain(row, (0, 0), (1, 0)), gain(row, (0, 1), (1, 1))
    c, d = gain(column, (0, 0), (0, 1)), gain(column, (1, 0), (1, 1))
    both, either = circuit.all_of, circuit.any_of

    def best(x: dict[str, Node], y: dict[str, Node], relation: str) -> Node:
        """Some mixture with positive weights of x and y stands in the weak relation to zero."""
        return either([x[relation], y[relation], both([x["=="], y["=="]])])

    def level(x: dict[str, Node], y: dict[str, Node]) -> Node:
        """Some mixture with positive weights of x and y is zero."""
        return either([both([x[">"], y["<"]]), both([x["<"], y[">"]]), both([x["=="], y["=="]])])

    stands = {
        ((0,), (0,)): both([a[">="], c[">="]]),
        ((0,), (1,)): both([b[">="], c["<="]]),
        ((1,), (0,)): both([a["<="], d[">="]]),
        ((1,), (1,)): both([b["<="], d["<="]]),
        ((0, 1), (0,)): both([a["=="], best(c, d, ">")]),
        ((0, 1), (1,)): both([b["=="], best(c, d, "<")]),
        ((0,), (0, 1)): both([c["=="], best(a, b, ">")]),
        ((1,), (0, 1)): both([d["=="], best(a, b, "<")]),
        ((0, 1), (0, 1)): both([level(a, b), level(c, d)]),
    }
    outcomes = []
    for (rows, columns), node in stands.items():
        played = any(hedge[i, j] for i in rows for j in columns)
        parts = [" + ".join(labels[0][i] for i in rows), " + ".join(labels[1][j] for j in columns)]
        is_pure = len(rows) == len(columns) == 1
        worth = tuple(squeezed[:, rows[0], columns[0]]) if is_pure else None
        probability = squeezed[0, 0, 0] * 0 + int(played) if is_pure else None
        outcomes.append(Outcome(node, TRUE if played else FALSE, ", ".join(parts), probability, worth))
    return outcomes


def _event_table(game: Game) -> Any:
    """In which cells of the table of the two players who choose the event happens."""
    import numpy as np

    from hedging_games.algebra.arithmetic import FAST

    assert game.hedge is not None
    counted = np.tile(game.hedge.astype(float), (len(game.players), 1))
    chance = np.zeros(game.form.slot_count)
    table = Game(game.form, counted, chance, FAST).payoff_table()[0] > 0
    return table.reshape([size for size in table.shape if size > 1])


def up_to_three(game: Game, circuit: Circuit) -> tuple[str, list[Outcome], Sequence[Node]] | None:
    """Every pair of supports of a game in which two players choose between two or three actions each, for where the game
    is non-degenerate, and where it is not (`supports`); None for any other game. Labels are those of `pointwise.label_of`.
    """
    form = game.form
    if not form.is_simultaneous:
        return None
    table = game.payoff_table()
    choosing = [player for player in range(len(form.players)) if table.shape[player + 1] > 1]
    if len(choosing) != 2 or max(table.shape[1:]) > 3:
        return None
    row, column = choosing
    sizes = table.shape[row + 1], table.shape[column + 1]
    formulas, deciding = support_formulas(game, row, column, table.reshape(len(form.players), *sizes), circuit)
    hedge = None if game.hedge is None else _event_table(game)
    outcomes = []
    for rows, columns, stands in formulas:
        played = hedge is None or any(hedge[i, j] for i in rows for j in columns)
        label = _support_label(game, {row: rows, column: columns})
        outcomes.append(Outcome(stands, TRUE if played else FALSE, label))
    return "supports", outcomes, deciding


# --- all equilibria of three players with two actions each ------------------------------------------------------------------------


def three_by_two(game: Game) -> tuple[Gains, tuple[Outcome, ...]] | None:
    """The gains of a game in which three players choose between two actions each, and its supports as outcomes; None for
    any other game.
    """
    from itertools import product

    form = game.form
    if not form.is_simultaneous:
        return None
    table = game.payoff_table()
    choosing = [player for player in range(len(form.players)) if table.shape[player + 1] > 1]
    if len(choosing) != 3 or any(table.shape[player + 1] != 2 for player in choosing):
        return None
    hedge = None if game.hedge is None else _event_table(game)
    outcomes = []
    for support in SUPPORTS:
        played = [(0, 1) if chosen == 2 else (chosen,) for chosen in support]
        hedged = hedge is None or any(hedge[cell] for cell in product(*played))
        actions = dict(zip(choosing, played, strict=True))
        outcomes.append(Outcome(FALSE, TRUE if hedged else FALSE, _support_label(game, actions)))
    return gains_of(table[choosing].reshape(3, 2, 2, 2)), tuple(outcomes)


def _support_label(game: Game, played: Mapping[int, Sequence[int]]) -> str:
    """Which actions are played, as `pointwise.label_of` writes it; players without a choice play their only action."""
    sets = game.form.information_sets
    return "; ".join(f"{s.label}: {' + '.join(s.actions[k] for k in played.get(s.player, (0,)))}" for s in sets)
