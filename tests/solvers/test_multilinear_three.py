"""Three players with two actions each: nothing wrong, nothing missing, components as they are.

Two oracles judge the solver, and neither shares code with it. `is_equilibrium` is the definition, in exact numbers.
`unexplained_box` hunts for equilibria that were missed: it cuts the cube of probabilities into ever smaller boxes; a gain
that is bilinear takes its extremes over a box at the corners, so a box on which some player surely wants to move is
discarded for good (the arithmetic is exact: dyadic coordinates and small integers in doubles). What is left must
shrink onto the reported equilibria; a box that does not is an equilibrium nobody reported.
"""

from __future__ import annotations

import os
import random
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.algebra.algebraic import AlgebraicNumber
from hedging_games.errors import InputError
from hedging_games.solvers.multilinear import continua as multilinear_continua
from hedging_games.solvers.multilinear import three as multilinear_three
from hedging_games.solvers.multilinear.tensors import solve_tensor
from square_roots import square_root

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
GAMES = 1000 if THOROUGH else 60


# --- oracles


def is_equilibrium(payoffs, profile):
    """The definition: mixtures that sum to one, and every action in use is worth as much as any other."""
    shape = payoffs.shape[1:]
    for player, mixture in enumerate(profile):
        if sum(mixture) != 1 or min(mixture) < 0:
            return False
        worth = [Fraction(0)] * shape[player]
        for actions in product(*map(range, shape)):
            value = payoffs[(player, *actions)]
            for other, action in enumerate(actions):
                if other != player:
                    value = value * profile[other][action]
            worth[actions[player]] = worth[actions[player]] + value
        best = max(worth)
        if any(p != 0 and w != best for p, w in zip(mixture, worth, strict=True)):
            return False
    return True


def _gain_tables(payoffs):
    tables = []
    for player in range(3):
        own = np.moveaxis(payoffs[player], player, 0)
        tables.append((own[0] - own[1]).astype(float))
    return tables


def _surviving(tables, low, high):
    """Which boxes may hold an equilibrium: for each player 0 is possible and best, or 1 is, or indifference is."""
    keep = np.ones(len(low), dtype=bool)
    for player, table in enumerate(tables):
        j, k = (other for other in range(3) if other != player)
        values = np.array(
            [
                table[0, 0] * p * q
                + table[0, 1] * p * (1 - q)
                + table[1, 0] * (1 - p) * q
                + table[1, 1] * (1 - p) * (1 - q)
                for p in (low[:, j], high[:, j])
                for q in (low[:, k], high[:, k])
            ]
        )
        least, most = values.min(axis=0), values.max(axis=0)
        zero = (low[:, player] == 0) & (least <= 0)
        one = (high[:, player] == 1) & (most >= 0)
        keep &= zero | one | ((least <= 0) & (most >= 0))
    return keep


def _split(low, high):
    middle = (low + high) / 2
    sides = [np.array(s, dtype=bool) for s in product((False, True), repeat=3)]
    return (
        np.concatenate([np.where(s, middle, low) for s in sides]),
        np.concatenate([np.where(s, high, middle) for s in sides]),
    )


def _near_points(points, low, high, distance):
    if not len(points):
        return np.zeros(len(low), dtype=bool)
    gap = np.maximum(np.maximum(low[:, None] - points[None], points[None] - high[:, None]), 0).max(axis=2).min(axis=1)
    return gap <= distance


def _near_cell(cell, low, high, margin):
    """Boxes that, widened by a margin, the cell's own conditions cannot exclude."""
    low, high = low - margin, high + margin
    near = np.ones(len(low), dtype=bool)
    for player, support in enumerate(cell.supports):
        if support == (0,):
            near &= high[:, player] >= 1
        elif support == (1,):
            near &= low[:, player] <= 0
    players = [player for player, _ in cell.variables]
    for condition in (*cell.equations, *cell.inequalities):
        values = []
        for corner in product((False, True), repeat=len(players)):
            total = np.zeros(len(low))
            for exponents, coefficient in condition.terms:
                term = np.full(len(low), float(coefficient))
                for player, upper, power in zip(players, corner, exponents, strict=True):
                    if power:
                        term = term * (high if upper else low)[:, player]
                total += term
            values.append(total)
        near &= np.max(values, axis=0) >= 0
        if condition.relation == "=":
            near &= np.min(values, axis=0) <= 0
    return near


