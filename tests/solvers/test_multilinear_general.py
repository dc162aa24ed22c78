"""Small games of any number of players, support by support: nothing wrong, nothing missing, limits kept.

`is_equilibrium` is the definition. `unexplained_box` hunts for missed equilibria by cutting the product of simplices into
boxes in the coordinates (every player's probabilities but the last): payoffs have degree one in each coordinate, so a box
is discarded for good once some action in it surely has positive probability and surely is not best.
"""

from __future__ import annotations

import os
import random
import time
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from hedging_games.algebra.algebraic import AlgebraicNumber, real_roots
from hedging_games.errors import CouldNotFinish
from hedging_games.solvers.multilinear.boxes import enclosed_equilibria
from hedging_games.solvers.multilinear.general import solve_general
from hedging_games.solvers.multilinear.supports import possible_supports
from hedging_games.solvers.multilinear.system import support_system
from hedging_games.solvers.multilinear.tensors import solve_tensor

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def never():
    """No limit."""


def game_of(rng, shape, low, high):
    count = len(shape) * int(np.prod(shape))
    return np.array([rng.randint(low, high) for _ in range(count)], dtype=object).reshape(len(shape), *shape)


def generally(payoffs):
    """The general method, also where a special one would be chosen."""
    return solve_general(list(payoffs), never, lambda _: None)


# --- oracles


def worth_of_actions(payoffs, player, profile):
    shape = payoffs.shape[1:]
    worth = [Fraction(0)] * shape[player]
    for actions in product(*map(range, shape)):
        value = payoffs[(player, *actions)]
        for other, action in enumerate(actions):
            if other != player:
                value = value * profile[other][action]
        worth[actions[player]] = worth[actions[player]] + value
    return worth


def is_equilibrium(payoffs, profile):
    for player, mixture in enumerate(profile):
        if sum(mixture) != 1 or min(mixture) < 0:
            return False
        worth = worth_of_actions(payoffs, player, profile)
        best = max(worth)
        if any(p != 0 and w != best for p, w in zip(mixture, worth, strict=True)):
            return False
    return True


class BoxOracle:
    """Boxes in the coordinates that may hold an equilibrium."""

    def __init__(self, payoffs):
        self.shape = payoffs.shape[1:]
        self.variables = [(i, a) for i, m in enumerate(self.shape) for a in range(m - 1)]
        self.place = {variable: k for k, variable in enumerate(self.variables)}
        self.differences = {}
        for player, size in enumerate(self.shape):
            rows = np.moveaxis(payoffs[player].astype(float), player, 0)
            others = [j for j in range(len(self.shape)) if j != player]
            for a, b in product(range(size), repeat=2):
                if a != b:
                    self.differences[player, a, b] = (others, self._in_coordinates(rows[a] - rows[b]))

    @staticmethod
    def _in_coordinates(table):
        for axis in range(table.ndim):
            last = np.take(table, [-1], axis=axis)
            table = np.concatenate([np.take(table, range(table.shape[axis] - 1), axis=axis) - last, last], axis=axis)
        return table

    def _largest(self, others, table, low, high):
        variables = [self.place[j, a] for j in others for a in range(self.shape[j] - 1)]
        best = np.full(len(low), -np.inf)
        for corner in product((low, high), repeat=len(variables)):
            at = {v: side[:, v] for v, side in zip(variables, corner, strict=True)}
            total = np.zeros(len(low))
            for index in np.argwhere(table):
                term = np.full(len(low), table[tuple(index)])
                for j, a in zip(others, index, strict=True):
                    if a < self.shape[j] - 1:
                        term = term * at[self.place[j, a]]
                total += term
            best = np.maximum(best, total)
        return best

    def surviving(self, low, high):
        keep = np.ones(len(low), dtype=bool)
        own = [[self.place[i, a] for a in range(m - 1)] for i, m in enumerate(self.shape)]
        for columns in own:
            keep &= low[:, columns].sum(axis=1) <= 1
        for player, size in enumerate(self.shape):
            for a in range(size):
                used = low[:, own[player][a]] > 0 if a < size - 1 else high[:, own[player]].sum(axis=1) < 1
                for b in range(size):
                    rows = np.nonzero(keep & used)[0]
                    if a != b and len(rows):
                        best = self._largest(*self.differences[player, a, b], low[rows], high[rows])
                        keep[rows[best < 0]] = False
        return keep

    def near_cell(self, cell, low, high, margin):
        low, high = low - margin, high + margin

        def bounds(variable):
            player, action = variable
            if action < self.shape[player] - 1:
                return low[:, self.place[variable]], high[:, self.place[variable]]
            columns = [self.place[player, a] for a in range(self.shape[player] - 1)]
            return 1 - high[:, columns].sum(axis=1), 1 - low[:, columns].sum(axis=1)

        near = np.ones(len(low), dtype=bool)
        for player, support in enumerate(cell.supports):
            for action in set(range(self.shape[player])) - set(support):
                near &= bounds((player, action))[0] <= 0
        for condition in (*cell.equations, *cell.inequalities):
            least, most = np.zeros(len(low)), np.zeros(len(low))
            for exponents, c in condition.terms:
                below, above = np.ones(len(low)), np.ones(len(low))
                for variable, power in zip(cell.variables, exponents, strict=True):
                    for _ in range(power):
                        below, above = below * np.maximum(bounds(variable)[0], 0), above * bounds(variable)[1]
                least += c * (below if c > 0 else above)
                most += c * (above if c > 0 else below)
            near &= most >= 0
            if condition.relation == "=":
                near &= least <= 0
        return near


