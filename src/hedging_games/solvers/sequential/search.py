"""All sequential equilibria of small trees with perfect recall, of any number of players, support by support.

The game is cut into stages (`Form.stages`), solved from the last to the first: a sequential equilibrium is one in every
subgame, and mistakes in one subgame say nothing about another. In a stage every choice of supports, the actions played at
each information set, is looked at; `conditions` writes its conditions down as polynomials in positive unknowns,
and `algebra.positive` solves them. A choice of supports under which some action played is worse than another whatever is
believed is passed over at once.

What the answer's completeness means: ``all``, every component is a point; ``extreme``, the equilibria are the union of
products of polytopes, given by their vertices; ``some``, the notes say which supports were left open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from hedging_games.errors import could_not_finish
from hedging_games.games.form import Form, Stage
from hedging_games.games.game import Game
from hedging_games.solvers.run import Run
from hedging_games.solvers.sequential.answer import Whole, cell_of, largest_cells, proposal_of
from hedging_games.solvers.sequential.conditions import (
    Conditions,
    Family,
    constant_worth,
    solve_conditions,
    stage_conditions,
    weak_conditions,
)
from hedging_games.solvers.sequential.supports import plays
from hedging_games.solvers.sequential.worth import Key, StagePlay, Support, Worth, constant
from hedging_games.theory.equilibria import Proposal

SHOWN_SUPPORTS = 20
"""Supports that a note lists."""

MOST_SUBGAME_PLAYS = 5_000
"""Ways to play a subgame, and the whole game, before the search is given up."""


@dataclass(frozen=True, slots=True)
class Subgame:
    """A way to play a subgame, or several that are worth the same.

    Attributes
    ----------
    worth : by player, to those who come before.
    support : the sets of the stage, and of later stages whose probabilities are still unknowns.
    conditions : on those unknowns; none where all is fixed.
    solved : the probabilities of the stage's slots by family, where it does not depend on what comes before.
    below : for each later stage that is fixed, the ways to play it.
    """

    worth: tuple[Worth, ...]
    support: Support
    conditions: Conditions
    solved: tuple[Family, ...] = ()
    below: tuple[tuple[Subgame, ...], ...] = ()


@dataclass(slots=True)
class _Findings:
    """What could not be decided."""

    open_supports: dict[str, list[Support]] = field(default_factory=dict)

    def note(self, reason: str, support: Support) -> None:
        """Remember a reason with the supports it belongs to."""
        supports = self.open_supports.setdefault(reason, [])
        if support not in supports:
            supports.append(support)

    def notes(self, form: Form) -> tuple[str, ...]:
        """One sentence for each reason, with some of its supports."""
        found = []
        for reason, supports in self.open_supports.items():
            shown = "; ".join(_support_text(form, support) for support in supports[:SHOWN_SUPPORTS])
            more = f" and {len(supports) - SHOWN_SUPPORTS} more" if len(supports) > SHOWN_SUPPORTS else ""
            found.append(f"at the supports {{{shown}}}{more}: {reason}")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Search:
    """What every part of a search needs. ``terminal_worth``: of each terminal history, by player. ``only_cells``: a curved set does not count as undecided, and cells may be closed,
    actions that always tie being taken together.
    """

    game: Game
    run: Run
    terminal_worth: Mapping[int, tuple[Worth, ...]]
    findings: _Findings = field(default_factory=_Findings)
    only_cells: bool = False


def _terminal_worth(game: Game) -> dict[int, tuple[Worth, ...]]:
    """What terminal histories are worth, by player."""
    return {x: tuple(constant(w) for w in game.payoffs[:, z]) for z, x in enumerate(game.form.terminals.tolist())}


def _support_text(form: Form, support: Support) -> str:
    return ", ".join(
        f"{form.information_sets[s].label}: {' or '.join(form.action_of_slot[a] for a in slots)}"
        for s, slots in sorted(support.items())
    )


def propose(game: Game, run: Run) -> Proposal:
    """The sequential equilibria of an exact game; see the module.

    Raises CouldNotFinish if there are too many supports or ways to play, or time runs out.
    """
    wholes, notes = every_way(game, run)
    return proposal_of(game, wholes, notes, run, consistent=True)


def every_way(
    game: Game, run: Run, *, only_cells: bool = False
) -> tuple[Iterator[Whole], Callable[[], tuple[str, ...]]]:
    """The ways to play that are sequential equilibria, with other probabilities off the path where it does not matter, and
    what could not be decided on the way (to be asked for when the ways have been gone through).
    """
    search = _Search(game, run, _terminal_worth(game), only_cells=only_cells)

    def wholes() -> Iterator[Whole]:
        ways: dict[int, list[Subgame]] = {}
        for stage in game.form.stages[:-1]:
            ways[stage.root] = _largest(game.form, list(_stage_ways(search, stage, ways)), run)
        if not game.form.stages:
            yield Whole({}, ())
        for stage in game.form.stages[-1:]:
            for way in _stage_ways(search, stage, ways):
                yield from _wholes(way)

    return wholes(), lambda: search.findings.notes(game.form)


def propose_weak(game: Game, run: Run) -> Proposal:
    """The weak perfect Bayesian equilibria of an exact game, support by support. Beliefs off the path being arbitrary, what
    holds in a subgame does not follow from the whole, so the game is not cut into stages.
    """
    search = _Search(game, run, _terminal_worth(game))

    def wholes() -> Iterator[Whole]:
        for play in plays(game, game.form.whole, search.terminal_worth, run):
            for conditions in _alternatives(search, play, weak_conditions(play)):
                for family in _solved(search, play, conditions):
                    yield Whole(play.support, (family,))

    return proposal_of(game, wholes(), lambda: search.findings.notes(game.form), run, consistent=False)


# --- a stage ----------------------------------------------------------------------------------------------------------


def _stage_ways(search: _Search, stage: Stage, ways: Mapping[int, list[Subgame]]) -> Iterator[Subgame]:
    """All ways to play a stage and what follows it, for every combination of what may follow."""
    roots = [x for x in stage.leaves.tolist() if x in ways]
    options = [_alike(ways[x]) for x in roots]
    if prod(map(len, options)) > MOST_SUBGAME_PLAYS:
        raise _too_many()
    over = {x: search.terminal_worth[x] for x in stage.leaves.tolist() if x in search.terminal_worth}
    count = 0
    for following in product(*options):
        known = over | {x: alike[0].worth for x, alike in zip(roots, following, strict=True)}
        unfixed = [alike[0] for alike in following if not _is_fixed(alike[0])]
        later = Conditions().joined(*(way.conditions for way in unfixed))
        below = tuple(
            [tuple(alike) for alike in following if _is_fixed(alike[0])]
            + [group for way in unfixed for group in way.below]
        )
        support_later = {s: slots for way in unfixed for s, slots in way.support.items()}
        for play in plays(search.game, stage, known, search.run, support_later, ties_together=search.only_cells):
            for way in _ways_with(search, play, later, below):
                yield way
                count += 1
                if count > MOST_SUBGAME_PLAYS:
                    raise _too_many()


def _ways_with(
    search: _Search, play: StagePlay, later: Conditions, below: tuple[tuple[Subgame, ...], ...]
) -> list[Subgame]:
    """The ways to play a stage with given supports. Where it is worth the same to everybody throughout, it is done with;
    otherwise its conditions stay, to be solved together with those of earlier stages.
    """
    found: list[Subgame] = []
    worth = play.worth[play.stage.root]
    for conditions in _alternatives(search, play, stage_conditions(play)):
        asked = later.joined(conditions)
        families = _solved(search, play, asked)
        if not families:
            continue
        fixed = [[constant_worth(w, family) for w in worth] for family in families]
        if all(value is not None for values in fixed for value in values):
            for family, values in zip(families, fixed, strict=True):
                known = tuple(constant(value) for value in values if value is not None)
                found.append(Subgame(known, play.support, Conditions(), (family,), below))
        else:
            found.append(Subgame(worth, play.support, asked, tuple(families), below))
    return found


def _alike(ways: Sequence[Subgame]) -> list[list[Subgame]]:
    """Fixed ways that are worth the same to everybody, together; the others each by itself."""
    groups: dict[Any, list[Subgame]] = {}
    for k, way in enumerate(ways):
        key = tuple(tuple(w.items()) for w in way.worth) if _is_fixed(way) else k
        groups.setdefault(key, []).append(way)
    return list(groups.values())


def _largest(form: Form, ways: Sequence[Subgame], run: Run) -> list[Subgame]:
    """Without the fixed ways that lie in the closure of others, worth the same and with the same to follow."""
    kept: list[Subgame] = []
    for alike in _alike(ways):
        if not _is_fixed(alike[0]):
            kept += alike
            continue
        by_below: dict[Any, list[Subgame]] = {}
        for way in alike:
            by_below.setdefault(tuple(tuple(map(id, options)) for options in way.below), []).append(way)
        for group in by_below.values():
            if len(group) == 1:  # so it is nearly everywhere, and cells are as long as the form
                kept += group
                continue
            cells = [cell_of(form, Whole(way.support, way.solved)) for way in group]
            kept += [group[k] for k in largest_cells(cells, run)]
    return kept


def _is_fixed(way: Subgame) -> bool:
    conditions = way.conditions
    return not (conditions.equations or conditions.at_least or conditions.sums)


# --- solving ----------------------------------------------------------------------------------------------------------


def _alternatives(search: _Search, play: StagePlay, alternatives: Iterator[Conditions | str]) -> Iterator[Conditions]:
    """The conditions among alternatives; texts, for those not looked at, are noted."""
    for conditions in alternatives:
        if isinstance(conditions, str):
            search.findings.note(conditions, play.support)
        else:
            yield conditions


def _solved(search: _Search, play: StagePlay, conditions: Conditions) -> list[Family]:
    families, undecided = solve_conditions(conditions, search.run.check)
    for reason in undecided:
        search.findings.note(f"open: {reason}", play.support)
    names = search.game.form
    for family in families:
        for block in family.blocks:
            if block.curve is not None and not block.whole and not search.only_cells:
                text = block.curve.text([_unknown_text(names, key) for key in family.keys])
                search.findings.note(f"a curved set of equilibria, shown by some of its points: {text}", play.support)
    return families


def _unknown_text(form: Form, key: Key) -> str:
    if isinstance(key, int):
        return f"{form.information_sets[form.set_of_slot[key]].label}.{form.action_of_slot[key]}"
    return "_".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _wholes(way: Subgame) -> Iterator[Whole]:
    """A way to play the whole game, with each way to play the subgames that are fixed."""
    for family in way.solved:
        for choice in product(*([whole for option in options for whole in _wholes(option)] for options in way.below)):
            support = dict(way.support)
            families: tuple[Family, ...] = (family,)
            for part in choice:
                support.update(part.support)
                families += part.families
            yield Whole(support, families)


def _too_many() -> Exception:
    return could_not_finish(
        "size", "there are too many ways to play a subgame", "break ties in the payoffs, or ask for 'subgame-perfect'"
    )