def unexplained_box(payoffs, found, deepest=22):
    """A box of width 2⁻²² that may hold an equilibrium and is near no reported one; None if all is explained.

    Near is: within two widths of an isolated equilibrium once boxes are 2⁻¹⁴ wide (2⁻⁹ at the very end: boxes at a
    distance d of a degenerate point are discarded only when about d² wide), within a width of a cell from 2⁻⁷ on.
    """
    tables = _gain_tables(payoffs)
    points = np.array([[float(mixture[0]) for mixture in profile] for profile in found.isolated]).reshape(-1, 3)
    low, high = np.zeros((1, 3)), np.ones((1, 3))
    for depth in range(deepest + 1):
        keep = _surviving(tables, low, high)
        low, high = low[keep], high[keep]
        width = 2.0**-depth
        near = np.zeros(len(low), dtype=bool)
        if depth >= 14:
            near |= _near_points(points, low, high, 2 * width if depth < deepest else 2.0**-9)
        if depth >= 7:
            for continuum in found.continua:
                for cell in continuum.cells:
                    near |= _near_cell(cell, low, high, width)
        low, high = low[~near], high[~near]
        if len(low) == 0:
            return None
        if depth < deepest:
            low, high = _split(low, high)
    return low[0], high[0]


def random_points(cell, rng, attempts):
    """Points of a cell: random values for some variables, the others as the equations, linear in each, then demand."""
    for _ in range(attempts):
        values = {}
        order = rng.sample(range(len(cell.variables)), len(cell.variables))
        while len(values) < len(order):
            solved = None
            for equation in cell.equations:
                missing = {k for exponents, _ in equation.terms for k, e in enumerate(exponents) if e} - set(values)
                if len(missing) == 1:
                    (solved,) = missing
                    at = [
                        equation.value([values.get(k, x) for k in range(len(order))])
                        for x in (Fraction(0), Fraction(1))
                    ]
                    if at[0] == at[1]:
                        solved = None
                        continue
                    values[solved] = at[0] / (at[0] - at[1])
                    break
            if solved is None:
                free = next(k for k in order if k not in values)
                values[free] = Fraction(rng.randint(0, 24), 24)
        profile = [tuple(Fraction(int(a in s)) for a in (0, 1)) for s in cell.supports]
        for k, (player, _) in enumerate(cell.variables):
            profile[player] = (values[k], 1 - values[k])
        if cell.contains(tuple(profile)):
            yield tuple(profile)


def judge(payoffs, found, rng):
    """Everything that must hold of an answer; returns how many equilibria were confirmed by the definition."""
    assert found.complete == "all"
    assert found.isolated or found.continua
    assert len(set(found.isolated)) == len(found.isolated)
    confirmed = 0
    for profile in found.isolated:
        assert is_equilibrium(payoffs, profile), (payoffs.tolist(), profile)
        assert not any(continuum.contains(profile) for continuum in found.continua)
        confirmed += 1
    for continuum in found.continua:
        for cell in continuum.cells:
            assert cell.dimension > 0
            for profile in (cell.sample, *cell.extreme_points, *random_points(cell, rng, 6)):
                assert cell.contains(profile)
                assert is_equilibrium(payoffs, profile), (payoffs.tolist(), cell, profile)
                confirmed += 1
    assert unexplained_box(payoffs, found) is None, payoffs.tolist()
    return confirmed


# --- games


def game_of(rng, low, high):
    values = [rng.randint(low, high) for _ in range(24)]
    return np.array(values, dtype=object).reshape(3, 2, 2, 2)