MOST = 60_000


def unexplained_box(payoffs, found, deepest=20):
    """A box of width 2⁻²⁰ that may hold an equilibrium near no reported one; None if all is explained, "many" if the boxes
    along continua grow too many."""
    oracle = BoxOracle(payoffs)
    points = np.array([[float(p[i][a]) for i, a in oracle.variables] for p in found.isolated])
    points = points.reshape(-1, len(oracle.variables))
    low, high = np.zeros((1, len(oracle.variables))), np.ones((1, len(oracle.variables)))
    for depth in range(1, deepest + 1):
        for k in range(len(oracle.variables)):
            middle = (low[:, k] + high[:, k]) / 2
            upper_low, lower_high = low.copy(), high.copy()
            upper_low[:, k], lower_high[:, k] = middle, middle
            low, high = np.concatenate([low, upper_low]), np.concatenate([lower_high, high])
            keep = oracle.surviving(low, high)
            low, high = low[keep], high[keep]
            if len(low) > MOST:
                return "many"
        near = np.zeros(len(low), dtype=bool)
        if depth >= 12 and len(points):
            gap = np.maximum(np.maximum(low[:, None] - points[None], points[None] - high[:, None]), 0).max(axis=2)
            # At the end with a margin: around a point where two conditions touch, boxes survive as far as the square root of
            # their width.
            near |= gap.min(axis=1) <= (3 * 2.0**-depth if depth < deepest else 2.0**-8)
        if depth >= 6:
            for continuum in found.continua:
                for cell in continuum.cells:
                    near |= oracle.near_cell(cell, low, high, 2.0**-depth)
        low, high = low[~near], high[~near]
        if len(low) == 0:
            return None
    return low[0], high[0]


def judge(payoffs, found):
    assert found.isolated or found.continua or found.enclosed
    assert len(set(found.isolated)) == len(found.isolated)
    for profile in found.isolated:
        assert is_equilibrium(payoffs, profile), (payoffs.tolist(), profile)
        assert not any(continuum.contains(profile) for continuum in found.continua)
    for continuum in found.continua:
        for cell in continuum.cells:
            for profile in (cell.sample, *cell.extreme_points):
                assert cell.contains(profile)
                assert is_equilibrium(payoffs, profile), (payoffs.tolist(), cell, profile)
    if found.complete == "all":
        box = unexplained_box(payoffs, found)
        assert box is None or box == "many", (payoffs.tolist(), box)
        return box is None
    return False


