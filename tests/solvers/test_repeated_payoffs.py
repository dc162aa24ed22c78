"""What two players can be held to, and can get, in repeated games."""

import os
import random
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

import hedging_games as hg
from oracles.repeated import average_worth, drawn, is_perfect, repeated_game

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
GAMES = 300 if THOROUGH else 15


@pytest.mark.parametrize("seed", range(GAMES))
def test_minmax_in_pure_and_in_mixed_actions(seed):
    sizes, table, d = drawn(seed)
    found = hg.solve(repeated_game(sizes, table, d), "grim-trigger").minmax
    for k, held in enumerate(found.values()):
        rows = [
            [table[(own, other) if k == 0 else (other, own)][k] for other in range(sizes[1 - k])]
            for own in range(sizes[k])
        ]
        assert held.pure == min(map(max, zip(*rows, strict=True)))
        # The others' mixture q makes the largest row of (rows q) as small as possible.
        bounds = [(0, None)] * sizes[1 - k] + [(None, None)]
        told = linprog(
            [0] * sizes[1 - k] + [1],
            A_ub=[[*map(float, row), -1] for row in rows],
            b_ub=[0] * len(rows),
            A_eq=[[1] * sizes[1 - k] + [0]],
            b_eq=[1],
            bounds=bounds,
        )
        assert abs(float(held.mixed) - told.fun) < 1e-9
        assert isinstance(held.mixed, F)


@pytest.mark.parametrize("seed", range(GAMES))
def test_what_equilibria_pay_lies_in_the_set(seed):
    sizes, table, d = drawn(seed)
    found = hg.solve(repeated_game(sizes, table, d), "optimal-penal-code").payoff_set
    rng = random.Random(seed)
    for _ in range(150):
        states = rng.randint(1, 3)
        automaton = [(rng.choice(list(table)), {pair: rng.randrange(states) for pair in table}) for _ in range(states)]
        if is_perfect(table, automaton, d):
            average = [average_worth(table, automaton, k, d) for k in range(2)]
            assert average in found


def test_the_set_of_a_prisoners_dilemma():
    """Payoffs 9 (both cooperate), 10 and 1, 3 (neither), discount 3/10: the largest set that generates itself has the corners (3, 3), (39/4, 3),
    (9, 9), (3, 39/4). Cooperation is kept by the worst: 9 >= (1 - d)*10 + 3*d. The corner (39/4, 3) is on the side of what can be paid from
    (9, 9) to (10, 1), where the other player gets the 3 that it gets by never cooperating.
    """
    table = {(0, 0): (F(9), F(9)), (0, 1): (F(1), F(10)), (1, 0): (F(10), F(1)), (1, 1): (F(3), F(3))}
    found = hg.solve(repeated_game((2, 2), table, F(3, 10)), "optimal-penal-code").payoff_set
    assert found.settled
    known = [(F(3), F(3)), (F(39, 4), F(3)), (F(9), F(9)), (F(3), F(39, 4))]
    for point in known:
        assert point in found
    for corner in found.corners:
        assert min(max(abs(a - b) for a, b in zip(corner, point, strict=True)) for point in known) < F(1, 10**5)
    assert (F(10), F(1)) not in found


def test_a_set_that_given_directions_alone_do_not_find():
    """A game on which half planes in a few given directions stop at a larger set; its corners as QuantEcon 0.11.4 has them."""
    first, second = [[0, -2, -2], [-5, 8, 0], [4, -9, -5]], [[-4, -5, -4], [-7, -3, -9], [-5, -1, -7]]
    table = {(i, j): (F(first[i][j]), F(second[i][j])) for i, j in product(range(3), repeat=2)}
    found = hg.solve(repeated_game((3, 3), table, F(1, 2)), "optimal-penal-code").payoff_set
    known = [(F(8), F(-3)), (F(0), F(-19, 5)), (F(0), F(-31, 8)), (F(2), F(-15, 4))]
    assert all(point in found for point in known)
    for corner in found.corners:
        assert min(max(abs(a - b) for a, b in zip(corner, point, strict=True)) for point in known) < F(1, 1000)


def test_nothing_but_the_equilibrium_of_the_period_where_nobody_is_patient():
    table = {(0, 0): (F(9), F(9)), (0, 1): (F(1), F(10)), (1, 0): (F(10), F(1)), (1, 1): (F(3), F(3))}
    found = hg.solve(repeated_game((2, 2), table, F(0)), "optimal-penal-code").payoff_set
    assert all(max(abs(x - 3) for x in corner) < F(1, 10**5) for corner in found.corners)
    assert found.corners


def test_without_an_equilibrium_there_is_no_payoff():
    """Matching pennies, nobody looking ahead: no pure equilibrium, whatever public lottery is drawn."""
    table = {pair: (F(1), F(-1)) if pair[0] == pair[1] else (F(-1), F(1)) for pair in product(range(2), repeat=2)}
    found = hg.solve(repeated_game((2, 2), table, F(0)), "optimal-penal-code")
    assert found.payoff_set.corners == ()
    assert found.payoff_set.settled
    assert found.complete == "all"
    assert len(found) == 0
    assert np.all([minmax.pure == 1 and minmax.mixed == 0 for minmax in found.minmax.values()])
