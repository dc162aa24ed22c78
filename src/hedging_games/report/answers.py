"""Answers as JSON objects: the surface that scripts rely on. Every number is a string, so that nothing is rounded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.errors import HedgingGamesError
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.reductions import strategic_form
from hedging_games.theory.beliefs.supporting import open_beliefs
from hedging_games.theory.dominance import plan_names
from hedging_games.theory.equilibria import ContinuumCell, Equilibria, Equilibrium

SCHEMA = 1
"""Raised when a key changes its meaning; new keys alone do not raise it."""

CONTINUUM_KEYS = ("component", "dimension", "support", "conditions", "equilibria")
"""What an answer's ``continua`` say of each of its cells."""


def json_number(value: Any, error: Fraction | None = None) -> Any:
    """A rational as ``"1/3"``; any other exact number as an object with its approximation and exact form; a number known
    up to ``error`` as an object with its approximation and that bound; a float as its shortest decimal.
    """
    if error is not None:
        shown = repr(float(value))
        return {"approx": shown, "exact": None, "error": _upwards(error + abs(Fraction(shown) - Fraction(value)))}
    if isinstance(value, (int, Fraction, np.integer)):
        return str(Fraction(int(value)) if isinstance(value, np.integer) else value)
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    return value.json()


def _upwards(bound: Fraction) -> str:
    """A bound in three digits, rounded up: what is printed must still be one."""
    with localcontext(prec=3, rounding=ROUND_CEILING):
        return f"{(Decimal(bound.numerator) / Decimal(bound.denominator)).normalize():.3g}"


def solve_answer(found: Equilibria) -> dict[str, Any]:
    """The answer of ``solve``."""
    game = found.game
    answer: dict[str, Any] = {
        "schema": SCHEMA,
        "model": game.name,
        "parameters": {name: json_number(value) for name, value in game.parameters.items()},
        "concept": found.concept,
        "method": found.method,
        "complete": found.complete,
        "notes": list(found.notes),
        "equilibria": [
            equilibrium_answer(game, equilibrium) | _belief_sets(found, k) for k, equilibrium in enumerate(found)
        ],
        "components": [list(component) for component in found.components],
    }
    if found.subsets is not None:
        answer["subsets"] = [list(subset) for subset in found.subsets]
    if found.grouped is not None:
        answer["grouped"] = found.grouped
    if found.ranges is not None:
        answer["ranges"] = _spans(found.ranges)
    if found.continua:
        answer["cells"] = [cell_answer(cell) for cell in found.continua]
        # What earlier versions called them, for scripts that read that.
        answer["continua"] = [{key: cell[key] for key in CONTINUUM_KEYS} for cell in answer["cells"]]
    return answer


def cell_answer(cell: ContinuumCell) -> dict[str, Any]:
    """A cell of equilibria. ``ranges`` are exact, over the closure of the cell; ``bounds`` enclose those that are not."""
    return {
        "component": cell.component,
        "dimension": cell.dimension,
        "support": {label: list(names) for label, names in cell.support.items()},
        "conditions": cell.conditions,
        "equations": list(cell.equations),
        "inequalities": list(cell.inequalities),
        "equilibria": list(cell.points),
        "sample": cell.sample,
        "ranges": _spans(cell.ranges),
        "bounds": _spans(cell.bounds),
    }


def _spans(ranges: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    return {name: [json_number(low), json_number(high)] for name, (low, high) in ranges.items()}


def equilibrium_answer(game: Game, equilibrium: Equilibrium) -> dict[str, Any]:
    """One equilibrium of an answer."""
    profile = equilibrium.profile
    answer: dict[str, Any] = {
        "profile": {label: _numbers(mixture, equilibrium.error) for label, mixture in profile.as_dict().items()},
        "beliefs": equilibrium.beliefs and {label: _numbers(belief) for label, belief in equilibrium.beliefs.items()},
        "payoffs": {
            name: json_number(value, equilibrium.payoff_error(max(worth) - min(worth)))
            for (name, value), worth in zip(equilibrium.payoffs.items(), game.payoffs, strict=True)
        },
        "hedge": None if equilibrium.hedge is None else json_number(equilibrium.hedge, equilibrium.payoff_error(1)),
        "strict": equilibrium.strict,
        "certificate": {
            "exact": equilibrium.certificate.exact,
            "largest_gain": json_number(equilibrium.certificate.largest_gain),
        },
    }
    if equilibrium.distribution is not None:
        table = strategic_form(game)
        names = plan_names(table)
        answer["distribution"] = [
            {
                "plans": {player: names[k][cell[k]] for k, player in enumerate(game.players)},
                "probability": json_number(p),
            }
            for cell, p in equilibrium.distribution.items()
        ]
    if profile.unreached:
        answer["unreached"] = [game.form.information_sets[s].label for s in sorted(profile.unreached)]
    return answer


def _belief_sets(found: Equilibria, number: int) -> dict[str, Any]:
    """Where there is a choice of beliefs, all that support the profile: decision to alternatives, each the extreme points
    of a convex set. What is listed under ``beliefs`` is one choice among them.
    """
    sets = open_beliefs(found, number)
    if sets is None or not sets.parts:
        return {}
    answer: dict[str, Any] = {
        "belief_sets": {
            label: [[_numbers(belief) for belief in hull] for hull in hulls]
            for label, hulls in sets.open_sets().items()
        }
    }
    if sets.undecided:
        answer["beliefs_undecided"] = list(sets.undecided)
    return answer


def _numbers(values: Mapping[str, Any], error: Fraction | None = None) -> dict[str, Any]:
    return {name: json_number(value, error) for name, value in values.items()}


def show_answer(game: Game) -> dict[str, Any]:
    """The answer of ``show``: the game as it was understood, at its point."""
    form = game.form
    return {
        "schema": SCHEMA,
        "model": game.name,
        "title": game.title,
        "players": list(form.players),
        "parameters": {name: json_number(value) for name, value in game.parameters.items()},
        "decisions": [
            {
                "label": s.label,
                "player": "chance" if s.player == CHANCE else form.players[s.player],
                "actions": list(s.actions),
            }
            | (
                {"probabilities": [json_number(game.chance[k]) for k in form.slots(number)]}
                if s.player == CHANCE
                else {}
            )
            | {"histories": [form.history_labels[h] for h in form.histories_of[number]]}
            for number, s in enumerate(form.information_sets)
        ],
        "outcomes": [
            {
                "history": [form.action_of_slot[slot] for slot in form.path(int(history))],
                "decisions": [_label(form, slot) for slot in form.path(int(history))],
                "payoffs": _numbers(dict(zip(form.players, game.payoffs[:, z], strict=True))),
                "hedge": None if game.hedge is None else bool(game.hedge[z]),
            }
            for z, history in enumerate(form.terminals)
        ],
        "notes": list(game.notes),
    }


def _label(form: Form, slot: int) -> str:
    return form.information_sets[int(form.set_of_slot[slot])].label


def error_answer(error: HedgingGamesError) -> dict[str, Any]:
    """A failed row of ``solve --points``."""
    return {"error": "; ".join(f"{p.what}{f' ({p.remedy})' if p.remedy else ''}" for p in error.problems)}