# --- against the oracles

CLASSES = [
    ((2, 2), 0, 2, 12),
    ((3, 3), 0, 2, 8),
    ((2, 2, 2), -99, 99, 8),
    ((2, 2, 2), 0, 1, 8),
    ((3, 2, 2), -99, 99, 5),
    ((3, 2, 2), 0, 2, 5),
    ((2, 2, 2, 2), -99, 99, 4),
    ((2, 2, 2, 2), 0, 2, 4),
    ((3, 3, 2), -9, 9, 2),
]


@pytest.mark.parametrize(("shape", "low", "high", "count"), CLASSES)
def test_random_games(shape, low, high, count):
    rng = random.Random(repr((shape, low, high)))
    searched = complete = 0
    count *= 40 if THOROUGH else 1
    for _ in range(count):
        payoffs = game_of(rng, shape, low, high)
        found = generally(payoffs)
        searched += judge(payoffs, found)
        complete += found.complete == "all"
        if high == 99 and not found.continua:
            assert len(found.isolated) % 2 == 1, payoffs.tolist()
    assert searched >= count / 2
    assert complete >= 0.9 * count
    print(f"{shape} {low}..{high}: {count} games, {complete} complete, {searched} searched to the end by the oracle")


def test_three_by_three_by_three():
    rng = random.Random(7)
    for _ in range(20 if THOROUGH else 2):
        payoffs = game_of(rng, (3, 3, 3), -99, 99)
        found = solve_tensor(payoffs)
        assert found.complete == "all"
        assert found.continua or len(found.isolated) % 2 == 1
        assert all(is_equilibrium(payoffs, profile) for profile in found.isolated)


def test_agrees_with_the_special_method():
    """Isolated equilibria are the same, and each continuum's known points lie in the other method's continua."""
    rng = random.Random(17)
    for low, high in ((-99, 99), (0, 3), (0, 1)):
        for _ in range(150 if THOROUGH else 12):
            payoffs = game_of(rng, (2, 2, 2), low, high)
            special, general = solve_tensor(payoffs), generally(payoffs)
            assert general.complete == "all"
            assert set(special.isolated) == set(general.isolated), payoffs.tolist()
            for mine, other in ((special, general), (general, special)):
                for continuum in mine.continua:
                    for cell in continuum.cells:
                        for point in (cell.sample, *cell.extreme_points):
                            assert any(k.contains(point) for k in other.continua), payoffs.tolist()


def planted(rng, shape):
    """A game with a totally mixed equilibrium in given rational probabilities: payoffs shifted to indifference there."""
    profile = []
    for m in shape:
        weights = [rng.randint(1, 9) for _ in range(m)]
        profile.append(tuple(Fraction(w, sum(weights)) for w in weights))
    payoffs = game_of(rng, shape, -99, 99)
    for player in range(len(shape)):
        worth = worth_of_actions(payoffs, player, profile)
        rows = np.moveaxis(payoffs[player], player, 0)
        for action in range(1, shape[player]):
            rows[action] = rows[action] + (worth[0] - worth[action])
    return payoffs, tuple(profile)


@pytest.mark.parametrize("shape", [(3, 2, 2), (2, 2, 2, 2), (3, 3, 2), (3, 3, 3), (2, 2, 2, 2, 2)])
def test_planted_equilibria_are_found(shape):
    rng = random.Random(repr(shape))
    for _ in range(10 if THOROUGH else 1):
        payoffs, profile = planted(rng, shape)
        found = solve_tensor(payoffs)
        assert found.complete == "all"
        assert profile in found.isolated
        assert all(is_equilibrium(payoffs, p) for p in found.isolated)
        assert found.continua or (len(found.isolated) + len(found.enclosed)) % 2 == 1


