"""What regions are called, and the cases of a model: where they are, and whether what is played there is what the region says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from hedging_games.algebra.checking import Check, no_check
from hedging_games.analysis.limits import is_out_of_time
from hedging_games.analysis.phases import Phases, Profile, phases
from hedging_games.analysis.recent import Recent
from hedging_games.errors import HedgingGamesError
from hedging_games.model.model import Model


def outcome_names(outcomes: Sequence[Profile]) -> list[str]:
    """Equilibria in words: the actions on the path where these say it all of every one, else decision by decision."""
    is_short = all(_is_told_by_actions(outcome) for outcome in outcomes)
    return [_name(outcome, is_short=is_short) for outcome in outcomes]


def _is_told_by_actions(outcome: Profile) -> bool:
    actions = [action for mixture in outcome.values() for action in mixture]
    return len(actions) == len(outcome) == len(set(actions)) and all(a.replace(" ", "").isidentifier() for a in actions)


def _name(outcome: Profile, *, is_short: bool) -> str:
    if not outcome:
        return "players who are indifferent mix"
    if is_short:
        return ", ".join(action for mixture in outcome.values() for action in mixture)
    return "; ".join(f"{label}: {mixture_name(mixture)}" for label, mixture in outcome.items())


def mixture_name(mixture: Mapping[str, str]) -> str:
    """Actions with their probabilities."""
    return " + ".join(action if p == "1" else f"({p}) {action}" for action, p in mixture.items())


def regime_name(names: Sequence[str], between: str) -> str:
    """A set of equilibria in words."""
    return between.join(names) or "no equilibrium"


MOST_SAID: Final = 160
"""Letters up to which what is played in a case that is not drawn is written out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A case (or the baseline) in a figure.

    ``at`` : a number for each of the figure's parameters. ``same`` : all other parameters are those of the figure. ``agrees`` : what is played in the case is what the figure says there.
    ``regime`` : what is played in the case.
    """

    name: str
    at: tuple[float, ...]
    same: bool
    agrees: bool
    regime: str


def places(found: Phases, check: Check = no_check) -> list[Place]:
    """The baseline and the cases that lie within a figure.

    Where other parameters differ from the figure's, the case's own equilibria are found by `phases` over the first parameter; they
    agree if they are the same sets of actions. With continuous choices, whose numbers differ with the parameters, and for a case that
    cannot be compared, that is not said of them.
    """
    setting = found.setting
    assert setting is not None
    model = setting.model
    told = []
    for name in (None, *model.cases):
        point = model.point(name) if name is not None else model.point()
        at = [point[parameter] for parameter in found.parameters]
        if any(point[parameter] not in model.parameters[parameter].range for parameter in found.parameters):
            continue
        same = all(point[other] == value for other, value in found.fixed.items())
        there = found.at(*at)
        if there is None:
            continue
        figure = [found.outcomes[k] for k in there]
        own = figure if same else _own(found, name, at[0], check)
        agrees = same or (own is not None and not setting.is_continuous and _alike(figure, own))
        regime = "not derived" if own is None else regime_name(outcome_names(own), " | ")
        if own is not None and len(regime) > MOST_SAID:
            regime = "another equilibrium" if len(own) == 1 else f"{len(own)} equilibria"
        told.append(Place(name or "baseline", tuple(map(float, at)), same, agrees, regime))
    return told


_alone: Recent[tuple[Model, str, str, str | None], Phases] = Recent(16)
"""Phases of cases over one parameter: every figure over it asks for them."""


def _own(found: Phases, case: str | None, x: Fraction, check: Check) -> list[Profile] | None:
    """What is played in a case, at its own parameters."""
    assert found.setting is not None
    model, over = found.setting.model, found.parameters[0]
    try:
        alone = _alone(
            (model, over, found.concept, case), lambda: phases(model, [over], found.concept, case=case, check=check)
        )
    except HedgingGamesError as problem:
        if is_out_of_time(problem):
            raise
        return None
    there = alone.at(x)
    return None if there is None else [alone.outcomes[k] for k in there]


def _alike(some: Sequence[Profile], others: Sequence[Profile]) -> bool:
    one, other = ({_support(outcome) for outcome in outcomes} for outcomes in (some, others))
    return one == other


def _support(outcome: Profile) -> frozenset[tuple[str, frozenset[str]]]:
    return frozenset((label, frozenset(mixture)) for label, mixture in outcome.items())
