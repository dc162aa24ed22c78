"""What punishments sustain, against automata built and followed by themselves (`oracles.repeated`), ties included."""

import os
import random
from fractions import Fraction as F

import pytest

import hedging_games as hg
from oracles.repeated import by_grim, by_long_sticks, by_sticks, copies, drawn, drawn_for_three, is_held, repeated_game

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
GAMES = 300 if THOROUGH else 60
DISCOUNTS = [F(0), F(1, 5), F(1, 3), F(1, 2), F(3, 5), F(2, 3), F(3, 4), F(5, 6), F(19, 20)]


def by_pair(found, name):
    """For each pair of actions, by number, what a punishment does to it."""
    form = found.game.stages[0].form
    actions = [s.actions for s in form.information_sets]
    named = {}
    for path in (*found.equilibria, *found.others):
        pair = tuple(own.index(next(iter(mixture))) for own, mixture in zip(actions, path.said.values(), strict=True))
        named[pair] = path.by[name]
    return named


@pytest.mark.parametrize("seed", range(GAMES))
def test_grim_trigger_none_wrong_none_missing(seed):
    sizes, table, d = drawn(seed)
    found = hg.solve(repeated_game(sizes, table, d), "grim-trigger")
    assert found.complete == "all"
    told = by_pair(found, "grim-trigger")
    assert set(told) == set(table)
    for pair, sustained in told.items():
        assert sustained.stands == by_grim(table, pair, d)
        if sustained.stands:
            assert sustained.certificate.largest_gain == 0
            assert sustained.certificate.exact


@pytest.mark.parametrize("seed", range(GAMES))
def test_penal_codes_none_wrong_none_missing(seed):
    sizes, table, d = drawn(seed)
    found = hg.solve(repeated_game(sizes, table, d), "optimal-penal-code")
    rng = random.Random(seed)
    told = by_pair(found, "optimal-penal-code")
    for pair, sustained in told.items():
        if sustained.stands is False:
            assert not is_held(table, pair, d)
            assert not by_long_sticks(table, pair, d, 2, rng, 20)
        if sustained.stands is None:
            assert not by_sticks(table, pair, d)
        if sustained.stands:
            assert is_held(table, pair, d)
            assert sustained.certificate.largest_gain == 0
        if by_sticks(table, pair, d):
            assert sustained.stands
    assert (found.complete == "all") == all(sustained.stands is not None for sustained in told.values())


