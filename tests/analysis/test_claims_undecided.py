"""Claims for which no condition is derived: supports of three players, what is assured, equilibria carried along, points to try.

Each verdict is compared with games that are solved exactly at random points, ties included, by solvers that know nothing of parameters.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from fractions import Fraction as F
from functools import cache

import pytest

import hedging_games as hg
from cards import CARD
from hedging_games.algebra.checking import no_check
from hedging_games.algebra.formulas.formula import holds_at
from hedging_games.analysis.claims.examine import _finished, examined
from hedging_games.analysis.conditions import supports
from hedging_games.analysis.conditions.assured import assured
from hedging_games.analysis.conditions.setting import setting_of

TRIANGLE = hg.load("hedging-triangle")

THOROUGH = os.environ.get("HG_THOROUGH") == "1"

long = pytest.mark.skipif(
    not THOROUGH, reason="takes ten seconds and more; the committed table of claims has these verdicts"
)


@cache
def regions():
    setting = setting_of(TRIANGLE)
    return {among: supports.region(setting, among, no_check) for among in ("some", "every")}


def drawn(rng, coarse):
    """A point of the triangle; ``coarse`` ones have few values, so that payoffs tie."""
    values = {}
    for name, parameter in TRIANGLE.parameters.items():
        low, high = parameter.range.low, parameter.range.high
        values[name] = (
            low + (high - low) * F(rng.randint(0, 4), 4) if coarse else low + (high - low) * F(rng.randint(1, 39), 40)
        )
    return values


@pytest.mark.parametrize("coarse", [False, True])
def test_the_triangles_regions_by_supports_are_what_is_found_by_solving(coarse):
    """Twelve points by default, since games with ties take up to half a second each."""
    rng = random.Random(f"triangle {coarse}")
    decided = 0
    for _ in range(200 if THOROUGH else 12):
        point = drawn(rng, coarse)
        found = hg.solve(TRIANGLE, "nash", **point)
        if found.complete == "some":
            continue
        hedged = [e.hedge > 0 for e in found]
        # Where ties make continua, their extreme points tell whether some has the event; that all have it they tell too, since it is played
        # with probability 0 at an end of the continuum if anywhere (`hedge` is linear along each).
        for among, expected in (("some", any(hedged)), ("every", all(hedged))):
            assert regions()[among].contains(point) is expected, (among, point)
            decided += 1
    assert decided > 16


def test_an_equilibrium_without_tolerated_hedging_is_not_lost_by_a_smaller_card_nor_by_more_leverage():
    rng = random.Random("carried")
    seen = 0
    for _ in range(2_000 if THOROUGH else 60):
        point = drawn(rng, coarse=True)
        for name, worse in (("card", -1), ("leverage", 1)):
            moved = {**point, name: min(max(point[name] + worse * F(5, 2), F(0)), F(10))}
            if not regions()["every"].contains(point):
                seen += moved != point
                assert not regions()["every"].contains(moved), (name, point)
    assert seen > 30


@pytest.mark.parametrize(("moved", "verdict"), [("card", "proved"), ("leverage", "proved"), ("wedge", "refuted")])
def test_what_is_lost_among_every_equilibrium_of_the_triangle_is_decided(moved, verdict):
    claim = next(c for c in TRIANGLE.claims if c.with_ == (moved,) and c.concept is None)
    assert _finished(TRIANGLE, replace(claim, among="every"), no_check).verdict == verdict


# A and B each take one of two actions, C takes Up or Down: C is paid x for Up where A and B match, else 1 for Down, and gains nothing otherwise; A
# likes to match B, B not to match A, so both mix half and half, whatever C does (B's payoff and A's are not C's). C takes Up where x/2 >= 1/2.
# C's third action pays -1. So Up is played in some equilibrium where x >= 1, in every one where x > 1, and more x never ends it.
MATCH = """\
title: A match
players: [A, B, C]
parameters: {x: {baseline: 1/2, range: [0, 3]}}
play:
  A: [a1, a2]
  B: [b1, b2]
  C: [Up, Down, Out]
payoffs:
  A: "[a1 and b1] + [a2 and b2]"
  B: "[a1 and b2] + [a2 and b1]"
  C: "x*[Up]*([a1 and b1] + [a2 and b2]) + [Down]*([a1 and b2] + [a2 and b1]) - [Out]"
hedge: Up
claims:
  - {says: It is so., CLAIM}