def test_boxes_find_what_algebra_finds():
    """Two methods that share no idea, on every support of the same games."""
    rng = random.Random(23)
    compared = open_boxes = 0
    for shape, count in (((2, 2, 2), 8), ((3, 2, 2), 3), ((2, 2, 2, 2), 2)):
        for _ in range(count * (10 if THOROUGH else 1)):
            payoffs = game_of(rng, shape, -99, 99)
            found = generally(payoffs)
            if found.continua:
                continue
            for supports in possible_supports(list(payoffs), never):
                if all(len(s) == 1 for s in supports):
                    continue
                system = support_system(list(payoffs), supports)
                enclosed = enclosed_equilibria(system, never)
                open_boxes += not enclosed.complete
                here = [
                    p
                    for p in found.isolated
                    if tuple(tuple(a for a, x in enumerate(m) if x != 0) for m in p) == supports
                ]
                recognised = {system.profile(point) for point in enclosed.points}
                assert recognised <= set(here)
                boxed = [p for p in here if p not in recognised]
                if not enclosed.complete:
                    continue  # A root on the edge of its support, from a tie, which boxes alone cannot settle.
                assert len(boxed) == len(enclosed.boxes)
                for p in boxed:
                    holding = [
                        box
                        for box in enclosed.boxes
                        if all(
                            low <= x <= high
                            for mixture, row in zip(p, box.intervals, strict=True)
                            for x, (low, high) in zip(mixture, row, strict=True)
                        )
                    ]
                    assert len(holding) == 1
                    assert holding[0].error <= Fraction(1, 10**29)
                compared += len(here)
    assert compared > 10
    assert open_boxes <= compared / 20


def test_payoffs_beyond_the_largest_float_have_their_equilibria_enclosed():
    # Whole numbers times 10**400, and an extra 1 that leaves no common factor and moves a regular equilibrium by less than any error told.
    rng = random.Random(1)
    shape = (2, 2, 2, 2)
    met = 0
    while met < 2:
        payoffs = game_of(rng, shape, -9, 9)
        larger = payoffs * 10**400
        larger[:, 0, 0, 0, 0] += 1
        supports = ((0, 1),) * 4
        small, large = (enclosed_equilibria(support_system(list(p), supports), never) for p in (payoffs, larger))
        if not (small.complete and small.boxes):
            continue
        assert large.complete
        middles = [
            sorted([float(low) for row in box.intervals for low, _ in row] for box in found.boxes)
            for found in (small, large)
        ]
        assert np.allclose(*middles, atol=1e-9)
        met += len(small.boxes)


# --- by hand


def test_a_region_of_a_square_cut_off_by_a_curve():
    # The second player's actions are worth 2 and 3 to each of the others' actions alike, and so are the third's, wherever the
    # first takes its second action: both are indifferent all over the square of y and z (of their first actions). The first
    # gains 4y + z - 3yz - 2 by its second action, so the square's part where that is >= 0 consists of
    # equilibria: at y = 1 it is 2 - 2z (the whole side), at z = 0 it is 4y - 2 (from 1/2 on), at z = 1 it is y - 1 (the corner
    # alone). The line y = 1/2 has none of its inner points: -z/2 < 0.
    payoffs = np.array(
        [
            [[[0, 0], [2, 2]], [[0, 2], [1, 0]]],
            [[[0, 1], [2, 1]], [[2, 3], [2, 3]]],
            [[[0, 2], [3, 0]], [[2, 2], [3, 3]]],
        ],
        dtype=object,
    )
    for found in (generally(payoffs), solve_tensor(payoffs)):
        assert found.complete == "all"
        (continuum,) = found.continua
        for row, column in product(range(9), repeat=2):
            y, z = Fraction(row, 8), Fraction(column, 8)
            profile = ((0, 1), (y, 1 - y), (z, 1 - z))
            assert continuum.contains(profile) == (4 * y + z - 3 * y * z >= 2) == is_equilibrium(payoffs, profile)