def from_table(rows):
    """A game from its rows of payoffs, the first player's action changing fastest."""
    payoffs = np.empty((3, 2, 2, 2), dtype=object)
    for row, (k, j, i) in zip(rows, product((0, 1), repeat=3), strict=True):
        for player in range(3):
            payoffs[player, i, j, k] = row[player]
    return payoffs


def from_gains(gains):
    """A game in which the second action is always worth 0, the first what ``gains`` says, by the others' actions."""
    payoffs = np.zeros((3, 2, 2, 2), dtype=object)
    for player in range(3):
        own = np.zeros((2, 2, 2), dtype=object)
        own[0] = np.array(gains[player], dtype=object).reshape(2, 2)
        payoffs[player] = np.moveaxis(own, 0, player)
    return payoffs


def _relabelled(payoffs, order, flips):
    moved = np.empty_like(payoffs)
    for new, old in enumerate(order):
        moved[new] = np.transpose(payoffs[old], order)
    for player, flip in enumerate(flips):
        if flip:
            moved = np.flip(moved, axis=player + 1)
    return moved


def gains_of_polynomial(c0, c1, c2, c3):
    """The gains that are c0 + c1 p + c2 q + c3 p q in the others' probabilities of their first actions."""
    return [c0 + c1 + c2 + c3, c0 + c1, c0 + c2, c0]


def line(rng):
    while True:
        a, b = rng.randint(-3, 3), rng.randint(-3, 3)
        if (a, b) != (0, 0):
            return a, b


def factoring(rng):
    """Gains that are products of a line in each variable, bilinear, or zero: planes, cylinders and lines of ties."""
    gains = []
    for _ in range(3):
        (a, b), (c, d) = line(rng), line(rng)
        bilinear = [rng.randint(-3, 3) for _ in range(4)]
        gains.append(gains_of_polynomial(*rng.choice(((a * c, b * c, a * d, b * d), bilinear, (0, 0, 0, 0)))))
    return from_gains(gains)


def curving(rng):
    """Gains that vanish together on a curve x ↦ (y, z), both Möbius functions of x."""
    while True:
        p, q, r, s, t, u, v, w = (rng.randint(-3, 3) for _ in range(8))
        if p * s - q * r and t * w - u * v:
            break
    # y = (p + q x)/(r + s x), z = (t + u x)/(v + w x); hence x = (r y - p)/(q - s y), and z in terms of y.
    yz = (-(t * q - u * p), -(-t * s + u * r), v * q - w * p, -v * s + w * r)
    polynomials = (yz, (-t, -u, v, w), (-p, -q, r, s))
    return from_gains([[rng.choice((-1, 1)) * 1 * c for c in gains_of_polynomial(*f)] for f in polynomials])


def signed(rng):
    return from_gains([[rng.choice((-1, 0, 1)) for _ in range(4)] for _ in range(3)])


def facing(rng):
    """Two players who care little or only on a face, a third with a hyperbola: regions of faces, walls, tails."""
    weak = ((0, 0, 0, 0), (-1, 0, 1, 0), (0, 0, -1, 0), (0, 0, 1, 0), (-1, 0, 2, 0), (1, 0, -1, 0))
    hyperbola = [rng.randint(-9, 9) for _ in range(4)]
    gains = [rng.choice(weak), rng.choice(weak), hyperbola]
    payoffs = from_gains([gains_of_polynomial(*g) for g in gains])
    return _relabelled(payoffs, rng.choice(list(permutations(range(3)))), [rng.random() < 0.5 for _ in range(3)])


DEGENERATE = {
    "facing": facing,
    "zero-one": lambda rng: game_of(rng, 0, 1),
    "three values": lambda rng: game_of(rng, 0, 2),
    "signs": signed,
    "factoring": factoring,
    "curving": curving,
    "sparse": lambda rng: from_gains([[rng.choice((0, 0, 0, -1, 2)) for _ in range(4)] for _ in range(3)]),
}

