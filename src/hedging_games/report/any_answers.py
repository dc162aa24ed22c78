"""What solving gave, of whatever kind, as a JSON object."""

from __future__ import annotations

from typing import Any

from hedging_games.analysis.refine import Refined
from hedging_games.analysis.select import Selected
from hedging_games.report.answers import json_number, solve_answer
from hedging_games.report.continuous_answers import continuous_answer
from hedging_games.report.markov_answers import markov_answer
from hedging_games.report.repeated_answers import repeated_answer
from hedging_games.report.theory_answers import refined_answer
from hedging_games.theory.markov import MarkovEquilibria
from hedging_games.theory.reactions import AnyEquilibria, ContinuousEquilibria
from hedging_games.theory.repeated import RepeatedEquilibria


def any_answer(found: AnyEquilibria | Refined | Selected) -> dict[str, Any]:
    """The answer of ``solve``."""
    if isinstance(found, Selected):
        return any_answer(found.whole) | {"selected": _selected(found)}
    if isinstance(found, ContinuousEquilibria):
        return continuous_answer(found)
    if isinstance(found, MarkovEquilibria):
        return markov_answer(found)
    if isinstance(found, RepeatedEquilibria):
        return repeated_answer(found)
    return refined_answer(found) if isinstance(found, Refined) else solve_answer(found)


def _selected(selected: Selected) -> dict[str, Any]:
    """What was picked, by which criterion, of how many: numbers are places in ``equilibria``."""
    return {
        "by": selected.criterion.name,
        "meaning": selected.criterion.meaning,
        "source": selected.criterion.source,
        "picked": list(selected.picked),
        "of": len(selected.found),
        "measures": [None if measure is None else json_number(measure) for measure in selected.measures],
        "notes": list(selected.notes),
    }