def test_matching_pennies_and_battle_of_the_sexes():
    pennies = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], dtype=object)
    half = (Fraction(1, 2), Fraction(1, 2))
    assert solve_tensor(pennies).isolated == ((half, half),)
    sexes = np.array([[[3, 0], [0, 2]], [[2, 0], [0, 3]]], dtype=object)
    mixed = ((Fraction(3, 5), Fraction(2, 5)), (Fraction(2, 5), Fraction(3, 5)))
    assert solve_tensor(sexes).isolated == (((1, 0), (1, 0)), ((0, 1), (0, 1)), mixed)


def test_a_game_of_one_player():
    found = solve_tensor(np.array([[3, 5, 5]], dtype=object))
    (continuum,) = found.continua
    assert continuum.cells[0].supports == ((1, 2),)
    assert set(continuum.extreme_points) == {((0, 1, 0),), ((0, 0, 1),)}
    assert solve_tensor(np.array([[3, 5, 4]], dtype=object)).isolated == (((0, 1, 0),),)


def test_everything_dominated_but_one_profile():
    """A prisoners' dilemma of four: the second action always pays one more."""
    payoffs = np.empty((4, 2, 2, 2, 2), dtype=object)
    for actions in product((0, 1), repeat=4):
        for player in range(4):
            payoffs[(player, *actions)] = actions[player] - 3 * sum(actions)
            payoffs[(player, *actions)] += 3 * actions[player]
    kept = []
    found = solve_tensor(payoffs, keep=kept.append)
    assert found.isolated == (((0, 1),) * 4,)
    assert kept == list(found.isolated)


def test_players_without_a_choice_and_dominated_actions_are_carried_along():
    """Matching pennies with a third, dominated action for the first player and a bystander with a single action."""
    payoffs = np.zeros((3, 3, 1, 2), dtype=object)
    payoffs[0, :, 0, :] = [[1, -1], [-5, -5], [-1, 1]]
    payoffs[2, :, 0, :] = [[-1, 1], [0, 0], [1, -1]]
    half = Fraction(1, 2)
    assert solve_tensor(payoffs).isolated == (((half, 0, half), (1,), (half, half)),)


def test_four_allies_who_must_all_resist():
    """As three allies (2×2×2), but four: resisting costs (1 - q³)·4 and accepting 1, so q³ = 3/4. Three who mix while the
    fourth resists would have q² = 3/4, and the fourth would lose 4(1 - q³) > 1; likewise two. Besides: none, all."""
    payoffs = np.empty((4, 2, 2, 2, 2), dtype=object)
    for actions in product((0, 1), repeat=4):  # 0 accept, 1 resist
        for player in range(4):
            payoffs[(player, *actions)] = -1 if actions[player] == 0 else 0 if sum(actions) == 4 else -4
    found = solve_tensor(payoffs)
    assert found.complete == "all"
    (resist,) = real_roots([-3, 0, 0, 4])
    assert {tuple(m[1] for m in p) for p in found.isolated} == {(0,) * 4, (1,) * 4, (resist,) * 4}
    assert str(resist) == "(3/4)^(1/3)"


def test_five_allies():
    """Five: q⁴ = 3/4, found although the algebra of five players is beyond the limits; proved, not exact."""
    payoffs = np.empty((5, 2, 2, 2, 2, 2), dtype=object)
    for actions in product((0, 1), repeat=5):
        for player in range(5):
            payoffs[(player, *actions)] = -1 if actions[player] == 0 else 0 if sum(actions) == 5 else -4
    found = solve_tensor(payoffs)
    assert {tuple(m[1] for m in p) for p in found.isolated} >= {(0,) * 5, (1,) * 5}
    resist = real_roots([-3, 0, 0, 0, 4])[-1]
    exact = [p for p in found.isolated if p[0][1] == resist]
    boxed = [b for b in found.enclosed if all(low < resist < high for _, (low, high) in b.intervals)]
    assert len(exact) + len(boxed) == 1
    assert found.complete == "all"


