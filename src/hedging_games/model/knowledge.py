"""When the moves of chance become known: in a tree with continuous choices everybody knows all that went before.

A move of chance that nobody has seen yet could as well be made later. So it stands just before the first decision that depends on it.
"""

from __future__ import annotations

from hedging_games.model.declarations import Continuum, Decision, Grid
from hedging_games.model.names import Names, lottery_formulas


def as_known(names: Names) -> list[Decision]:
    """The decisions in their order, each move of chance put off until something depends on it."""
    order: list[Decision] = []
    waiting: list[Decision] = []
    for decision in names.decisions.values():
        if decision.player is None:
            waiting.append(decision)
            continue
        needed = _depends_on(decision, names)
        for draw in reversed(waiting):
            if draw.name in needed:
                needed |= _depends_on(draw, names)
        order += [draw for draw in waiting if draw.name in needed]
        waiting = [draw for draw in waiting if draw.name not in needed]
        order.append(decision)
    return order + waiting


def _depends_on(decision: Decision, names: Names) -> frozenset[str]:
    """The decisions that one sees, or that its condition, its probabilities and its ends speak of."""
    formulas = [*lottery_formulas(decision), *([] if decision.when is None else [decision.when])]
    if isinstance(decision.choice, Grid | Continuum):
        formulas += decision.choice.formulas
    return frozenset(decision.sees) | names.decisions_of(formulas)