MCKELVEY_MCLENNAN = [(9, 8, 12), (0, 0, 0), (0, 0, 0), (9, 8, 2), (0, 0, 0), (3, 4, 6), (3, 4, 6), (0, 0, 0)]
NAU_SECTION_4 = [(3, 0, 2), (0, 1, 0), (0, 2, 0), (1, 0, 0), (1, 0, 0), (0, 3, 0), (0, 1, 0), (2, 0, 3)]
NAU_SECTION_5 = [(0, 0, 2), (3, 0, 0), (0, 3, 0), (0, 0, 0), (1, 1, 0), (0, 0, 0), (0, 0, 0), (0, 0, 3)]


# --- against the oracles


def test_random_games():
    rng = random.Random(20240817)
    generic = confirmed = 0
    for _ in range(GAMES):
        payoffs = game_of(rng, -99, 99)
        found = solve_tensor(payoffs)
        confirmed += judge(payoffs, found, rng)
        if multilinear_three.isolated_equilibria(multilinear_three.gains_of(payoffs)) is not None:
            # No gain is zero at any corner or equilibrium: the game is regular, so the number is odd (Wilson 1971).
            generic += 1
            assert len(found.isolated) % 2 == 1, payoffs.tolist()
    assert generic > 0.8 * GAMES
    print(f"±99: {GAMES} games, {confirmed} equilibria confirmed, {generic} generic, all with odd counts")


def test_random_games_with_ties():
    rng = random.Random(20240818)
    confirmed = continua = 0
    for _ in range(GAMES):
        payoffs = game_of(rng, 0, 4)
        found = solve_tensor(payoffs)
        confirmed += judge(payoffs, found, rng)
        continua += len(found.continua)
    assert continua > GAMES / 2
    print(f"0..4: {GAMES} games, {confirmed} equilibria confirmed, {continua} continua")


