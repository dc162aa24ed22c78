"""Picking among several equilibria by a criterion that is named: what was picked, from how many, and by which measure.

Nothing is ever left out of the answer: it holds the whole list, and says which of its equilibria the criterion picks, if any.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hedging_games.algebra.numbers import shown_number
from hedging_games.analysis.refine import Refined
from hedging_games.errors import did_you_mean, input_error
from hedging_games.shown import Shown
from hedging_games.theory.equilibria import Equilibria, Equilibrium
from hedging_games.theory.reactions import AnyEquilibria, AnyEquilibrium
from hedging_games.theory.risk import risk_dominance

LISTED: Final = "only the listed equilibria were compared, and there may be others, or sets of them"


@dataclass(frozen=True, slots=True)
class Criterion:
    """How to pick: its ``meaning`` in a few words, its ``source``, and ``pick``: from an answer to the numbers of the equilibria that are
    picked and a measure of each (None where there is none).
    """

    name: str
    meaning: str
    source: str
    pick: Callable[[AnyEquilibria], tuple[Sequence[int], Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Selected(Shown):
    """What a criterion picks among the equilibria of an answer.

    Attributes
    ----------
    found : the whole answer; ``refined`` : the refinement that it is what is kept of, if any. criterion : by what was picked.
    picked : the numbers of the equilibria picked; several where they tie, none where the criterion favours none.
    measures : one for each equilibrium, by which they were compared; None where there is none. notes : what limits the comparison.
    """

    found: AnyEquilibria
    criterion: Criterion
    picked: tuple[int, ...]
    measures: tuple[Any, ...]
    notes: tuple[str, ...] = ()
    refined: Refined | None = None

    @property
    def whole(self) -> AnyEquilibria | Refined:
        """The answer that was given: with what was dropped, if it had been refined."""
        return self.found if self.refined is None else self.refined

    @property
    def equilibria(self) -> tuple[AnyEquilibrium, ...]:
        """The equilibria picked."""
        return tuple(self.found[k] for k in self.picked)

    @property
    def said(self) -> str:
        """What was picked, by which criterion, and from how many, in one line."""
        numbers = ", ".join(f"#{k}" for k in self.picked) or "none"
        compared = [f"#{k} {shown_number(m)}" for k, m in enumerate(self.measures) if m is not None]
        by = f"; measures: {', '.join(compared)}" if compared else ""
        line = f"selected by {self.criterion.name} ({self.criterion.meaning}; {self.criterion.source})"
        return f"{line}: {numbers} of {len(self.found)} found{by}"

    def __str__(self) -> str:
        return "\n".join([str(self.whole), self.said, *(f"note: {note}" for note in self.notes)])


def select(found: AnyEquilibria | Refined, criterion: str) -> Selected:
    """The equilibria that a criterion picks among those of an answer, beside the whole answer.

    Parameters
    ----------
    found : an answer of `hedging_games.solve`, or what `hedging_games.refine` made of one: then among those kept.
    criterion : ``payoff-dominance``, no player does better in another one (Harsanyi and Selten 1988); ``risk-dominance``, as `risk_dominance` says;
        ``welfare``, the largest sum of payoffs, which takes them to be comparable between players; ``event``, the event of interest is
        likeliest. Equilibria that tie are picked together; where the criterion favours none, none is.

    What is picked is picked among the listed equilibria: where the list is not all there is, a note says so.

    Raises
    ------
    InputError
        For an unknown criterion (with the nearest one), for ``event`` where none is named, for ``risk-dominance`` in games for which it is
        not defined, and for equilibria that are known by approximation only.
    """
    if criterion not in CRITERIA:
        raise input_error(
            "selection", f"no criterion is called '{criterion[:60]}'", did_you_mean(criterion, list(CRITERIA))
        )
    if not isinstance(found, Refined) and not hasattr(found, "complete"):
        what = f"'{str(found)[:60]}' is no answer, among whose equilibria some could be picked"
        raise input_error("selection", what, f"solve first: select(solve(...), '{criterion}')")
    refined = found if isinstance(found, Refined) else None
    found = found.kept if isinstance(found, Refined) else found
    if any(isinstance(e, Equilibrium) and e.error is not None for e in found):
        what = "an equilibrium is known by approximation only, and what ties cannot be told"
        raise input_error("selection", what, "select among those of another concept, such as pure-nash")
    wanted = CRITERIA[criterion]
    picked, measures = wanted.pick(found)
    is_all = found.complete == "all" and not (isinstance(found, Equilibria) and found.continua)
    return Selected(found, wanted, tuple(picked), tuple(measures), () if is_all else (LISTED,), refined)


def _best(measures: Sequence[Any]) -> tuple[list[int], Sequence[Any]]:
    best = max(measures, default=None)
    return [k for k, measure in enumerate(measures) if measure == best], measures


def _by_welfare(found: AnyEquilibria) -> tuple[list[int], Sequence[Any]]:
    return _best([sum(e.payoffs.values()) for e in found])


def _by_event(found: AnyEquilibria) -> tuple[list[int], Sequence[Any]]:
    if any(e.hedge is None for e in found):
        raise input_error(
            "selection", "no event is named", "add a line such as hedge: Engage and Tolerate to the model"
        )
    return _best([e.hedge for e in found])


def _by_payoffs(found: AnyEquilibria) -> tuple[list[int], Sequence[Any]]:
    """Those that are at least as good for every player as every other one; they pay all players the same."""
    payoffs = [tuple(e.payoffs.values()) for e in found]
    picked = [
        k
        for k, own in enumerate(payoffs)
        if all(mine >= theirs for other in payoffs for mine, theirs in zip(own, other, strict=True))
    ]
    return picked, [None] * len(payoffs)


def _by_risk(found: AnyEquilibria) -> tuple[list[int], Sequence[Any]]:
    verdict = risk_dominance(found.game)
    assert isinstance(found, Equilibria)
    played = [_pure_actions(found, e) for e in found]
    measure = [dict(zip(map(_key, verdict.profiles), verdict.measures, strict=True)).get(_key(p)) for p in played]
    if verdict.dominant is None:
        return [], measure
    safer = verdict.profiles[verdict.dominant]
    return [k for k, actions in enumerate(played) if actions == safer], measure


def _key(actions: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(actions.items())


def _pure_actions(found: Equilibria, equilibrium: Equilibrium) -> dict[str, str]:
    """Player to action, of those who do not randomise."""
    sets = {s.label: found.game.players[s.player] for s in found.game.form.information_sets}
    played = equilibrium.profile.as_dict()
    return {sets[label]: a for label, mixture in played.items() for a, p in mixture.items() if p == 1}


CRITERIA: Final = {
    criterion.name: criterion
    for criterion in (
        Criterion(
            "payoff-dominance",
            "at least as good for every player as any other",
            "Harsanyi and Selten 1988",
            _by_payoffs,
        ),
        Criterion(
            "risk-dominance",
            "the safer one where the others' play is in doubt",
            "Harsanyi and Selten 1988; Morris and Shin 2003",
            _by_risk,
        ),
        Criterion("welfare", "the largest sum of payoffs", "the utilitarian sum", _by_welfare),
        Criterion("event", "the event of interest is likeliest", "the model's own event", _by_event),
    )
}
"""The criteria, by name."""