"""


@pytest.mark.parametrize(
    ("claim", "some", "every"),
    [
        ("needs: x >= 1", "proved", "proved"),
        ("needs: x > 1", "refuted", "proved"),
        ("holds: everywhere, if: x >= 1", "proved", "conditional"),
        ("holds: everywhere, if: x > 1", "proved", "proved"),
        ("region: never shrinks, with: x", "proved", "proved"),
        ("region: never widens, with: x", "refuted", "refuted"),
        ("region: widens, with: x", "proved", "proved"),
    ],
)
def test_lots_of_three_players_are_followed_support_by_support(claim, some, every):
    model = hg.read_model_text(MATCH.replace("CLAIM", claim))
    found = examined(model, replace(model.claims[0], among="every"))
    assert (found.concept, found.verdict_among("some"), found.verdict_among("every")) == ("nash", some, every)


def test_a_game_with_too_many_supports_is_not_followed_by_them():
    assert supports.is_small(TRIANGLE.symbolic().form)
    large = hg.read_model_text(MATCH.replace("CLAIM", "needs: x > 0").replace("[a1, a2]", "[a1, a2, a3, a4]"))
    assert not supports.is_small(large.symbolic().form)


# With bids from 0 to 3 and autonomy 5/2, who is accepted has bid 3. Where no prize is worth 3 that is a loss, and a bid of 0 loses nothing.
SMALL = {"bid_max": F(3), "step": F(1), "loss_one": F(0), "loss_two": F(0)}


def test_in_every_equilibrium_of_an_auction_for_prizes_alone_it_is_hedged_lots_included():
    """All Nash equilibria of the bids are found by double description, with each way in which the small state may settle ties."""
    setting = setting_of(hg.load("patron-auction"), SMALL)
    formula = assured(setting, no_check)
    assert formula is not None
    rng, told = random.Random("auction"), set()
    for k in range(25 if THOROUGH else 3):
        autonomy, affinity = F(rng.randint(1, 8) if k else 5, 2), F(rng.randint(0, 4) if k else 0, 2)
        prizes = [F(rng.randint(0, 8) if k else 4, 2) for _ in range(2)]
        point = {"prize_one": prizes[0], "prize_two": prizes[1], "affinity": affinity, "autonomy": autonomy}
        found = hg.solve("patron-auction", **SMALL, **point)
        is_sure = holds_at(formula, setting.point(point))
        told.add(is_sure)
        if is_sure:
            assert all(e.hedge > 0 for e in found), point
        if prizes[0] < autonomy and prizes[1] + affinity < autonomy:
            assert is_sure, point
    assert told == {True, False}


@long
def test_the_auctions_verdicts_among_every_equilibrium():
    auction = hg.load("patron-auction")
    courting, prizes = auction.claims[2:4]
    assert examined(auction, replace(courting, among="every")).verdict == "refuted"
    found = examined(auction, replace(prizes, among="every"))
    assert (found.verdict, found.why) == ("proved", "")


def test_what_is_assured_proves_nothing_where_an_equilibrium_misses_the_event():
    """With losses of 10 each a patron outbids the other for fear, and hedging is missed."""
    setting = setting_of(hg.load("patron-auction"), {"bid_max": F(3), "step": F(1)})
    formula = assured(setting, no_check)
    feared = {
        "prize_one": F(1),
        "prize_two": F(1),
        "affinity": F(0),
        "autonomy": F(5, 2),
        "loss_one": F(10),
        "loss_two": F(10),
    }
    assert any(e.hedge == 0 for e in hg.solve("patron-auction", bid_max=3, step=1, **feared))
    assert formula is not None
    assert not holds_at(formula, setting.point(feared))


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("holds: nowhere, try: {card: [3, 4]}", "'try' does not name one value of each parameter"),
        ("needs: card > 3, try: {}", "'try' does not name one value of each parameter"),
        ("payoff: Ally, moves: rises, with: card, try: {card: 3}", "'try' does not name two values of one parameter"),
        ("compare: wedge-driving, region: same, try: {card: 3}", "'try' is for claims about one model"),
    ],
)
def test_what_is_wrong_with_points_to_try_is_said(key, what):
    with pytest.raises(hg.ModelFileError, match=what):
        hg.read_model_text(CARD.replace("KEY", key))


def test_the_condition_says_more_than_a_point_that_is_tried():
    model = hg.read_model_text(CARD.replace("KEY", "holds: everywhere, try: {card: 1}"))
    found = examined(model, model.claims[0])
    assert (found.verdict, found.condition) == ("conditional", "card >= loss")


def test_a_payoff_is_refuted_at_two_points_that_are_tried():
    # The ally gets card - loss where it tolerates: 3 at card 8, 4 at card 9.
    model = hg.read_model_text(CARD.replace("KEY", "payoff: Ally, moves: never rises, with: card, try: {card: [8, 9]}"))
    found = examined(model, model.claims[0])
    assert (found.verdict, [point["card"] for point in found.counterexample]) == ("refuted", [8, 9])


@long
def test_a_point_that_is_tried_settles_what_no_condition_tells():
    """Below 0 no condition of wedge-driving is derived; without penalties a small state that gains by engagement engages."""
    wedge = hg.load("wedge-driving")
    claim = next(c for c in wedge.claims if c.tried and c.holds)
    found = examined(wedge, replace(claim, among="every"))
    assert found.verdict == "refuted"
    assert found.counterexample[0]["penalty_max"] == 0
    assert examined(wedge, replace(claim, among="every", tried={})).verdict == "undecided"
    solved = hg.solve("wedge-driving", complementarity=-1, value=10, penalty_max=0)
    assert solved.complete == "all"
    assert [e.hedge for e in solved] == [1]


# Major takes all of the gain, but with burden 0 it may give protection for nothing: then the minor power's payoff can rise in some equilibrium, and
# with any burden it is 0 in all.
def test_a_payoff_in_some_equilibrium_is_told_by_those_that_were_followed_where_these_stand_everywhere():
    alliance = hg.load("asymmetric-alliance")
    claim = next(c for c in alliance.claims if c.payoff)
    found = examined(alliance, claim)
    assert (found.verdict_among("every"), found.verdict_among("some")) == ("refuted", "proved")


@long
def test_quiet_in_every_equilibrium_grows_with_stability():
    model = hg.load("restraining-pyongyang")
    claim = next(c for c in model.claims if str(c.outcome) == "Quiet")
    assert examined(model, replace(claim, among="every")).verdict == "proved"
