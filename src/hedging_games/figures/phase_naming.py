"""What the regions of a phase diagram are called, and how they are filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hedging_games.analysis.conditions.solved import Among
from hedging_games.analysis.phases import Phases
from hedging_games.errors import input_error
from hedging_games.figures.charts import Entry
from hedging_games.figures.palette import FILLS, Fill
from hedging_games.figures.regime_names import outcome_names
from hedging_games.figures.regions import Apart, Kind, Map
from hedging_games.figures.scene import Scene

MOST_TOLD: Final = 24
"""Different equilibria that a figure tells apart: a legend of more lines is longer than the figure."""

TALLEST: Final = 648.0
"""The height of a journal's page: 9 inches."""

MOST_NAMES: Final = 1200
"""Letters of all sets of equilibria together up to which each is written out; beyond that equilibria are numbered, and listed once."""


@dataclass(frozen=True)
class Naming:
    """What kinds of regions are called and how they are filled.

    ``names`` : the equilibria of each. ``repeated`` : kinds whose fill others have too, which are numbered as well. ``listed`` : lines of the
    legend that explain names.
    """

    names: Mapping[Kind, tuple[str, ...]]
    fills: Mapping[Kind, Fill]
    repeated: frozenset[Kind]
    listed: tuple[Entry, ...]


def require_among(among: object) -> None:
    """Raises InputError for what is no way to tell the event apart."""
    if among not in (None, "some", "every"):
        raise input_error("figure", f"among is {among!r}", "write some or every, or leave it out")


def on_a_page(found: Phases, among: Among | None, draw: Callable[[Apart, tuple[str, ...]], Scene]) -> Scene:
    """A figure of phases; where there are too many equilibria for it, or for its page, one that tells apart only the event, and says so.

    ``draw`` makes it, given what is told apart and the notes.
    """
    assert found.setting is not None
    met = {outcome for phase in found.phases for outcome in phase.outcomes}
    may_fold = among is None and found.setting.has_event
    if not may_fold or len(met) <= MOST_TOLD:
        scene = draw(among, found.notes)
        if not may_fold or scene.height <= TALLEST:
            return scene
    said = f"there are {len(met)} different equilibria, too many to be told apart here: hg.phases lists them"
    return draw("event", (*found.notes, said))


def naming_for(what: Map, found: Phases, apart: Apart) -> Naming:
    """The names of the kinds in a figure of phases."""
    assert found.setting is not None
    if apart is not None:
        return naming_among(what, apart, str(found.setting.model.hedge))
    sets = {kind: found.phases[kind[0]].outcomes for kind in kinds_in(what)}
    return naming_of(what, sets, outcome_names(found.outcomes))


def naming_of(what: Map, sets: Mapping[Kind, Sequence[int]], outcomes: Sequence[str]) -> Naming:
    """Names by the equilibria of each kind: positions in the names of all outcomes."""
    fills, repeated = _fills(what)
    if sum(len(outcomes[k]) for there in sets.values() for k in there) <= MOST_NAMES:
        return Naming({k: tuple(outcomes[n] for n in there) for k, there in sets.items()}, fills, repeated, ())
    names = {kind: (", ".join(f"[{n}]" for n in there),) if there else () for kind, there in sets.items()}
    met = sorted({n for there in sets.values() for n in there})
    return Naming(names, fills, repeated, tuple(Entry(f"[{n}] {outcomes[n]}") for n in met))


def naming_among(what: Map, among: str, event: str) -> Naming:
    """Names where only whether the event is played is told apart."""
    said = {"every": f"in {among} equilibrium: {event}", "none": f"not in {among} equilibrium: {event}"}
    if among == "event":
        said = {
            "every": f"in every equilibrium: {event}",
            "some": f"in some, not in every: {event}",
            "none": f"in none: {event}",
        }
    fills, repeated = _fills(what)
    names = {kind: (said.get(kind[1] or "none", str(kind[1])),) for kind in kinds_in(what)}
    return Naming(names, fills, repeated, ())


def kinds_in(what: Map) -> list[Kind]:
    """All kinds of regions and ties, in order."""
    return list(dict.fromkeys([*(region.kind for region in what.regions), *(tie.kind for tie in what.ties)]))


def _fills(what: Map) -> tuple[dict[Kind, Fill], frozenset[Kind]]:
    """The fill of each kind of region, and the kinds that share theirs with another."""
    families: dict[str, list[Kind]] = {}
    for kind in dict.fromkeys(region.kind for region in what.regions):
        families.setdefault(kind[1] or "none", []).append(kind)
    fills = {kind: FILLS[f][k % len(FILLS[f])] for f, kinds in families.items() for k, kind in enumerate(kinds)}
    repeated = {kind for f, kinds in families.items() for kind in kinds[len(FILLS[f]) :]}
    return fills, frozenset(repeated)