@pytest.mark.parametrize("kind", DEGENERATE)
def test_degenerate_games(kind):
    rng = random.Random(kind)
    continua = confirmed = 0
    for _ in range(GAMES // 3 if not THOROUGH else GAMES):
        payoffs = DEGENERATE[kind](rng)
        found = solve_tensor(payoffs)
        if sum(cell.dimension > 1 for k in found.continua for cell in k.cells) < 3:
            confirmed += judge(payoffs, found, rng)
        continua += len(found.continua)
    assert continua
    print(f"{kind}: {confirmed} equilibria confirmed, {continua} continua")


def test_the_two_methods_agree_where_both_apply():
    rng = random.Random(5)
    both = 0
    for _ in range(GAMES):
        gains = multilinear_three.gains_of(game_of(rng, -9, 9))
        fast = multilinear_three.isolated_equilibria(gains)
        if fast is not None:
            both += 1
            points, continua = multilinear_continua.components(gains, lambda: None)
            assert (points, continua) == (fast, [])
    assert both > GAMES / 3


def test_components_are_connected_and_apart():
    """On a grid of boxes of width 2⁻⁶ that may hold equilibria, clusters of neighbours are the components, except where
    two come closer than the grid can tell or a degenerate point scatters boxes; so equality is asked of nearly all."""
    from scipy.ndimage import label

    rng = random.Random(11)
    agree = total = 0
    for kind in ("zero-one", "three values", "factoring", "curving"):
        for _ in range(40 if THOROUGH else 6):
            payoffs = DEGENERATE[kind](rng)
            found = solve_tensor(payoffs)
            tables, low, high = _gain_tables(payoffs), np.zeros((1, 3)), np.ones((1, 3))
            for _ in range(6):
                low, high = _split(low, high)
                keep = _surviving(tables, low, high)
                low, high = low[keep], high[keep]
            grid = np.zeros((64, 64, 64), dtype=bool)
            grid[tuple(np.round(low * 64).astype(int).T)] = True
            clusters = label(grid, structure=np.ones((3, 3, 3)))[1]
            components = len(found.isolated) + len(found.continua)
            total += 1
            agree += clusters == components
    assert agree >= 0.9 * total


# --- published games


def test_mckelvey_and_mclennan_have_nine():
    """McKelvey and McLennan (1997): nine equilibria, the most a regular 2×2×2 game can have.

    By hand, with x, y, z the probabilities of the first actions, the gains by them are f1 = 3(2y - 1)(4z - 1),
    f2 = 4(2x - 1)(3z - 1) and f3 = 26xy - 8x - 8y + 2. All mix: y = 1/2 leaves f3 = 5x - 2 = 0 and, as x is not 1/2,
    z = 1/3; z = 1/4 leaves x = 1/2 and f3 = 5y - 2 = 0. Player 1 at 0: f3 = 2 - 8y, so y = 1/4, and z = 1/3; player 2 at
    1: f3 = 18x - 6, so x = 1/3, and z = 1/4; player 3 at 1: x = y = 1/2, f3 = 1/2 > 0. Signs rule out the other faces."""
    payoffs = from_table(MCKELVEY_MCLENNAN)
    found = solve_tensor(payoffs)
    assert [tuple(str(mixture[0]) for mixture in profile) for profile in found.isolated] == [
        ("1", "1", "1"),
        ("1", "0", "0"),
        ("0", "1", "0"),
        ("0", "0", "1"),
        ("0", "1/4", "1/3"),
        ("1/3", "1", "1/4"),
        ("1/2", "1/2", "1"),
        ("2/5", "1/2", "1/3"),
        ("1/2", "2/5", "1/4"),
    ]
    assert found.continua == ()
    judge(payoffs, found, random.Random(0))


def test_nau_gomez_canovas_and_hansen_section_4_is_unique_and_irrational():
    """Nau, Gomez Canovas and Hansen (2004), section 4.

    By hand: f1 = yz + 3y + z - 2, f2 = xz - 4x - 2z + 3, f3 = -xy + 3x + 3y - 3. With y = (3 - 3x)/(3 - x) and
    z = (4x - 3)/(x - 2), f1 times (3 - x)(x - 2) is -23x² + 53x - 24, whose root in [0, 1] is (53 - √601)/46."""
    payoffs = from_table(NAU_SECTION_4)
    found = solve_tensor(payoffs)
    (profile,) = found.isolated
    assert found.continua == ()
    root = square_root(601)
    assert [mixture[0] for mixture in profile] == [(53 - root) / 46, (root - 13) / 24, (root - 23) / 4]
    assert all(isinstance(p, AlgebraicNumber) for mixture in profile for p in mixture)
    x = profile[0][0]
    assert 23 * x * x - 53 * x + 24 == 0
    judge(payoffs, found, random.Random(0))


def test_nau_gomez_canovas_and_hansen_section_5_has_a_continuum():
    """Section 5 of the same paper: a curve of totally mixed equilibria between (1, 0, 1/4) and (0, 1, 1/4).

    By hand: f1 = y(1 - 4z), f2 = x(1 - 4z), f3 = -xy + 3x + 3y - 3. All mix on z = 1/4 and f3 = 0. At the curve's ends
    player 3 is indifferent too, and the others content as long as z is at least 1/4: two segments continue it. At (0, 0)
    players 1 and 2 do not care and f3 = -3, so z = 0, where they would not: f1 = y = 0 and f2 = x = 0, alone."""
    payoffs = from_table(NAU_SECTION_5)
    found = solve_tensor(payoffs)
    assert [[mixture[0] for mixture in profile] for profile in found.isolated] == [[0, 0, 0]]
    (continuum,) = found.continua
    assert [cell.dimension for cell in continuum.cells] == [1, 1, 1]
    curve = next(cell for cell in continuum.cells if cell.supports == ((0, 1), (0, 1), (0, 1)))
    assert curve.text([["T", "B"], ["L", "R"], ["1", "2"]]) == "4*P(1) - 1 = 0, P(T)*P(L) - 3*P(T) - 3*P(L) + 3 = 0"
    quarter = Fraction(1, 4)
    ends = {tuple(mixture[0] for mixture in profile) for profile in curve.extreme_points}
    assert ends == {(1, 0, quarter), (0, 1, quarter)}
    judge(payoffs, found, random.Random(0))


@pytest.mark.parametrize(("demand", "retaliation"), [(1, 4), (1, 2), (3, 4), (2, 9)])
def test_allied_resistance_by_hand(demand, retaliation):
    """Three allies accept (-demand) or resist (0 if all three do, else -retaliation).

    If each of the others resists with probability q, resisting costs (1 - q²)·retaliation, so the mixed equilibrium has
    q² = 1 - demand/retaliation. Two who mix while the third resists would have q = 1 - demand/retaliation, but then the
    third prefers to accept; while the third accepts, to resist only costs. So: none, all, and q for each."""
    payoffs = np.empty((3, 2, 2, 2), dtype=object)
    for actions in product((0, 1), repeat=3):  # 0 accept, 1 resist
        for player in range(3):
            payoffs[(player, *actions)] = -demand if actions[player] == 0 else 0 if sum(actions) == 3 else -retaliation
    found = solve_tensor(payoffs)
    resist = square_root(1 - Fraction(demand, retaliation))
    assert {tuple(mixture[1] for mixture in profile) for profile in found.isolated} == {
        (0, 0, 0),
        (1, 1, 1),
        (resist,) * 3,
    }
    assert found.continua == ()
    if (demand, retaliation) == (1, 4):
        assert str(found.isolated[-1][0][1]) == "sqrt(3)/2"


# --- continua of every dimension, by hand


def test_nobody_cares():
    """All gains zero: the whole cube, with its eight corners."""
    (continuum,) = solve_tensor(from_gains([[0] * 4] * 3)).continua
    (cell,) = continuum.cells
    assert cell.dimension == 3
    assert len(cell.extreme_points) == 8
    assert cell.text() == "any probabilities"


def test_two_regions_of_a_face_that_do_not_touch():
    """Players 1 and 2 never care; player 3 gains (x - 1/2)(y - 1/2) - 1/16 by the first action, times 16.

    First action: the gain is at least 0 in two opposite corners of the square, apart (the saddle has -1/16). Second: at
    most 0 between them, one region. Mixing: on the two branches of the hyperbola, which are the walls between, times
    [0, 1]. So everything is one component: two regions below, one above, two walls."""
    found = solve_tensor(from_gains([[0] * 4, [0] * 4, gains_of_polynomial(3, -8, -8, 16)]))
    assert found.isolated == ()
    (continuum,) = found.continua
    kinds = sorted((cell.supports[2], cell.dimension) for cell in continuum.cells)
    assert kinds == [((0,), 2), ((0,), 2), ((0, 1), 2), ((0, 1), 2), ((1,), 2)]


def test_two_regions_alone():
    """As before, but player 3's second action pays when player 3 would mix or refuse: gain of players 1 and 2 depends on
    player 3. With f1 = f2 = 0 only at z = 1 (gain z - 1), both stay at 0 unless z = 1; there they are free, and player 3
    keeps to the first action in the two regions. At z = 1 the regions are all there is, besides (0, 0, z): f3(0, 0) = 3 > 0
    forces z = 1. Two components."""
    found = solve_tensor(
        from_gains(
            [gains_of_polynomial(-1, 0, 1, 0), gains_of_polynomial(-1, 0, 1, 0), gains_of_polynomial(3, -8, -8, 16)]
        )
    )
    assert found.isolated == ()
    assert [len(continuum.cells) for continuum in found.continua] == [1, 1]
    regions = [continuum.cells[0] for continuum in found.continua]
    assert all(cell.dimension == 2 and cell.supports == ((0, 1), (0, 1), (0,)) for cell in regions)
    corners = [{tuple(m[0] for m in p) for p in cell.extreme_points} for cell in regions]
    assert sorted((0, 0, 1) in c for c in corners) == [False, True]
    assert sorted((1, 1, 1) in c for c in corners) == [False, True]


def test_a_corner_apart_from_the_region_that_its_condition_allows():
    """f3 = (x - 1/2)(y - 1/2) - 1/4, zero at (0, 0) and (1, 1) and negative elsewhere; shifted so that (1, 1) has a
    region: f3 = 4(x - 1/2)(y - 1/2) - 1 + (x + y)/10 is zero at (0, 0), positive near (1, 1) only. With f1 = f2 = z - 1
    the equilibria with z = 1 are that region and the corner (0, 0, 1), alone; where z < 1, x = y = 0 and f3 = 0: the edge
    (0, 0, z). So the corner hangs on an edge, apart from the region."""
    third = gains_of_polynomial(0, -20 + 1, -20 + 1, 40)
    found = solve_tensor(from_gains([gains_of_polynomial(-1, 0, 1, 0), gains_of_polynomial(-1, 0, 1, 0), third]))
    assert found.isolated == ()
    assert sorted(continuum.dimension for continuum in found.continua) == [1, 2]


# --- laws


@pytest.mark.parametrize(("low", "high"), [(-99, 99), (0, 2)])
def test_relabelling_players_and_actions(low, high):
    rng = random.Random(31)
    for _ in range(25):
        payoffs = game_of(rng, low, high)
        found = solve_tensor(payoffs)
        order = rng.choice(list(permutations(range(3))))
        flips = [rng.random() < 0.5 for _ in range(3)]
        again = solve_tensor(_relabelled(payoffs, order, flips))

        def moved(profile, order=order, flips=flips):
            return tuple(profile[old][::-1] if flips[new] else profile[old] for new, old in enumerate(order))

        assert {moved(p) for p in found.isolated} == set(again.isolated)
        assert sorted(sorted(c.dimension for c in k.cells) for k in found.continua) == sorted(
            sorted(c.dimension for c in k.cells) for k in again.continua
        )
        for continuum in found.continua:
            for point in (moved(p) for p in continuum.extreme_points):
                assert sum(other.contains(point) for other in again.continua) == 1


def test_positive_affine_payoffs_and_huge_numbers():
    rng = random.Random(32)
    for low, high in ((-9, 9), (0, 2)):
        for _ in range(20):
            payoffs = game_of(rng, low, high)
            scales = [Fraction(10) ** rng.randint(-40, 40) for _ in range(3)]
            other = np.stack([payoffs[i] * scales[i] + Fraction(rng.randint(-9, 9), 7) for i in range(3)])
            assert solve_tensor(payoffs) == solve_tensor(other)


# --- limits


def test_floats_and_wrong_shapes_are_refused():
    with pytest.raises(InputError, match="not exact"):
        solve_tensor(np.full((3, 2, 2, 2), 0.5))
    with pytest.raises(InputError, match="shape"):
        solve_tensor(np.zeros((2, 2, 2, 2), dtype=object))


def test_check_stops_the_work():
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve_tensor(from_gains([[0] * 4] * 3), check=stop)


def test_found_equilibria_are_kept_as_they_come():
    kept = []
    found = solve_tensor(from_table(MCKELVEY_MCLENNAN), keep=kept.append)
    assert tuple(kept) == found.isolated


def test_a_continuum_says_whose_action_it_means_where_names_repeat():
    # The game of section 5 above with "in" and "out" for everybody: its equation must tell the three players apart.
    tables = [np.array(from_table(NAU_SECTION_5)[k], dtype=object).tolist() for k in range(3)]
    for actions, equation in (
        ([["in", "out"]] * 3, "4*P(in of C) - 1 = 0"),
        ([["in", "out"], ["in", "no"], ["stay", "go"]], "4*P(stay) - 1 = 0"),
        ([["up", "in"], ["no", "in"], ["stay", "go"]], "P(up)*P(no) - 3*P(up) - 3*P(no) + 3 = 0"),
    ):
        found = hg.solve(hg.matrix_game(*tables, players=["A", "B", "C"], actions=actions))
        texts = [text for cell in found.continua for text in cell.equations]
        assert equation in texts
        assert all(text in str(found) for text in texts)
