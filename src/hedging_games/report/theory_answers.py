"""Answers beside equilibria as JSON objects and CSV: refinements, elimination, risk dominance, quantal response."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from hedging_games.analysis.precision import LogitBranch, PrecisionEstimate
from hedging_games.analysis.refine import Refined
from hedging_games.errors import InputError
from hedging_games.games.game import Game
from hedging_games.report.answers import SCHEMA, equilibrium_answer, json_number, solve_answer
from hedging_games.theory.dominance import Elimination
from hedging_games.theory.risk import PDominance, RiskDominance


def refined_answer(refined: Refined) -> dict[str, Any]:
    """The answer of ``solve --refine``: that of ``solve`` for what is kept, and what is dropped with the reasons."""
    game = refined.kept.game
    dropped = [
        {"criterion": one.criterion, "reason": one.reason, "equilibrium": equilibrium_answer(game, one.equilibrium)}
        for one in refined.dropped
    ]
    return solve_answer(refined.kept) | {"refined": {"by": list(refined.criteria), "dropped": dropped}}


def eliminate_answer(game: Game, found: Elimination) -> dict[str, Any]:
    """The answer of ``eliminate``."""
    removals = [
        {
            "round": removal.round,
            "player": removal.player,
            "plan": removal.plan,
            "dominated_by": {plan: json_number(weight) for plan, weight in removal.dominated_by.items()},
        }
        for removal in found.removals
    ]
    surviving = {player: list(plans) for player, plans in found.surviving.items()}
    return _of(game) | {
        "removals": removals,
        "surviving": surviving,
        "complete": found.complete,
        "conjectures": found.conjectures,
    }


def risk_answer(game: Game, trusts: Sequence[PDominance], verdict: RiskDominance | InputError) -> dict[str, Any]:
    """The answer of ``risk-dominance``; ``verdict`` may be the refusal of a game it does not fit."""
    equilibria = [
        {
            "profile": trust.profile,
            "p": {player: json_number(p) for player, p in trust.p.items()},
            "level": json_number(trust.level),
        }
        for trust in trusts
    ]
    answer = _of(game) | {"p_dominance": equilibria}
    if isinstance(verdict, InputError):
        return answer | {"risk_dominance": None, "notes": [problem.what for problem in verdict.problems]}
    compared = {
        "profiles": list(verdict.profiles),
        "measures": [json_number(measure) for measure in verdict.measures],
        "dominant": verdict.dominant,
    }
    return answer | {"risk_dominance": compared, "notes": []}


def branch_answer(game: Game, found: LogitBranch) -> dict[str, Any]:
    """The answer of ``branch``."""
    return _of(game) | {
        "points": [{name: repr(value) for name, value in row.items()} for row in found.rows()],
        "crossings": [repr(float(p)) for p in found.crossings],
        "regret": json_number(found.regret),
        "notes": list(found.notes),
    }


def precision_answer(game: Game, found: PrecisionEstimate) -> dict[str, Any]:
    """The answer of ``precision``; it is null where the likelihood rises to the limit of the branch."""
    return _of(game) | {
        "precision": None if found.at_limit else repr(found.precision),
        "standard_error": None if found.standard_error is None else repr(found.standard_error),
        "log_likelihood": repr(found.log_likelihood),
        "uniform": repr(found.uniform),
        "observations": int(found.observations) if found.observations.denominator == 1 else str(found.observations),
        "profile": {
            label: {action: repr(float(p)) for action, p in mixture.items()}
            for label, mixture in found.profile.as_dict().items()
        },
    }


def csv_text(rows: Sequence[Mapping[str, float]]) -> str:
    """Rows of floats as CSV, every digit kept."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: repr(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _of(game: Game) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "model": game.name,
        "parameters": {name: json_number(value) for name, value in game.parameters.items()},
    }
