"""What is decided about supports before exact algebra: by dominance, in floats, or by linear equations. Each against the algebra or the definition."""

from __future__ import annotations

import os
import random
from fractions import Fraction
from itertools import combinations, groupby, product

import numpy as np
import pytest

from hedging_games.solvers.multilinear import supports as supports_module
from hedging_games.solvers.multilinear.few_mixing import Direct, is_direct
from hedging_games.solvers.multilinear.general import on_support
from hedging_games.solvers.multilinear.screening import may_carry
from hedging_games.solvers.multilinear.supports import possible_supports
from hedging_games.solvers.multilinear.system import support_system
from hedging_games.solvers.multilinear.tensors import solve_tensor

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def never():
    """No limit."""


def game_of(rng, shape, low, high):
    count = len(shape) * int(np.prod(shape))
    drawn = np.array([rng.randint(low, high) for _ in range(count)], dtype=object)
    return list(drawn.reshape(len(shape), *shape))


def by_algebra(tensors, supports):
    """What the general method finds on a support, without any screening."""
    system = support_system(tensors, supports)
    findings, boxes = on_support(system, never)
    return system, findings, boxes


CLASSES = [
    ((3, 2, 2), -99, 99, 12),
    ((3, 2, 2), 0, 5, 20),
    ((2, 2, 2, 2), -99, 99, 5),
    ((2, 2, 2, 2), 0, 3, 8),
    ((3, 3, 2), -3, 3, 3),
    ((2, 2, 2), 0, 10**30, 10),
    ((3, 2, 2), 10**16, 10**16 + 9, 8),
]


@pytest.mark.parametrize(("shape", "low", "high", "count"), CLASSES)
def test_what_is_screened_out_carries_no_equilibrium_by_exact_algebra(shape, low, high, count):
    rng = random.Random(repr(("screened", shape, low, high)))
    out = 0
    for _ in range(count * (20 if THOROUGH else 1)):
        tensors = game_of(rng, shape, low, high)
        for _, group in groupby(possible_supports(tensors, never), key=lambda s: sorted(map(len, s))):
            several = [s for s in group if sum(len(one) > 1 for one in s) > 1]
            for supports, is_open in zip(several, may_carry(tensors, several, never) if several else [], strict=True):
                if not is_open:
                    _, findings, boxes = by_algebra(tensors, supports)
                    assert (findings.points, findings.cells, boxes) == ([], [], []), (tensors, supports)
                    out += 1
    assert out > count / 2  # it does decide something


@pytest.mark.parametrize("seed", [50, 197, 211, 221, 246])
def test_a_large_constant_added_to_everybodys_payoffs_changes_no_equilibrium(seed):
    """The payoffs rounded to doubles would lose the differences, which are all that counts: these games would lose equilibria."""
    payoffs = np.array(game_of(random.Random(seed), (3, 2, 2), 0, 9))
    near = solve_tensor(payoffs)
    for constant in (10**12, 10**16, 10**25):
        far = solve_tensor(payoffs + constant)
        assert (near.isolated, near.continua, near.complete) == (far.isolated, far.continua, far.complete)


def test_an_equilibrium_where_nothing_is_regular_is_never_screened_out():
    """All payoffs equal: every support carries equilibria. And one isolated zero that is double: x = y = z, (2x - 1)^2 = 0,
    where floats cannot tell whether there are two equilibria or none."""
    zeros = [np.zeros((2, 2, 2), dtype=object)] * 3
    everything = [tuple(s) for s in product(((0,), (1,), (0, 1)), repeat=3) if sum(len(one) > 1 for one in s) == 3]
    assert may_carry(zeros, everything, never) == [True]
    tensors = [np.zeros((2, 2, 2), dtype=object) for _ in range(3)]
    for i, j, k in product((0, 1), repeat=3):
        x, y, z = 1 - i, 1 - j, 1 - k
        tensors[0][i, j, k] = x * (z - y)
        tensors[1][i, j, k] = y * (x - z)
        tensors[2][i, j, k] = z * (4 * x * y - 2 * x - 2 * y + 1)
    assert may_carry(tensors, everything, never) == [True]


def test_a_tie_in_what_is_not_played_is_left_to_exact_methods():
    """Matching pennies for two, a third who at the equilibrium (1/2, 1/2) is indifferent between a mixture's two actions and a third action
    that gains nothing there, and -1 or 1 elsewhere: the equilibrium stands."""
    tensors = [np.zeros((2, 2, 3), dtype=object) for _ in range(3)]
    for i, j, k in product((0, 1), (0, 1), range(3)):
        same = 1 if i == j else -1
        tensors[0][i, j, k], tensors[1][i, j, k] = same, -same
        tensors[2][i, j, k] = same if k == 2 else 0
    assert may_carry(tensors, [((0, 1), (0, 1), (0, 1))], never) == [True]


