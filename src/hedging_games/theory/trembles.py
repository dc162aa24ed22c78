"""Trembles: what makes beliefs off the path consistent (Kreps and Wilson 1982, section 5).

An assessment is consistent if it is the limit of assessments in which every action has positive probability and beliefs
follow Bayes' rule. Along a suitable such sequence the probability of action a is c(a) ε^e(a) to leading order (a
semialgebraic set that comes arbitrarily close to a point contains such a curve to it), with order e(a) = 0 and
coefficient c(a) = σ(a) where the profile uses the action, and e(a) > 0, c(a) > 0 where it does not. A history then has
the order and the coefficient that its actions add and multiply up to, and within an information set the histories of
least order share the belief in proportion to their coefficients. Conversely any positive orders and coefficients make
such a sequence. So consistency is a linear question about orders and, in logarithms, a linear one about coefficients
(Perea, Jansen and Peters 1997, "Characterization of consistent assessments in extensive form games"; Kohlberg and Reny
1997, "Independence on relative probability spaces").

Chance does not tremble. Where a parameter gives one of its moves probability zero, a history behind it is taken to be
infinitely less likely than any mistake of a player: it is believed in only where all other histories of the set have
as many impossible moves behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

import numpy as np

from hedging_games.algebra.numbers import whole_numbers
from hedging_games.algebra.polyhedron import null_space
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.values import slot_probabilities

Mistakes = tuple[int, ...]
"""The slots of probability zero on the way to a history, in order: the exponents, all 0 or 1, of its coefficient."""


@dataclass(frozen=True, slots=True)
class Past:
    """How a history comes about under a profile.

    ``impossible`` counts the moves of chance of probability zero, ``mistakes`` are all the slots of probability zero
    (chance's included), and ``weight`` is the product of the probabilities of the other slots.
    """

    impossible: int
    mistakes: Mistakes
    weight: Any


@dataclass(frozen=True, slots=True)
class Origin:
    """Histories of one information set that the same mistakes lead to: their relative likelihood is the profile's.

    ``mistakes`` as in `Past`; ``histories`` are positions within the set, ``weights`` what the profile gives them.
    """

    mistakes: Mistakes
    histories: tuple[int, ...]
    weights: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A demand on orders at one information set: the histories of ``first`` share the least order, ``later`` are higher."""

    first: tuple[Mistakes, ...]
    later: tuple[Mistakes, ...]


def pasts(game: Game, probabilities: np.ndarray) -> tuple[Past, ...]:
    """The past of every history under a profile's slot probabilities."""
    form = game.form
    slots = slot_probabilities(game, probabilities)
    found = [Past(0, (), game.arithmetic.number(1))]
    for history in range(1, form.history_count):
        before, slot = found[form.parent[history]], int(form.last_slot[history])
        if slots[slot] == 0:
            impossible = before.impossible + int(form.player_of_slot[slot] == CHANCE)
            found.append(Past(impossible, (*before.mistakes, slot), before.weight))
        else:
            found.append(Past(before.impossible, before.mistakes, before.weight * slots[slot]))
    return tuple(found)


def origins(form: Form, past: Sequence[Past], information_set: int) -> tuple[Origin, ...]:
    """The possible histories of an information set by the mistakes behind them, fewest first.

    Histories behind more impossible moves of chance than another history of the set are left out. On the path (the
    empty mistakes occur) only the histories that the profile reaches are left.
    """
    histories = form.histories_of[information_set].tolist()
    least = min(past[h].impossible for h in histories)
    grouped: dict[Mistakes, list[int]] = {}
    for position, history in enumerate(histories):
        if past[history].impossible == least:
            grouped.setdefault(tuple(sorted(past[history].mistakes)), []).append(position)
    if () in grouped:
        grouped = {(): grouped[()]}
    return tuple(
        Origin(mistakes, tuple(members), tuple(past[histories[k]].weight for k in members))
        for mistakes, members in sorted(grouped.items(), key=lambda item: (len(item[0]), item[0]))
    )


def orders(rankings: Sequence[Ranking]) -> dict[int, int] | None:
    """Whole orders of the mistakes, at least 1 each and as small as can be in sum, that meet every ranking; else None.

    A linear program in exact numbers: the order of a history is the sum of the orders of its mistakes.
    """
    from hedging_games.algebra.inequalities.simplex import Optimal, minimise

    slots = sorted({slot for r in rankings for mistakes in (*r.first, *r.later) for slot in mistakes})
    column = {slot: k for k, slot in enumerate(slots)}
    equal: list[list[int]] = []
    above: list[list[int]] = []
    for ranking in rankings:
        lead = _exponents(ranking.first[0], column)
        equal += [_minus(_exponents(m, column), lead) for m in ranking.first[1:]]
        above += [_minus(_exponents(m, column), lead) for m in ranking.later]
    # Unknowns: order minus one for each slot, then a slack for each strict demand (strict by 1: orders scale).
    rows, right = [], []
    for row in equal:
        rows.append([*row, *[0] * len(above)])
        right.append(-sum(row))
    for k, row in enumerate(above):
        rows.append([*row, *(-int(j == k) for j in range(len(above)))])
        right.append(1 - sum(row))
    if not rows:
        return dict.fromkeys(slots, 1)
    found = minimise(rows, right, [1] * len(slots) + [0] * len(above))
    if not isinstance(found, Optimal):
        return None
    solution = [1 + x for x in found.solution[: len(slots)]]
    return dict(zip(slots, whole_numbers(solution)[0], strict=True))


def relations(compared: Sequence[dict[int, int]]) -> tuple[tuple[int, ...], ...]:
    """An integer basis of the vectors k with Σ k[i] compared[i] = 0.

    ``compared[i]`` maps slots to exponents, those of one history less those of another. Each basis vector is a
    binding equation between ratios of beliefs: with ratio i the belief in the one history over that in the other, divided
    by the same for the profile's weights, Π ratio[i]^k[i] = 1. No vector: the ratios are free.
    """
    slots = sorted({slot for d in compared for slot in d})
    rows = [[Fraction(d.get(slot, 0)) for d in compared] for slot in slots]
    return tuple(map(tuple, null_space(rows, len(compared))))


def difference(mistakes: Mistakes, less: Mistakes) -> dict[int, int]:
    """The exponents of one history's mistakes less another's."""
    exponents: dict[int, int] = {}
    for slot in mistakes:
        exponents[slot] = exponents.get(slot, 0) + 1
    for slot in less:
        exponents[slot] = exponents.get(slot, 0) - 1
    return {slot: e for slot, e in exponents.items() if e != 0}


def together(sets: Mapping[int, Sequence[Mistakes]]) -> list[tuple[int, ...]]:
    """Information sets whose origins, given by their mistakes, compare some mistake in common, directly or through others.
    Consistency can be looked at in each of these groups by itself.
    """
    groups: list[tuple[set[int], set[int]]] = []
    for s, every in sets.items():
        compared = {slot for mistakes in every[1:] for slot in difference(mistakes, every[0])}
        touching = [g for g in groups if g[1] & compared]
        groups = [g for g in groups if not g[1] & compared]
        groups.append(({s}.union(*(g[0] for g in touching)), compared.union(*(g[1] for g in touching))))
    return sorted(tuple(sorted(found)) for found, _ in groups)


def differences(leading: Mapping[int, Sequence[Mistakes]]) -> list[dict[int, int]]:
    """The exponents by which the leading origins of each set differ from the first of them."""
    return [difference(mistakes, first[0]) for first in leading.values() for mistakes in first[1:]]


def is_free(sets: Mapping[int, Sequence[Mistakes]]) -> bool:
    """Whether all distributions over the origins are consistent, at all the sets at once.

    They are if all origins may share the leading order with ratios that are independent: then orders may be moved a
    little so that any of them lead.
    """
    return (
        not relations(differences(sets)) and orders([Ranking(tuple(every), ()) for every in sets.values()]) is not None
    )


def leading_choices(
    sets: Mapping[int, Sequence[Mistakes]],
    options: Mapping[int, Sequence[Sequence[Mistakes]]] | None = None,
    limit: int = 20_000,
) -> Iterator[dict[int, tuple[Mistakes, ...]] | None]:
    """The choices of leading origins at each set that some orders of the mistakes explain, more origins first.

    ``options`` restricts what may lead at a set. Choices that another one covers, whose ratios are independent and in
    which the same origins lead and more, are left out: their beliefs are limits of the other's. None stands for
    choices that were not looked at because there are more than ``limit``.
    """
    names = list(sets)
    covers: list[dict[int, tuple[Mistakes, ...]]] = []
    stack: list[dict[int, tuple[Mistakes, ...]]] = [{}]
    tried = 0
    while stack:
        chosen = stack.pop()
        if len(chosen) == len(names):
            if not any(all(set(chosen[s]) <= set(cover[s]) for s in names) for cover in covers):
                if not relations(differences(chosen)):
                    covers.append(chosen)
                yield chosen
            continue
        s = names[len(chosen)]
        every = sets[s]
        sizes = range(1, len(every) + 1)
        # The stack gives back the last choice put on it, so the largest goes last.
        may_lead = options[s] if options is not None else [c for size in sizes for c in combinations(every, size)]
        for first in may_lead:
            tried += 1
            longer = {**chosen, s: tuple(first)}
            if orders([_ranked(sets[k], lead) for k, lead in longer.items()]) is not None:
                stack.append(longer)
        if tried > limit:
            yield None
            return


def _ranked(every: Sequence[Mistakes], first: Sequence[Mistakes]) -> Ranking:
    return Ranking(tuple(first), tuple(m for m in every if m not in first))


def monomials(leading: Mapping[int, Sequence[Mistakes]]) -> dict[int, tuple[tuple[int, ...], ...]]:
    """How likely the mistakes behind each leading origin are: exponents in free factors, common factors of a set left
    out. See `free_factors`.
    """
    largest_first = sorted(leading, key=lambda s: -len(leading[s]))
    count, exponents = free_factors(differences({s: leading[s] for s in largest_first}))
    found: dict[int, tuple[tuple[int, ...], ...]] = {}
    position = 0
    for s in largest_first:
        raw = [(0,) * count, *exponents[position : position + len(leading[s]) - 1]]
        position += len(leading[s]) - 1
        low = [min(column) for column in zip(*raw, strict=True)]
        found[s] = tuple(tuple(e - m for e, m in zip(powers, low, strict=True)) for powers in raw)
    return {s: found[s] for s in leading}


def _exponents(mistakes: Mistakes, column: dict[int, int]) -> list[int]:
    row = [0] * len(column)
    for slot in mistakes:
        row[column[slot]] += 1
    return row


def _minus(row: Sequence[int], other: Sequence[int]) -> list[int]:
    return [x - y for x, y in zip(row, other, strict=True)]


def free_factors(compared: Sequence[dict[int, int]]) -> tuple[int, tuple[tuple[int, ...], ...]]:
    """Unknown positive factors u of which all ratios of coefficients are monomials, chosen freely.

    The coefficients of mistakes are any positive numbers, so the ratios that ``compared`` stands for are all
    the values of these monomials (a parametrised torus). Returns how many factors there are and, for each difference,
    its exponents. A difference that is independent of those before it becomes a factor of its own.
    """
    slots = sorted({slot for d in compared for slot in d})
    basis: list[list[Fraction]] = []
    sums: list[list[Fraction]] = []
    for d in compared:
        row = [Fraction(d.get(slot, 0)) for slot in slots]
        combination = _combination(basis, row)
        if combination is None:
            basis.append(row)
            combination = [Fraction(int(k == len(basis) - 1)) for k in range(len(basis))]
        sums.append(combination)
    count = len(basis)
    padded = [[*c, *[Fraction(0)] * (count - len(c))] for c in sums]
    # Where a ratio is a root of a factor, that factor is written as a power.
    scale = [lcm(1, *(c[k].denominator for c in padded)) for k in range(count)]
    return count, tuple(tuple(int(x * m) for x, m in zip(c, scale, strict=True)) for c in padded)


def _combination(basis: Sequence[Sequence[Fraction]], row: Sequence[Fraction]) -> list[Fraction] | None:
    """The coefficients with which independent vectors add up to another; None if they do not."""
    if not any(row):
        return [Fraction(0)] * len(basis)
    columns = [[*(vector[k] for vector in basis), row[k]] for k in range(len(row))]
    kernel = [v for v in null_space(columns, len(basis) + 1) if v[-1] != 0]
    return [Fraction(-x, kernel[0][-1]) for x in kernel[0][:-1]] if kernel else None