@pytest.mark.parametrize("seed", range(GAMES // 6))
def test_three_players(seed):
    sizes, table, d = drawn_for_three(seed)
    grim = by_pair(hg.solve(repeated_game(sizes, table, d), "grim-trigger"), "grim-trigger")
    found = hg.solve(repeated_game(sizes, table, d), "optimal-penal-code")
    told = by_pair(found, "optimal-penal-code")
    for triple, sustained in grim.items():
        by_threat = by_grim(table, triple, d)
        assert sustained.stands == by_threat
        held = is_held(table, triple, d)
        assert (told[triple].stands is not False) == held
        assert told[triple].stands or not by_threat
        if held and not told[triple].stands:
            assert not by_sticks(table, triple, d)


@pytest.mark.parametrize("seed", range(GAMES))
def test_tit_for_tat_against_every_rule(seed):
    sizes, table, d = drawn(seed)
    size = min(sizes)
    table = {pair: worth for pair, worth in table.items() if max(pair) < size}
    game = repeated_game((size, size), table, d)
    # Both have to call their actions alike.
    told = by_pair(hg.solve(game, "tit-for-tat"), "tit-for-tat")
    for pair, sustained in told.items():
        assert sustained.stands == (pair[0] == pair[1] and copies(table, size, pair[0], d))


@pytest.mark.parametrize("seed", range(GAMES // 6))
@pytest.mark.parametrize("name", ["grim-trigger", "tit-for-tat"])
def test_critical_discounts_are_where_the_answer_changes(seed, name):
    sizes, table, _ = drawn(1000 + seed)
    if name == "tit-for-tat":
        table = {pair: worth for pair, worth in table.items() if max(pair) < 2}
        sizes = (2, 2)
    told = by_pair(hg.solve(repeated_game(sizes, table, F(1, 2)), name), name)
    for pair, sustained in told.items():
        critical = sustained.critical
        assert critical.is_exact
        for d in [*DISCOUNTS, *ends(critical.sustained)]:
            by_oracle = (
                by_grim(table, pair, d)
                if name == "grim-trigger"
                else pair[0] == pair[1] and copies(table, 2, pair[0], d)
            )
            assert any(d in interval for interval in critical.sustained) == by_oracle


def ends(intervals):
    return [end for i in intervals for end in (i.low, i.high) if end != 1 and isinstance(end, F)]


@pytest.mark.parametrize("seed", range(GAMES // 6))
def test_critical_discounts_of_penal_codes_lie_between_their_bounds(seed):
    sizes, table, _ = drawn(1000 + seed)
    name = "optimal-penal-code"
    criticals = {
        pair: s.critical for pair, s in by_pair(hg.solve(repeated_game(sizes, table, F(1, 2)), name), name).items()
    }
    for d in [*DISCOUNTS, *ends(interval for c in criticals.values() for interval in c.sustained)]:
        told = by_pair(hg.solve(repeated_game(sizes, table, d), name), name)
        for pair, critical in criticals.items():
            for_sure = any(d in interval for interval in critical.sustained)
            assert for_sure >= by_sticks(table, pair, d)
            assert for_sure <= (told[pair].stands is True)  # certified by the judge
            assert any(d in interval for interval in critical.at_most) == is_held(table, pair, d)


ABREU = {
    (0, 0): (10, 10), (0, 1): (3, 15), (0, 2): (0, 7), (1, 0): (15, 3), (1, 1): (7, 7), (1, 2): (-4, 5),
    (2, 0): (7, 0), (2, 1): (5, -4), (2, 2): (-15, -15),
}  # fmt: skip


def test_three_outputs():
    """The duopoly of Abreu (1988) with low, middle and high output; the critical discounts by hand.

    The middle output is the equilibrium of the period, worth 7. *Low for ever*, worth 10, tempts to 15. Going back to 7: 10 >= 15*(1 - d) + 7*d,
    d >= 5/8. A firm cannot be held below 0 (it answers high output by low): 10 >= 15*(1 - d), d >= 1/3. That bound is reached: the
    punishment of a firm is to play middle against high, then middle against middle, then low again, worth v = -4*(1 - d) + 7*d*(1 - d) + 10*d^2.
    It must not be left for 0: v >= 0 where 3*d^2 + 11*d >= 4, that is d >= 1/3; and 15*(1 - d) + d*v <= 10 where (3*d - 1)*(d + 5)*(d - 1) <= 0.
    *Low against middle for ever*, worth 3 to the one with low output, tempts it to 7: d >= 4/7 by the bound, and middle against high once and then low
    against middle, -4*(1 - d) + 3*d, is worth 0 at d = 4/7. *Low against high*, worth 0 and 7: the second one is tempted to 15, 7 >= 15*(1 - d).
    """
    table = {pair: tuple(map(F, pays)) for pair, pays in ABREU.items()}
    game = repeated_game((3, 3), table, F(4, 7))
    grim = by_pair(hg.solve(game, "grim-trigger"), "grim-trigger")
    found = hg.solve(game, "optimal-penal-code")
    told = by_pair(found, "optimal-penal-code")
    assert found.complete == "all"
    assert grim[0, 0].critical.value == F(5, 8)
    assert not grim[0, 0].stands
    for pair, value in {(0, 0): F(1, 3), (0, 1): F(4, 7), (0, 2): F(8, 15), (1, 1): F(0)}.items():
        assert told[pair].critical.is_exact, pair
        assert told[pair].critical.value == value
        assert told[pair].stands
    assert not any(told[pair].critical.at_most for pair in ((1, 2), (2, 1), (2, 2)))