@pytest.mark.parametrize(
    ("shape", "low", "high", "count"),
    [
        ((3, 3), -99, 99, 10),
        ((3, 3), 0, 2, 12),
        ((2, 2, 2), 0, 3, 12),
        ((3, 2, 2), -99, 99, 6),
        ((2, 3, 2), 0, 3, 6),
        ((2, 2, 3), -9, 9, 6),
        ((2, 2, 2, 2), -9, 9, 4),
    ],
)
def test_direct_answers_are_those_of_the_algebra(shape, low, high, count):
    rng = random.Random(repr(("direct", shape, low, high)))
    answered = 0
    for _ in range(count * (20 if THOROUGH else 1)):
        tensors = game_of(rng, shape, low, high)
        direct = Direct(tensors)
        for supports in possible_supports(tensors, never):
            found = direct.equilibria(supports)
            if found is not None:
                system, findings, boxes = by_algebra(tensors, supports)
                assert not findings.cells
                assert not boxes
                assert set(found) == {system.profile(point) for point in findings.points}
                answered += 1
            else:
                mixing = sum(len(s) > 1 for s in supports)
                assert mixing == 1 or not is_direct(list(map(len, supports))) or high < 99
    assert answered > count


def dominated(tensors, supports):
    """The definition: an action of a support that some action does at least as well as at every profile of the others' supports, and better at one."""
    for player, support in enumerate(supports):
        others = [s for other, s in enumerate(supports) if other != player]
        for b, a in product(support, range(tensors[player].shape[player])):
            gains = []
            for profile in product(*others):
                at = [*profile[:player], slice(None), *profile[player:]]
                gains.append(tensors[player][tuple(at)][a] - tensors[player][tuple(at)][b])
            if min(gains) >= 0 and max(gains) > 0:
                return True
    return False


@pytest.mark.parametrize(("shape", "high"), [((2, 3), 2), ((3, 2, 2), 2), ((3, 2, 2), 10**25), ((2, 2, 2, 2), 3)])
def test_possible_supports_are_those_without_conditional_dominance(shape, high):
    rng = random.Random(repr(("supports", shape, high)))
    subsets = [[c for size in range(1, m + 1) for c in combinations(range(m), size)] for m in shape]
    for _ in range(4):
        tensors = game_of(rng, shape, -high, high)
        expected = {s for s in product(*subsets) if not dominated(tensors, s)}
        assert set(possible_supports(tensors, never)) == expected


def test_probabilities_of_direct_answers_are_exact():
    """Battle of the sexes: (2/3, 1/3) and (1/3, 2/3), by hand."""
    tensors = [np.array([[2, 0], [0, 1]], dtype=object), np.array([[1, 0], [0, 2]], dtype=object)]
    third = Fraction(1, 3)
    assert Direct(tensors).equilibria(((0, 1), (0, 1))) == [((2 * third, third), (third, 2 * third))]


# --- three players, one among three actions and two between two


def gains_as_tensors(first, second, third, place):
    """The payoffs (zero unless given) of a game in which the player at ``place`` has three actions and the others, in order, two.

    ``first`` : what the first and second action gain over the third, by the others' actions in order (4 numbers each). ``second``,
    ``third`` : by each action of that player what the first action of the others gains, whatever the one who is left does.
    """
    shape = [2, 2]
    shape.insert(place, 3)
    tensors = [np.zeros(shape, dtype=object) for _ in range(3)]
    others = [k for k in range(3) if k != place]
    for a, i, j in product(range(3), (0, 1), (0, 1)):
        at = [0, 0, 0]
        at[place], at[others[0]], at[others[1]] = a, i, j
        tensors[place][tuple(at)] = first[a][2 * i + j] if a < 2 else 0
        tensors[others[0]][tuple(at)] = second[a] if i == 0 else 0
        tensors[others[1]][tuple(at)] = third[a] if j == 0 else 0
    return tensors, tuple(tuple(range(m)) for m in shape)


