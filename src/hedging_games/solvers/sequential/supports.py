"""The choices of supports at which sequential equilibria are looked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from math import prod

from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, Form, Stage
from hedging_games.games.game import Game
from hedging_games.solvers.run import Run
from hedging_games.solvers.sequential.worth import Monomial, StagePlay, Support, Worth, bounds, minus, own_worth

MOST_SUPPORTS = 2_000_000
"""Choices of supports a stage may have, most of which are passed over."""

MOST_TRIED = 100_000
"""Choices of supports, for some sets or all, that may be tried in a stage."""


def plays(
    game: Game,
    stage: Stage,
    known: Mapping[int, tuple[Worth, ...]],
    run: Run,
    later: Support | None = None,
    *,
    ties_together: bool = False,
) -> Iterator[StagePlay]:
    """The choices of supports of a stage under which no action played is worse than another whatever is believed.

    Sets are chosen for from the last to the first; a set is tried as soon as all that follows it has been chosen.
    ``ties_together``: at a single decision, actions that are worth the same to the mover whatever is played later stand for
    one another: they are in a support together or not at all, and may then have probability zero.
    """
    form = game.form
    sets = [s for s in stage.sets if form.information_sets[s].player != CHANCE]
    sets.sort(key=lambda s: -max(len(form.path(x)) for x in form.histories_of[s].tolist()))
    inner = set(stage.inner.tolist())
    below = {s: _sets_below(form, s, inner) for s in sets}
    possible: dict[int, tuple[int, ...]] = dict(later or {}) | {s: tuple(form.slots(s)) for s in sets}
    for s in sets:
        possible[s] = _worthwhile(game, s, possible, known, inner)
    count = prod(2 ** len(possible[s]) - 1 for s in sets)
    if count > MOST_SUPPORTS:
        raise _too_many(count)
    backwards = sorted(inner, reverse=True)
    chosen: dict[int, tuple[int, ...]] = dict(later or {})
    tried = 0

    if ties_together and len(stage.inner) == 1 and sets:
        yield from _with_ties_together(game, stage, possible[sets[0]], chosen, known)
        return

    def choose(depth: int) -> Iterator[StagePlay]:
        nonlocal tried
        run.check()
        tried += 1
        if tried > MOST_TRIED:
            raise _too_many(count)
        if depth == len(sets):
            yield StagePlay(game, stage, dict(chosen), own_worth(game, backwards, chosen, known))
            return
        s = sets[depth]
        follows = below[s] <= chosen.keys()
        options = _worthwhile(game, s, chosen, known, inner) if follows else possible[s]
        for support in _subsets(options):
            chosen[s] = support
            ready = [k for k in sets[:depth] if s in below[k] and below[k] <= chosen.keys()]
            if all(set(chosen[k]) <= set(_worthwhile(game, k, chosen, known, inner)) for k in ready):
                yield from choose(depth + 1)
        chosen.pop(s, None)

    yield from choose(0)


def _with_ties_together(
    game: Game,
    stage: Stage,
    options: tuple[int, ...],
    later: Support,
    known: Mapping[int, tuple[Worth, ...]],
) -> Iterator[StagePlay]:
    """The supports of a single decision, made of classes of actions that are always worth the same to the mover."""
    form, s = game.form, stage.sets[0]
    player, first = form.information_sets[s].player, form.slots(s)[0]
    classes: dict[frozenset[tuple[Monomial, Fraction]], list[int]] = {}
    for slot in options:
        worth = known[form.children[stage.root][slot - first]][player]
        classes.setdefault(frozenset(worth.items()), []).append(slot)
    for chosen in _subsets(tuple(range(len(classes)))):
        groups = [list(classes.values())[k] for k in chosen]
        support = {**later, s: tuple(sorted(slot for group in groups for slot in group))}
        weak = frozenset(slot for group in groups if len(group) > 1 for slot in group)
        yield StagePlay(game, stage, support, own_worth(game, [stage.root], support, known), weak)


def _too_many(count: int) -> Exception:
    return could_not_finish(
        "size", f"a stage of the game has {count:,} choices of supports", "ask for 'subgame-perfect' or 'nash'"
    )


def _sets_below(form: Form, s: int, inner: set[int]) -> set[int]:
    """The sets of players, other than the set itself, at which somebody decides after it within a stage."""
    found: set[int] = set()
    for x in form.histories_of[s].tolist():
        for y in range(x + 1, int(form.end[x])):
            decided = int(form.decided_at[y])
            if y in inner and form.information_sets[decided].player != CHANCE:
                found.add(decided)
    return found


def _subsets(slots: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for size in range(1, len(slots) + 1):
        yield from combinations(slots, size)


def _worthwhile(
    game: Game, s: int, support: Support, known: Mapping[int, tuple[Worth, ...]], inner: set[int]
) -> tuple[int, ...]:
    """The actions at a set that are not worse than another one at all of its histories, whatever is played below within
    the supports.
    """
    form = game.form
    histories = form.histories_of[s].tolist()
    player = form.information_sets[s].player
    below = sorted((y for x in histories for y in range(x + 1, int(form.end[x])) if y in inner), reverse=True)
    worth = own_worth(game, below, support, known)

    def is_worse(slot: int, other: int) -> bool:
        for x in histories:
            mine, its = (worth[form.children[x][k - form.slots(s)[0]]][player] for k in (slot, other))
            if bounds(form, support, minus(mine, its))[1] >= 0:
                return False
        return True

    return tuple(k for k in form.slots(s) if not any(is_worse(k, other) for other in form.slots(s) if other != k))