def test_nau_gomez_canovas_and_hansen_section_6_is_a_segment():
    """2×2×4: Top and Left with probability 1/2; player 3 mixes the four actions on the segment between (1/2, 1/2, 0, 0) and
    (0, 0, 1/2, 1/2). By hand: at x = y = 1/2 player 3's actions are all worth 1; players 1 and 2 are indifferent where
    z1 = z2 and z3 = z4 (their gains are 2z1 - z2 ... symmetric in each pair), so z = (s, s, 1/2 - s, 1/2 - s)."""
    rows = [
        *((2, 0, 0), (0, 2, 1), (0, 1, 1), (1, 0, 2), (1, 0, 2), (0, 1, 1), (0, 2, 1), (2, 0, 0)),
        *((1, 0, 1), (0, 2, 0), (0, 1, 2), (2, 0, 1), (2, 0, 1), (0, 1, 2), (0, 2, 0), (1, 0, 1)),
    ]
    payoffs = np.empty((3, 2, 2, 4), dtype=object)
    for row, (k, j, i) in zip(rows, product(range(4), range(2), range(2)), strict=True):
        for player in range(3):
            payoffs[player, i, j, k] = row[player]
    found = solve_tensor(payoffs)
    assert found.complete == "all"
    assert found.isolated == ()
    (continuum,) = found.continua
    (cell,) = continuum.cells
    assert cell.dimension == 1
    half = (Fraction(1, 2), Fraction(1, 2))
    ends = {(half, half, (*half, 0, 0)), (half, half, (0, 0, *half))}
    assert set(cell.extreme_points) == ends
    judge(payoffs, found)


def test_nobody_cares():
    """All payoffs zero: one cell, the product of the simplices, with its 27 vertices."""
    (continuum,) = solve_tensor(np.zeros((3, 3, 3, 3), dtype=object)).continua
    (cell,) = continuum.cells
    assert cell.dimension == 6
    assert len(cell.extreme_points) == 27
    assert cell.equations == cell.inequalities == ()


def test_a_double_root_is_one_equilibrium():
    """Gains f1 = z - y, f2 = x - z, f3 = (2x - 1)² seen through y: with f3 = 4xy - 2x - 2y + 1 the equations force
    x = y = z and (2x - 1)² = 0: an isolated but irregular equilibrium, at 1/2; four players, the fourth idle."""
    payoffs = np.zeros((4, 2, 2, 2, 2), dtype=object)
    for x, y, z, w in product((0, 1), repeat=4):  # index 0 is the first action, probability x and so on
        first = {0: 1, 1: 0}
        a, b, c = first[x], first[y], first[z]
        payoffs[0, x, y, z, w] = a * (c - b)
        payoffs[1, x, y, z, w] = b * (a - c)
        payoffs[2, x, y, z, w] = c * (4 * a * b - 2 * a - 2 * b + 1)
        payoffs[3, x, y, z, w] = first[w] * (a + b + c - 5)  # never worth while: the second action dominates
    found = solve_tensor(payoffs)
    half = (Fraction(1, 2), Fraction(1, 2))
    assert (half, half, half, (0, 1)) in found.isolated
    assert set(generally(payoffs).isolated) == set(found.isolated)


# --- laws and limits


def test_relabelling_players():
    rng = random.Random(41)
    for _ in range(4):
        payoffs = game_of(rng, (3, 2, 2), -5, 5)
        order = (2, 0, 1)
        moved = np.stack([np.transpose(payoffs[old], order) for old in order]).reshape(3, 2, 3, 2)
        found, again = solve_tensor(payoffs), solve_tensor(moved)
        assert {tuple(p[old] for old in order) for p in found.isolated} == set(again.isolated)
        assert len(found.continua) == len(again.continua)


