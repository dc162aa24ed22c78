"""Equilibria that differ only by who is called what: against all permutations of players, one by one."""

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hedging_games as hg
from hedging_games.theory.renaming import alike, interchangeable


def anti_coordination(players):
    """Each wants to be the only one who leads: n pure equilibria, one for each leader, and mixed ones."""
    shape = (2,) * players
    tables = [np.zeros(shape, dtype=object) for _ in range(players)]
    for cell in product((0, 1), repeat=players):
        for player in range(players):
            tables[player][cell] = (3 if cell[player] == 1 else 1) if sum(cell) == 1 else 0
    return hg.matrix_game(*tables, actions=[["Follow", "Lead"]] * players)


def test_leaders_are_one_group():
    found = hg.solve(anti_coordination(3), "pure-nash")
    groups = alike(found)
    leaders = [k for k, e in enumerate(found) if e.profile.key().count(1) == 3 and e.payoffs["Player 1"] in (1, 3)]
    assert [set(g.numbers) for g in groups if set(g.numbers) & set(leaders)] == [set(leaders)]
    assert next(g for g in groups if g.numbers[0] in leaders).players == ("Player 1", "Player 2", "Player 3")
    text = str(found)
    assert "3 equilibria, " in text
    assert "differ by which of Player 1, Player 2, Player 3 does what" in text


def test_names_of_actions_and_payoffs_must_agree():
    same = [[[1, 0], [0, 1]], [[1, 0], [0, 1]]]
    assert interchangeable(hg.matrix_game(*same, actions=[["L", "R"], ["L", "R"]]))
    assert not interchangeable(hg.matrix_game(*same, actions=[["L", "R"], ["A", "B"]]))
    other = [[[1, 0], [0, 1]], [[1, 0], [0, 2]]]
    assert not interchangeable(hg.matrix_game(*other, actions=[["L", "R"], ["L", "R"]]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=8, max_size=8), st.booleans())
def test_groups_are_the_orbits_of_the_symmetries(numbers, symmetric):
    """The oracle tries every permutation of three players on the payoff tables, and joins equilibria by those that keep the game."""
    tables = np.array([numbers, numbers[::-1], numbers[1:] + numbers[:1]], dtype=object).reshape(3, 2, 2, 2)
    if symmetric:
        for cell in product((0, 1), repeat=3):
            for player in range(3):
                tables[(player, *cell)] = numbers[4 * cell[player] + sum(cell) - cell[player]]
    found = hg.solve(hg.matrix_game(*tables, actions=[["L", "R"]] * 3), "pure-nash")
    kept = [p for p in permutations(range(3)) if keeps(tables, p)]
    if any(sum(a != b for a, b in enumerate(p)) == 3 for p in kept) and len(kept) == 3:
        return  # Symmetric by turning round alone, without any two players who can change places: not looked for.
    cells = [tuple(int(e.profile.probabilities[2 * k + 1]) for k in range(3)) for e in found]
    orbits = {frozenset(cells.index(tuple(cell[p[k]] for k in range(3))) for p in kept) for cell in cells}
    assert {frozenset(group.numbers) for group in alike(found)} == orbits


def keeps(tables, permutation):
    """Whether the players' renaming leaves all payoffs as they are."""
    return all(
        tables[(k, *(cell[p] for p in permutation))] == tables[(permutation[k], *cell)]
        for cell in product((0, 1), repeat=3)
        for k in range(3)
    )


def test_a_tree_in_which_two_move_at_once(tmp_path):
    path = tmp_path / "allies.yaml"
    path.write_text(
        "title: Two allies after a rival\nplayers: [Rival, North, South]\n"
        "play:\n  Move: {by: Rival, actions: [Press, Leave]}\n"
        "  North: {by: North, actions: [Hold, Yield], sees: [Move], when: Press}\n"
        "  South: {by: South, actions: [Hold, Yield], sees: [Move], when: Press}\n"
        "payoffs:\n  Rival: '[Press] - 2*[North.Hold]*[South.Hold]'\n"
        "  North: '2*[North.Hold and South.Yield] + [North.Yield and South.Hold]'\n"
        "  South: '2*[South.Hold and North.Yield] + [South.Yield and North.Hold]'\n"
    )
    game = hg.load(path).at()
    swaps = interchangeable(game)
    assert [swap.players for swap in swaps] == [(1, 2)]
    found = hg.solve(game)
    pure = {tuple(e.payoffs.values()) for e in found if e.profile.is_pure}
    assert pure == {(Fraction(1), Fraction(2), Fraction(1)), (Fraction(1), Fraction(1), Fraction(2))}
    assert [len(group.numbers) for group in alike(found)] == [2, 1]


@pytest.mark.parametrize("name", ["hedging-triangle", "engagement-card"])
def test_different_players_are_not_exchanged(name):
    assert interchangeable(hg.load(name).at()) == []