BY_HAND = (
    # y = z and 2yz = 1, so both are sqrt(1/2); the lines x0 = x1 and x0 + x1 = x2 cross at (1/4, 1/4, 1/2).
    ("irrational", ((0, 1, -1, 0), (1, -1, -1, -1)), (1, -1, 0), (1, 1, -1), 1),
    # The same lines, y = z and y + z = 1: both are 1/2.
    ("rational", ((0, 1, -1, 0), (1, 0, 0, -1)), (1, -1, 0), (1, 1, -1), 1),
    # Both gains are y - z: the quadratic vanishes, and the points y = z are a continuum.
    ("one equation twice", ((0, 1, -1, 0), (0, 1, -1, 0)), (1, -1, 0), (1, 1, -1), None),
    # (2y - 1) z and (2y - 1)(1 - z): at y = 1/2 every z will do.
    ("a free coordinate", ((1, 0, -1, 0), (0, 1, 0, -1)), (1, -1, 0), (1, 1, -1), None),
    # 1 + (2y - 1) z and 1 + 2 (2y - 1) z: at the root y = 1/2 of the quadratic both are 1.
    ("no z for the root", ((2, 1, 0, 1), (3, 1, -1, 1)), (1, -1, 0), (1, 1, -1), 0),
    # One line twice: x0 = x1 leaves a continuum of mixtures.
    ("one line twice", ((0, 1, -1, 0), (1, -1, -1, -1)), (1, -1, 0), (2, -2, 0), None),
    # The lines x0 = x1 and x0 = x2 cross inside, x0 = x1 and x0 + x1 = 0 at a corner.
    ("a corner", ((0, 1, -1, 0), (1, -1, -1, -1)), (1, -1, 0), (1, 1, 0), 0),
)


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize(
    ("first", "second", "third", "number"), [case[1:] for case in BY_HAND], ids=[c[0] for c in BY_HAND]
)
def test_one_among_three_and_two_between_two_by_hand(first, second, third, number, place):
    tensors, everything = gains_as_tensors(first, second, third, place)
    found = Direct(tensors).equilibria(everything)
    assert (None if found is None else len(found)) == number
    if number:
        quarter = Fraction(1, 4)
        (profile,) = found
        assert profile[place] == (quarter, quarter, 2 * quarter)
        y, z = (profile[k][0] for k in range(3) if k != place)
        assert y == z
        assert 2 * y * z == 1 or y == 1 - z


@pytest.mark.parametrize("shape", [(3, 2, 2), (2, 3, 2), (2, 2, 3)])
@pytest.mark.parametrize("high", [2, 9])
def test_a_planted_equilibrium_of_one_among_three_is_found_as_by_the_algebra(shape, high):
    """Payoffs drawn small, so that ties are common; a constant for each own action makes everybody indifferent at a drawn profile."""
    rng = random.Random(repr(("planted", shape, high)))
    everything = tuple(tuple(range(m)) for m in shape)
    answered = 0
    for _ in range(40 if THOROUGH else 12):
        tensors = game_of(rng, shape, -high, high)
        weights = [[rng.randint(1, 3) for _ in range(m)] for m in shape]
        for player, tensor in enumerate(tensors):
            others = [w for k, w in enumerate(weights) if k != player]
            whole = sum(others[0]) * sum(others[1])
            rows = np.moveaxis(tensor, player, 0)
            # What each row is worth is taken off it, all times the sum of the weights.
            worth = rows @ np.array(others[1], dtype=object) @ np.array(others[0], dtype=object)
            tensors[player] = np.moveaxis(rows * whole - worth[:, None, None], 0, player)
        found = Direct(tensors).equilibria(everything)
        system, findings, boxes = by_algebra(tensors, everything)
        planted = tuple(tuple(Fraction(x, sum(w)) for x in w) for w in weights)
        assert planted in {system.profile(point) for point in findings.points} or findings.cells
        if found is None:
            continue
        assert not findings.cells
        assert not boxes
        assert planted in found
        assert set(found) == {system.profile(point) for point in findings.points}
        answered += 1
    assert answered > 3


def test_few_profiles_of_supports_are_the_same_looked_at_together_or_one_by_one(monkeypatch):
    rng = random.Random("together")
    for shape, high in (((2, 3, 2), 1), ((3, 2, 2), 2), ((2, 2, 2, 2), 2), ((4, 3), 2), ((3, 3, 3), 10**25)):
        for _ in range(3):
            tensors = game_of(rng, shape, -high, high)
            together = list(possible_supports(tensors, never))
            with monkeypatch.context() as patch:
                patch.setattr(supports_module, "FEW", 0)
                assert list(possible_supports(tensors, never)) == together


def test_every_equilibrium_that_gambit_finds_of_three_by_two_by_two_is_listed():
    """`enumpoly` computes in floats and may miss equilibria, but lists none that is not there."""
    gambit = pytest.importorskip("pygambit")
    rng = random.Random("gambit")
    found = mixed = 0
    for shape in ((3, 2, 2), (2, 3, 2), (2, 2, 3)) * 12:
        tensors = game_of(rng, shape, -9, 9)
        answer = solve_tensor(np.array(tensors))
        game = gambit.Game.from_arrays(*(tensor.astype(int) for tensor in tensors))
        for equilibrium in gambit.nash.enumpoly_solve(game).equilibria:
            theirs = np.array([float(equilibrium[s]) for player in game.players for s in player.strategies])
            ours = [np.array([float(x) for mixture in profile for x in mixture]) for profile in answer.isolated]
            assert answer.continua or any(np.abs(theirs - profile).max() < 1e-6 for profile in ours)
            found += 1
            mixed += bool((theirs > 1e-6).all())
    assert found > 30
    assert mixed > 0