def test_positive_affine_payoffs():
    rng = random.Random(42)
    for _ in range(4):
        payoffs = game_of(rng, (3, 2, 2), -5, 5)
        scales = [Fraction(10) ** rng.randint(-30, 30) for _ in range(3)]
        assert solve_tensor(payoffs) == solve_tensor(np.stack([payoffs[i] * scales[i] + 7 for i in range(3)]))


def test_conditional_dominance_never_removes_an_equilibrium():
    rng = random.Random(43)
    for shape, low, high in (((3, 3), 0, 3), ((2, 2, 2), 0, 2), ((3, 2, 2), -9, 9)):
        for _ in range(6):
            payoffs = game_of(rng, shape, low, high)
            allowed = set(possible_supports(list(payoffs), never))
            for p in generally(payoffs).isolated:
                assert tuple(tuple(a for a, x in enumerate(m) if x != 0) for m in p) in allowed
            sizes = [sum(map(len, s)) for s in possible_supports(list(payoffs), never)]
            assert sizes == sorted(sizes)


class Clock:
    """A check that stops after some seconds of work and remembers the longest silence between two calls."""

    def __init__(self, seconds):
        self.start = self.last = time.process_time()
        self.seconds, self.silence = seconds, 0.0

    def __call__(self):
        now = time.process_time()
        self.silence, self.last = max(self.silence, now - self.last), now
        if now - self.start > self.seconds:
            raise CouldNotFinish


@pytest.mark.parametrize("shape", [(4, 4, 4), (2, 2, 2, 2, 2, 2), (3, 3, 3, 3), (12, 12, 12)])
def test_work_that_is_too_large_stops_within_a_second_and_keeps_what_it_found(shape):
    payoffs = game_of(random.Random(3), shape, -9, 9)
    payoffs[:, *(0 for _ in shape)] = 1000  # so that a pure equilibrium is found first
    clock, kept = Clock(0.5), []
    start = time.process_time()
    with pytest.raises(CouldNotFinish):
        solve_tensor(payoffs, check=clock, keep=kept.append)
    assert time.process_time() - start < 3
    assert kept
    assert is_equilibrium(payoffs, kept[0])


DEGENERATE = [((3, 3), 0, 1), ((3, 2, 2), 0, 1), ((2, 2, 2, 2), 0, 1), ((3, 3, 2), 0, 2), ((3, 3, 3), 0, 1)]


@pytest.mark.parametrize(("shape", "low", "high"), DEGENERATE)
def test_degenerate_games_never_hang(shape, low, high):
    """Ten seconds a game; how many are complete is printed, a thousand of each class in the thorough run."""
    rng = random.Random(repr((shape, low, high, "degenerate")))
    count = 1000 if THOROUGH else 3
    stopped = complete = 0
    longest = silence = 0.0
    for _ in range(count):
        payoffs = game_of(rng, shape, low, high)
        clock, kept = Clock(10), []
        try:
            found = solve_tensor(payoffs, check=clock, keep=kept.append)
            complete += found.complete == "all"
            for profile in found.isolated[:3]:
                assert is_equilibrium(payoffs, profile)
        except CouldNotFinish:
            stopped += 1
        longest, silence = max(longest, time.process_time() - clock.start), max(silence, clock.silence)
    assert longest < 11.5
    print(
        f"{shape} {low}..{high}: {count} games, {complete} complete, {stopped} stopped, longest {longest:.2f} s, silence {silence:.2f} s"
    )


def test_irrational_coordinates_share_a_field():
    rng = random.Random(51)
    seen = 0
    for _ in range(6):
        for profile in generally(game_of(rng, (2, 2, 2), -99, 99)).isolated:
            fields = {id(p.field) for m in profile for p in m if isinstance(p, AlgebraicNumber)}
            assert len(fields) <= 1
            seen += len(fields)
    assert seen
