"""Extreme strategies in closed form: the vertices of best-response polyhedra with the parameters left open.

A side decides at some information sets; the other side responds at others. In the polyhedron of the side's behaviours,
with a level for each responding set that no response exceeds, a vertex is fixed by its support and by the responses that
reach their level, one more at some set for every further action mixed (Mangasarian 1964; Avis, Rosenberg, Savani and von
Stengel 2010). For each such choice the probabilities are a quotient of determinants in the parameters (Cramer's rule),
and the choice yields a vertex exactly where the probabilities are positive and no response exceeds its level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, pairwise, product
from typing import Any

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import Formula, Reason, conjunction
from hedging_games.analysis.conditions.setting import Setting

CONSTANT = -1
"""Stands, among the labels on which something's worth depends, for what does not depend on any."""

Groups = Sequence[Sequence[int]]
"""The labels of the actions at each information set of a side."""

Worth = Mapping[int, Mapping[int, Any]]
"""Label to its worth: by label of the other side, linear in their probabilities, and under `CONSTANT`."""


@dataclass(frozen=True, slots=True)
class Names:
    """Who owns a label, and how people call it."""

    player: Callable[[int], str]
    action: Callable[[int], str]

    def prefers(self, best: int, other: int) -> Reason:
        """Why ``best`` must be worth no less than ``other``."""
        return Reason(self.player(best), self.action(best), self.action(other))


@dataclass(frozen=True, slots=True)
class Vertex:
    """An extreme behaviour of a side.

    ``played`` : label to probability, the support alone. ``best`` : responses that reach their level by construction.
    ``short`` : every other response to how much it falls short of its level and the response that it is compared with.
    ``formula`` : where it is a vertex.
    """

    played: Mapping[int, Any]
    best: frozenset[int]
    short: Mapping[int, tuple[Any, int]]
    formula: Formula

    def ties(self, setting: Setting, names: Names, labels: Sequence[int]) -> Formula:
        """Where all of some responses reach their level: an equation for each that does not by construction."""
        return conjunction(
            setting.compare(
                self.short[label][0],
                "==",
                f"so that {names.player(label)} is indifferent between "
                f"{names.action(self.short[label][1])} and {names.action(label)}",
            )
            for label in labels
            if label not in self.best
        )


def count_vertices(deciding: Groups, responding: Groups) -> int:
    """How many choices of supports and best responses there are."""
    ways: list[list[int]] = [[1], [1]]
    for side, groups in enumerate((deciding, responding)):
        for group in groups:
            more = [0] * (len(ways[side]) + len(group) - 1)
            for k, count in enumerate(ways[side]):
                for size in range(1, len(group) + 1):
                    more[k + size - 1] += count * _choose(len(group), size)
            ways[side] = more
    return sum(a * b for a, b in zip(*ways, strict=False))


def _choose(n: int, k: int) -> int:
    from math import comb

    return comb(n, k)


def vertices(
    setting: Setting,
    deciding: Groups,
    responding: Groups,
    worth: Worth,
    names: Names,
    check: Check = no_check,
) -> list[Vertex]:
    """Every vertex, each with the formula under which it is one (`worth` is that of the responses).

    At a point where more responses tie, a vertex appears once for each choice of responses that fixes it.
    """
    found = []
    for supports in product(*(list(_subsets(group)) for group in deciding)):
        check()
        further = sum(len(support) - 1 for support in supports)
        for best in _spread(responding, further):
            vertex = _vertex(setting, supports, best, responding, worth, names)
            if vertex is not None:
                found.append(vertex)
    return found


def _subsets(group: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(group, k) for k in range(1, len(group) + 1))


def _spread(groups: Groups, further: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """A set of labels from each group, together ``further`` more than one each."""
    if not groups:
        if further == 0:
            yield ()
        return
    for size in range(1, min(len(groups[0]), further + 1) + 1):
        for rest in _spread(groups[1:], further - size + 1):
            for here in combinations(groups[0], size):
                yield (here, *rest)


def _vertex(
    setting: Setting,
    supports: Sequence[tuple[int, ...]],
    best: Sequence[tuple[int, ...]],
    responding: Groups,
    worth: Worth,
    names: Names,
) -> Vertex | None:
    played = _probabilities(setting, supports, best, worth)
    if played is None:
        return None
    conditions = [
        setting.compare(played[label], ">", f"so that {names.player(label)} plays {names.action(label)}")
        for support in supports
        if len(support) > 1
        for label in support
    ]
    short = {}
    for here, group in zip(best, responding, strict=True):
        level = _value(setting, worth[here[0]], played)
        for label in group:
            if label not in here:
                margin = level - _value(setting, worth[label], played)
                short[label] = (margin, here[0])
                conditions.append(setting.compare(margin, ">=", names.prefers(here[0], label)))
    formula = conjunction(conditions)
    return Vertex(played, frozenset(chain.from_iterable(best)), short, formula)


def _value(setting: Setting, worth: Mapping[int, Any], played: Mapping[int, Any]) -> Any:
    zero = setting.game.arithmetic.number(0)
    return sum((worth[label] * p for label, p in played.items() if label in worth), worth.get(CONSTANT, zero))


def _probabilities(
    setting: Setting, supports: Sequence[tuple[int, ...]], best: Sequence[tuple[int, ...]], worth: Worth
) -> dict[int, Any] | None:
    """The behaviour with these supports against which all of ``best`` reach their levels; None if it is not unique."""
    zero, one = setting.game.arithmetic.number(0), setting.game.arithmetic.number(1)
    unknown = [label for support in supports for label in support[:-1]]
    rows, sides = [], []
    for first, second in (pair for here in best for pair in pairwise(here)):
        gap = {b: worth[first].get(b, zero) - worth[second].get(b, zero) for s in supports for b in s}
        fixed = worth[first].get(CONSTANT, zero) - worth[second].get(CONSTANT, zero)
        rows.append([gap[b] - gap[support[-1]] for support in supports for b in support[:-1]])
        sides.append(-(fixed + sum((gap[support[-1]] for support in supports), zero)))
    solution = solve_linear(rows, sides, zero)
    if solution is None:
        return None
    played = dict(zip(unknown, solution, strict=True))
    return {
        label: played.get(label, one - sum((played[b] for b in support[:-1]), zero))
        for support in supports
        for label in support
    }


def solve_linear(rows: Sequence[Sequence[Any]], sides: Sequence[Any], zero: Any) -> list[Any] | None:
    """The solution of as many linear equations as unknowns by Cramer's rule; None where the determinant is identically 0."""
    size = len(rows)
    if size == 0:
        return []
    whole = _determinant(rows, zero)
    if whole == 0:
        return None
    replaced = ([[*row[:k], side, *row[k + 1 :]] for row, side in zip(rows, sides, strict=True)] for k in range(size))
    return [_determinant(matrix, zero) / whole for matrix in replaced]


def _determinant(rows: Sequence[Sequence[Any]], zero: Any) -> Any:
    if len(rows) == 1:
        return rows[0][0]
    total = zero
    for k, entry in enumerate(rows[0]):
        if entry != 0:
            minor = _determinant([[*row[:k], *row[k + 1 :]] for row in rows[1:]], zero)
            total = total + entry * minor if k % 2 == 0 else total - entry * minor
    return total
