"""What solving gave, of whatever kind, as a JSON object."""

from __future__ import annotations

from typing import Any

from hedging_games.analysis.refine import Refined
from hedging_games.report.answers import solve_answer
from hedging_games.report.continuous_answers import continuous_answer
from hedging_games.report.markov_answers import markov_answer
from hedging_games.report.repeated_answers import repeated_answer
from hedging_games.report.theory_answers import refined_answer
from hedging_games.theory.markov import MarkovEquilibria
from hedging_games.theory.reactions import AnyEquilibria, ContinuousEquilibria
from hedging_games.theory.repeated import RepeatedEquilibria


def any_answer(found: AnyEquilibria | Refined) -> dict[str, Any]:
    """The answer of ``solve``."""
    if isinstance(found, ContinuousEquilibria):
        return continuous_answer(found)
    if isinstance(found, MarkovEquilibria):
        return markov_answer(found)
    if isinstance(found, RepeatedEquilibria):
        return repeated_answer(found)
    return refined_answer(found) if isinstance(found, Refined) else solve_answer(found)
