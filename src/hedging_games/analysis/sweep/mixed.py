"""All equilibria, mixed ones included, of games in which two or three players choose once: by their supports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np

from hedging_games.algebra.arithmetic import FAST
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, Reason, conjunction, disjunction, negation
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.sweep.circuit import Relation
from hedging_games.analysis.sweep.gains import Gains, gains_of
from hedging_games.analysis.sweep.many_players import MOST_SUPPORTS, Many
from hedging_games.analysis.sweep.odds import SUPPORTS
from hedging_games.analysis.sweep.outcomes import ACTIONS, Found, Outcome
from hedging_games.analysis.sweep.supports import support_formulas
from hedging_games.games.game import Game
from hedging_games.solvers.bimatrix import extreme_supports
from hedging_games.solvers.two_player import as_bimatrix


def supports(setting: Setting) -> Found | None:
    """The supports of all equilibria where two or three players choose once; None for any other game."""
    three = three_by_two(setting.game)
    if three is not None:
        gains, outcomes = three
        return Found("masks", outcomes, FALSE, FALSE, degenerate=TRUE, gains=gains)
    nine = two_by_two(setting)
    found = (nine, ()) if nine is not None else up_to_three(setting)
    if found is None:
        return surviving(setting)
    outcomes, deciding = found
    some = disjunction(conjunction([o.stands, o.hedged]) for o in outcomes)
    missed = disjunction(conjunction([o.stands, negation(o.hedged)]) for o in outcomes)
    return Found("supports", outcomes, some, missed, deciding, disjunction(deciding))


def two_by_two(setting: Setting) -> list[Outcome[Formula]] | None:
    """Every pair of supports of a game in which two players choose between two actions each, mixtures and continua
    included; None for any other game.

    With a, b the row player's gain from its first action against the first and second column, and c, d the column player's
    from its first action against the first and second row, each pair of supports carries an equilibrium exactly where:
    both pure, neither gains; one mixes, it is indifferent, and the other's action is best against *some* mixture with both
    weights positive; both mix, each can be kept indifferent. The signs of a, b, c, d decide all of it.
    """
    game, form = setting.game, setting.game.form
    found = _choosing(game, 2, most=2)
    if found is None:
        return None
    table, choosing = found
    row, column = choosing
    squeezed = table.reshape(len(form.players), 2, 2)
    hedge = np.ones((2, 2), bool) if game.hedge is None else _event_table(game)
    labels = [next(s.actions for s in form.information_sets if s.player == player) for player in choosing]

    def gain(player: int, better: tuple[int, int], worse: tuple[int, int]) -> dict[str, Formula]:
        here, there = squeezed[(player, *better)], squeezed[(player, *worse)]
        relations: tuple[Relation, ...] = (">", "<", "==", ">=", "<=")
        own = better[0] if player == row else better[1]
        actions = labels[0 if player == row else 1]
        why = Reason(form.players[player], actions[own], actions[1 - own])
        return {relation: setting.order(here, relation, there, why) for relation in relations}

    a, b = gain(row, (0, 0), (1, 0)), gain(row, (0, 1), (1, 1))
    c, d = gain(column, (0, 0), (0, 1)), gain(column, (1, 0), (1, 1))

    def best(x: dict[str, Formula], y: dict[str, Formula], relation: str) -> Formula:
        """Some mixture with positive weights of x and y stands in the weak relation to zero."""
        return disjunction([x[relation], y[relation], conjunction([x["=="], y["=="]])])

    def level(x: dict[str, Formula], y: dict[str, Formula]) -> Formula:
        """Some mixture with positive weights of x and y is zero."""
        return disjunction(
            [conjunction([x[">"], y["<"]]), conjunction([x["<"], y[">"]]), conjunction([x["=="], y["=="]])]
        )

    stands = {
        ((0,), (0,)): conjunction([a[">="], c[">="]]),
        ((0,), (1,)): conjunction([b[">="], c["<="]]),
        ((1,), (0,)): conjunction([a["<="], d[">="]]),
        ((1,), (1,)): conjunction([b["<="], d["<="]]),
        ((0, 1), (0,)): conjunction([a["=="], best(c, d, ">")]),
        ((0, 1), (1,)): conjunction([b["=="], best(c, d, "<")]),
        ((0,), (0, 1)): conjunction([c["=="], best(a, b, ">")]),
        ((1,), (0, 1)): conjunction([d["=="], best(a, b, "<")]),
        ((0, 1), (0, 1)): conjunction([level(a, b), level(c, d)]),
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


def _choosing(game: Game, players: int, most: int) -> tuple[Any, list[int]] | None:
    """The payoff table and who chooses, where just so many players do, once, between ``most`` actions at most."""
    if not game.form.is_simultaneous:
        return None
    table = game.payoff_table()
    choosing = [player for player, size in enumerate(table.shape[1:]) if size > 1]
    return (table, choosing) if len(choosing) == players and max(table.shape[1:]) <= most else None


def _event_table(game: Game) -> np.ndarray:
    """In which cells of the table of those who choose the event happens."""
    cells = _event_cells(game)
    return cells.reshape([size for size in cells.shape if size > 1])


def _event_cells(game: Game) -> np.ndarray:
    """The same with an axis for every player."""
    assert game.hedge is not None
    counted = np.tile(game.hedge.astype(float), (len(game.players), 1))
    chance = np.zeros(game.form.slot_count)
    return np.asarray(Game(game.form, counted, chance, FAST).payoff_table()[0] > 0)


def up_to_three(setting: Setting) -> tuple[list[Outcome[Formula]], Sequence[Formula]] | None:
    """Every pair of supports of a game in which two players choose between two or three actions each, for where the game
    is non-degenerate, and where it is not (`supports`); None for any other game. Labels are those of `pointwise.label_of`.
    """
    game, form = setting.game, setting.game.form
    found = _choosing(game, 2, most=3)
    if found is None:
        return None
    table, (row, column) = found
    sizes = table.shape[row + 1], table.shape[column + 1]
    formulas, deciding = support_formulas(setting, row, column, table.reshape(len(form.players), *sizes))
    hedge = None if game.hedge is None else _event_table(game)
    outcomes = []
    for rows, columns, stands in formulas:
        played = hedge is None or any(hedge[i, j] for i in rows for j in columns)
        label = _support_label(game, {row: rows, column: columns})
        outcomes.append(Outcome(stands, TRUE if played else FALSE, label, supports=(rows, columns)))
    return outcomes, deciding


def solved_supports(game: Game) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """What the solver says of the supports of a game for two that is not degenerate."""
    table = game.payoff_table()
    choosing = [player for player, size in enumerate(table.shape[1:]) if size > 1]
    return extreme_supports(*as_bimatrix(table, choosing))


def three_by_two(game: Game) -> tuple[Gains, list[Outcome[Formula]]] | None:
    """The gains of a game in which three players choose between two actions each, and its supports as outcomes; None for
    any other game.
    """
    found = _choosing(game, 3, most=2)
    if found is None:
        return None
    table, choosing = found
    hedge = None if game.hedge is None else _event_table(game)
    outcomes = []
    for support in SUPPORTS:
        played = [(0, 1) if chosen == 2 else (chosen,) for chosen in support]
        hedged = hedge is None or any(hedge[cell] for cell in product(*played))
        actions = dict(zip(choosing, played, strict=True))
        outcomes.append(Outcome(FALSE, TRUE if hedged else FALSE, _support_label(game, actions)))
    return gains_of(table[choosing].reshape(3, 2, 2, 2)), outcomes


def surviving(setting: Setting) -> Found | None:
    """Three or more players who choose once: their pure equilibria and those in which two mix between two actions each, by formulas, and where
    the solver is asked: where another profile of supports survives strict conditional dominance (Porter, Nudelman and Shoham 2008), which
    signs tell, or a mixture is not unique. None for any other game, and for a large one.
    """
    game = setting.game
    if not game.form.is_simultaneous:
        return None
    table = game.payoff_table()
    sizes = table.shape[1:]
    supports = list(product(*(_subsets(size) for size in sizes)))
    if sum(size > 1 for size in sizes) < 3 or len(supports) > MOST_SUPPORTS:
        return None
    hedge = None if game.hedge is None else _event_cells(game)
    many = Many(setting, table)
    outcomes, open_, screened = [], [], []
    for played in supports:
        alive = many.survives(played)
        mixing = [player for player, actions in enumerate(played) if len(actions) > 1]
        by_size = sorted(mixing, key=lambda player: -len(played[player]))
        match [len(played[player]) for player in by_size]:
            case []:
                stands = alive
            case [2, 2]:
                stands, tied = (conjunction([alive, formula]) for formula in many.mixed(played, *mixing))
                open_.append(tied)
            case [3, 2]:
                open_.append(conjunction([alive, many.level(played, *by_size)]))
                continue
            case [2, 2, 2]:
                screened.append((alive, gains_of(table[np.ix_(mixing, *played)].reshape(3, 2, 2, 2))))
                continue
            case [3, 2, 2]:
                open_.append(conjunction([alive, many.three_may_mix(played, *by_size)]))
                continue
            case _:
                open_.append(alive)
                continue
        hedged = hedge is None or any(hedge[cell] for cell in product(*played))
        outcomes.append(Outcome(stands, TRUE if hedged else FALSE, _support_label(game, dict(enumerate(played)))))
    some = disjunction(conjunction([o.stands, o.hedged]) for o in outcomes)
    missed = disjunction(conjunction([o.stands, negation(o.hedged)]) for o in outcomes)
    kept = [(alive, gains) for alive, gains in screened if alive != FALSE]
    return Found(ACTIONS, outcomes, some, missed, doubtful=disjunction(open_), screened=kept)


def _subsets(size: int) -> list[tuple[int, ...]]:
    """The sets of actions that may be played, the smaller ones first."""
    return [chosen for many in range(1, size + 1) for chosen in combinations(range(size), many)]


def _support_label(game: Game, played: Mapping[int, Sequence[int]]) -> str:
    """Which actions are played, as `pointwise.label_of` writes it; players without a choice play their only action."""
    sets = game.form.information_sets
    return "; ".join(f"{s.label}: {' + '.join(s.actions[k] for k in played.get(s.player, (0,)))}" for s in sets)
