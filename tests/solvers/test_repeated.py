"""What punishments sustain, against automata built and followed by themselves (`oracles.repeated`), ties included."""

import os
import random
from fractions import Fraction as F

import pytest

import hedging_games as hg
from oracles.repeated import by_grim, by_long_sticks, by_sticks, copies, drawn, is_held, repeated_game

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
@pytest.mark.parametrize("name", ["grim-trigger", "optimal-penal-code", "tit-for-tat"])
def test_critical_discounts_are_where_the_answer_changes(seed, name):
    sizes, table, _ = drawn(1000 + seed)
    if name == "tit-for-tat":
        table = {pair: worth for pair, worth in table.items() if max(pair) < 2}
        sizes = (2, 2)
    told = by_pair(hg.solve(repeated_game(sizes, table, F(1, 2)), name), name)
    oracle = {
        "grim-trigger": by_grim,
        "optimal-penal-code": by_sticks,
        "tit-for-tat": lambda t, pair, d: pair[0] == pair[1] and copies(t, 2, pair[0], d),
    }[name]
    for pair, sustained in told.items():
        critical = sustained.critical
        ends = [end for i in critical.sustained for end in (i.low, i.high) if end != 1 and isinstance(end, F)]
        for d in [*DISCOUNTS, *ends]:
            assert any(d in interval for interval in critical.sustained) == oracle(table, pair, d)
            if name == "optimal-penal-code":
                assert any(d in interval for interval in critical.at_most) == is_held(table, pair, d)
