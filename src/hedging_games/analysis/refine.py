"""Refining an answer: which of its equilibria a criterion keeps, which it drops, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hedging_games.analysis.limits import interrupted_after, seconds_allowed
from hedging_games.errors import ConceptError, Problem, input_error
from hedging_games.games.values import path_outcome
from hedging_games.shown import Shown
from hedging_games.theory.equilibria import EXTREME_NOTE, Completeness, Equilibria, Equilibrium
from hedging_games.theory.refinements import REFINEMENTS
from hedging_games.theory.refinements import refine as sifted

OF_BELIEFS: Final = ("intuitive", "D1")
"""Criteria that judge what is played on the path, and presume sequential rationality off it."""

RATIONAL_OFF_THE_PATH: Final = ("sequential", "weak-pbe", "subgame-perfect")
NOT_NASH: Final = ("correlated", "qre")

LISTED_NOTE: Final = "of the sets of equilibria only the listed points were judged"


@dataclass(frozen=True, slots=True)
class Dropped:
    """An equilibrium that fails a ``criterion``, with the ``reason`` in one sentence."""

    equilibrium: Equilibrium
    criterion: str
    reason: str

    def __str__(self) -> str:
        return f"dropped by {self.criterion}: {self.equilibrium.profile}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Refined(Shown):
    """An answer after the ``criteria``, applied in order: what is ``kept`` of it, and what is ``dropped``."""

    kept: Equilibria
    criteria: tuple[str, ...]
    dropped: tuple[Dropped, ...]

    def __str__(self) -> str:
        return "\n".join([str(self.kept), f"refined by {', '.join(self.criteria)}", *map(str, self.dropped)])


def refine(found: Equilibria, *criteria: str, time_limit: float | None = None) -> Refined:
    """The equilibria that pass every criterion, and why the others fail.

    Parameters
    ----------
    found : an answer of `hedging_games.solve`. For ``intuitive`` and ``D1`` (Cho and Kreps 1987), which judge a signalling
        game's outcomes, one whose concept is sequentially rational; for ``undominated``, Nash equilibria of any kind.
    criteria : names of `theory.refinements.REFINEMENTS`.
    time_limit : seconds.

    What is kept is as complete as ``found`` where every connected set stands or falls whole; else it is ``some``.

    Raises
    ------
    ConceptError
        If a criterion is unknown, does not fit the game, or not the concept of ``found``.
    CouldNotFinish
        If the table of plans is too large, or time runs out.
    """
    if not criteria:
        raise input_error("refinement", "no criterion is named", f"name some of {', '.join(REFINEMENTS)}")
    kept = list(found)
    dropped: list[Dropped] = []
    with interrupted_after(seconds_allowed(time_limit)):
        for criterion in criteria:
            _require_fit(found, criterion)
            passing, failing = sifted(found.game, kept, criterion)
            kept = list(passing)
            dropped += [Dropped(equilibrium, criterion, reason) for equilibrium, reason in failing]
        return Refined(_part(found, kept, criteria), criteria, tuple(dropped))


def _require_fit(found: Equilibria, criterion: str) -> None:
    """Raise ConceptError if a criterion says nothing about what was found."""
    if criterion in OF_BELIEFS and found.concept not in RATIONAL_OFF_THE_PATH:
        reason, remedy = "presumes best replies off the path", "refine sequential equilibria"
    elif criterion in REFINEMENTS and found.concept in NOT_NASH:
        reason, remedy = "judges Nash equilibria", "refine those of another concept"
    elif criterion in REFINEMENTS and any(equilibrium.error is not None for equilibrium in found):
        reason, remedy = "needs exact probabilities", "leave it out"
    else:
        return
    problem = Problem("refinement", f"{criterion} {reason}, and these are {found.concept} equilibria", remedy)
    raise ConceptError(problem)


def _part(found: Equilibria, kept: list[Equilibrium], criteria: tuple[str, ...]) -> Equilibria:
    """The answer with only the equilibria kept."""
    numbers = [k for k, equilibrium in enumerate(found) if any(equilibrium is other for other in kept)]
    place = {k: new for new, k in enumerate(numbers)}
    stands_whole = all(_is_of_one_mind(found, component, place, criteria) for component in found.components)
    is_known = bool(found.components) or not len(found)
    complete: Completeness = found.complete if stands_whole and is_known and not found.continua else "some"
    components = _renumbered(found.components, place)
    notes = found.notes if complete == found.complete else (*found.notes, LISTED_NOTE)
    if complete == "extreme" and all(len(component) == 1 for component in components):
        complete, notes = "all", tuple(note for note in notes if note != EXTREME_NOTE)
    return replace(
        found,
        complete=complete,
        equilibria=tuple(kept),
        components=components,
        # Only where every connected set stands or falls whole are the points between the corners known to pass.
        subsets=None if found.subsets is None or complete == "some" else _renumbered(found.subsets, place),
        continua=(),
        ranges=found.ranges if len(kept) == len(found) and not found.continua else None,
        notes=notes,
    )


def _is_of_one_mind(
    found: Equilibria, component: tuple[int, ...], place: dict[int, int], criteria: tuple[str, ...]
) -> bool:
    """Whether a connected set is kept or dropped whole: a single point is, and for criteria that judge outcomes a set on
    which one path is played.
    """
    if len(component) == 1:
        return True
    if any(criterion not in OF_BELIEFS for criterion in criteria):
        return False
    paths = {tuple(path_outcome(found.game, found[k].profile.probabilities)) for k in component}
    return len(paths) == 1 and len({k in place for k in component}) == 1


def _renumbered(groups: tuple[tuple[int, ...], ...], place: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    parts = (tuple(place[k] for k in group if k in place) for group in groups)
    return tuple(part for part in parts if part)
