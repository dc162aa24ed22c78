"""The oracle for continuous choices, tested on results derived by hand and against brute force that shares nothing with it."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable, Mapping
from fractions import Fraction as F
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from oracles.continuous import (
    BASELINES,
    MODELS,
    PUBLISHED,
    RANGES,
    Answer,
    Decision,
    Leaf,
    Published,
    Stage,
    Surd,
    add,
    allowed,
    choice_then_tree,
    choose,
    closed_form,
    decide,
    distinct,
    mul,
    outcomes,
    poly,
    random_point,
    square_root,
    surd,
    times,
    value,
    wedge_driving,
)
from oracles.continuous import Strand as S

POINTS = 2000 if os.environ.get("HG_THOROUGH") else 80


def at(model: str, **changes: Any) -> dict[str, F]:
    return {**BASELINES[model], **{name: F(number) for name, number in changes.items()}}


def solve(model: str, **changes: Any) -> Answer:
    return MODELS[model](at(model, **changes))


def told(found: Answer) -> list[tuple[dict[str, Any], tuple[str, ...]]]:
    return [(piece.choices, piece.actions) for piece in found.pieces]


# --- numbers -----------------------------------------------------------------------------------------------------------


def test_surds_agree_with_floats_and_are_exact_where_floats_are_not():
    rng = random.Random(1)
    numbers = [surd(F(rng.randint(-9, 9), 4), F(rng.randint(-9, 9), 3), rng.randint(1, 12)) for _ in range(60)]
    for x, y in product(numbers, repeat=2):
        assert (x < y) == (float(x) < float(y) - 1e-12) or abs(float(x) - float(y)) < 1e-9
        assert (x == y) == (abs(float(x) - float(y)) < 1e-12)
        assert (x <= y) == (not y < x)
    # (1 + sqrt 2)^2 = 3 + 2 sqrt 2, and sqrt 8 = 2 sqrt 2 whichever way it is written.
    assert surd(F(1), F(1), 2) * surd(F(1), F(1), 2) == surd(F(3), F(1), 8)
    assert square_root(F(9, 4)) == F(3, 2)
    assert isinstance(square_root(F(1, 2)), Surd)
    assert square_root(F(1, 2)) * square_root(F(1, 2)) == F(1, 2)
    # Two convergents of sqrt 2 beyond the precision of a float: p^2 - 2q^2 = -1 and +1.
    p, q = 1, 1
    for _ in range(60):
        p, q = p + 2 * q, p + q
    assert (F(p, q) < square_root(F(2))) == (p * p < 2 * q * q)
    assert (F(p + 2 * q, p + q) < square_root(F(2))) != (F(p, q) < square_root(F(2)))
    assert surd(F(0), F(1), 2) + F(1) < surd(F(0), F(1), 6)  # 2.4142 < 2.4495
    with pytest.raises(NotImplementedError):
        square_root(F(2)) + square_root(F(3))


def test_a_choice_whose_continuations_overlap_on_an_interval():
    # x in [0, 1]; then somebody indifferent ends the game with the chooser at x or at 1 - 2x. The least is x up to 1/3, then
    # 1 - 2x: security 1/3, at x = 1/3 exactly. All of (x, "x") with x >= 1/3 stand, and (x, "1 - 2x") with x <= 1/3.
    def later(_sample, place):
        return [
            S("x", place, {"x": poly(0, 1)}, ("up",), (poly(0, 1),)),
            S("x", place, {"x": poly(0, 1)}, ("down",), (poly(1, -2),)),
        ]

    strands = choose(0, F(0), F(1), [], later)
    third = F(1, 3)
    assert sorted((s.actions[0], s.at) for s in strands if not isinstance(s.at, tuple)) == [
        ("down", F(0)), ("down", third), ("up", third), ("up", F(1)),
    ]  # fmt: skip
    assert sorted((s.actions[0], s.at) for s in strands if isinstance(s.at, tuple)) == [
        ("down", (F(0), third)), ("up", (third, F(1))),
    ]  # fmt: skip


def test_a_supremum_that_no_least_worth_reaches_is_reached_on_the_path():
    # x in [0, 1] is worth x; at x = 1 alone somebody may take 5 from the chooser. Security is 1, not reached by a least worth.
    def later(_sample, place):
        mild = S("x", place, {"x": poly(0, 1)}, ("spare",), (poly(0, 1),))
        harsh = S("x", place, {"x": poly(0, 1)}, ("take",), (poly(-5, 1),))
        return [mild, harsh] if place == 1 else [mild]

    assert [(s.at, s.actions) for s in choose(0, F(0), F(1), [], later)] == [(F(1), ("spare",))]


def test_a_stage_whose_cells_go_on_and_a_decision_before_continua():
    # One and Two at once: at (a, c) a third player, indifferent, gives One 0 or 2. Away from it One has 1.
    def leaf(*worths: int) -> Leaf:
        return Leaf(lambda _x: tuple(poly(w) for w in worths))

    after = Decision(2, {"low": leaf(0, 0, 0), "high": leaf(2, 0, 0)})
    cells = {("a", "c"): after, ("b", "c"): leaf(1, 0, 0), ("a", "d"): leaf(0, -1, 0), ("b", "d"): leaf(0, -1, 0)}
    found = outcomes(Stage((0, 1), (("a", "b"), ("c", "d")), cells), F(0))
    # "high" makes a better than b; b stands as a deviation to a may be answered by "low"; "low" on the path is left for b.
    assert sorted(path for path, _ in found) == [("a", "c", "high"), ("b", "c")]

    # A decision between 1 for sure and a continuum worth 2 or, at its end, 0: the end punishes, so "sure" stands too.
    sure = [S("x", F(0), {"x": poly(0, 1)}, (), (poly(1),))]
    mixed = [S("x", F(0), {"x": poly(0, 1)}, (), (poly(0),)), S("x", (F(0), F(1)), {"x": poly(0, 1)}, (), (poly(2),))]
    assert [(s.actions, s.at) for s in decide(0, {"sure": sure, "mixed": mixed})] == [
        (("sure",), F(0)),
        (("mixed",), (F(0), F(1))),
    ]


# --- results derived by hand -------------------------------------------------------------------------------------------


def test_blockade_threat_by_hand():
    # Baseline. harm_partner*(1 - x) <= 1/2 < face: a blockade is never called off. Conceding costs 1, a blockade 4(1 - x): the
    # small state defies from x = 3/4 on, where diversification costs 3/2*9/16 = 27/32 < 1. At 3/4 it is indifferent; an
    # equilibrium has it defy there, and the partner, who would lose by a blockade, leaves.
    found = solve("blockade-threat")
    assert told(found) == [({"diversification": F(3, 4)}, ("Leave",))]
    assert found.pieces[0].payoffs == {"SmallState": F(-27, 32), "Partner": F(0)}
    # effort 32/9: 16/9*9/16 = 1. Conceding at x = 0 is as good.
    found = solve("blockade-threat", effort=F(32, 9))
    assert sorted(a for _, a in told(found)) == [("Demand", "Concede"), ("Leave",)]
    assert found.event_some
    assert not found.event_every
    # effort 4: 9/8 > 1, it concedes.
    assert told(solve("blockade-threat", effort=4)) == [({"diversification": F(0)}, ("Demand", "Concede"))]
    # harm_partner 2 > face 1: undiversified, the partner would back down. Harm from dependence on both sides protects.
    assert told(solve("blockade-threat", effort=4, harm_partner=2)) == [({"diversification": F(0)}, ("Leave",))]
    # harm_partner = face: at x = 0 alone the partner is indifferent. Both stand: any x > 0 up to 3/4 means conceding.
    found = solve("blockade-threat", effort=4, harm_partner=1)
    assert sorted(a for _, a in told(found)) == [("Demand", "Concede"), ("Leave",)]


def test_tariff_linkage_by_hand():
    # Bargaining gives 9/19. Exit after x = 1/effort = 1/2 gives 3/10 + 1/2 - 1/4 = 11/20, more.
    assert told(solve("tariff-linkage")) == [({"hedging_investment": F(1, 2)}, ("Exit",))]
    # linkage with 3/5 - linkage + 1/4 = 9/19, that is 143/380: both.
    found = solve("tariff-linkage", linkage=F(143, 380))
    assert sorted(told(found), key=str) == [
        ({"hedging_investment": F(0)}, ("Bargain",)),
        ({"hedging_investment": F(1, 2)}, ("Exit",)),
    ]
    assert told(solve("tariff-linkage", linkage=F(2, 5))) == [({"hedging_investment": F(0)}, ("Bargain",))]
    # effort 0 and nothing to gain outside (-1 + x < 9/19 for all x): it bargains after any investment.
    found = solve("tariff-linkage", effort=0, outside=0, linkage=1)
    assert found.event_some
    assert not found.event_every
    assert ({"hedging_investment": (F(0), F(1))}, ("Bargain",)) in told(found)
    assert len(found.pieces) == 3


def test_tolerance_band_by_hand():
    # The ally accepts from 1 - 6/5 = -1/5 on, the partner up to 1/5. Best tilt 3/5 is worth 9/50 - 1/5 < 0 with the partner's
    # penalty; 1/5 without is worth 3/25 - 1/50 = 1/10. At 1/5 the partner is indifferent, and accepts on the path.
    found = solve("tolerance-band")
    assert told(found) == [({"tilt": F(1, 5)}, ("Accept", "Accept"))]
    assert found.pieces[0].payoffs["SmallState"] == F(1, 10)
    # A penalty of 2/25: 9/50 - 4/50 = 1/10 as well.
    assert sorted(told(solve("tolerance-band", partner_penalty=F(2, 25))), key=str) == [
        ({"tilt": F(1, 5)}, ("Accept", "Accept")),
        ({"tilt": F(3, 5)}, ("Accept", "Punish")),
    ]
    # costs 4/5: the ally punishes below 1/5, the partner above -1/5: no band at all. 3/5: 9/50 - 1/5 = -1/50 is best.
    assert told(solve("tolerance-band", ally_cost=F(4, 5), partner_cost=F(4, 5))) == [
        ({"tilt": F(3, 5)}, ("Accept", "Punish"))
    ]
    # Nothing at stake for anybody and no pull: every tilt, every response of players who lose nothing by it.
    found = solve(
        "tolerance-band", pull=0, concentration=0, ally_penalty=0, partner_penalty=0, ally_stake=0, ally_cost=0
    )
    assert ({"tilt": (F(-1), F(1, 5))}, ("Accept", "Accept")) in told(found)
    assert ({"tilt": (F(-1), F(1, 5))}, ("Punish", "Accept")) in told(found)


def test_rival_forum_by_hand():
    # Without membership China gets y = min(1, 2*1/2 - 0) = 1, worth -2 to the small state; with it the status quo stays,
    # worth -1 less 1/2. It joins. Then any y < 0 is vetoed by Russia, any y > 0 by the small state or by Russia.
    found = solve("rival-forum")
    assert found.event_every
    assert all(piece.payoffs == {"SmallState": F(-3, 2), "China": F(-1), "Russia": F(-1, 2)} for piece in found.pieces)
    # A cost of 1 = 1*(1 - 0) makes it indifferent; above it, it stays out.
    assert (
        solve("rival-forum", membership_cost=1).event_some,
        solve("rival-forum", membership_cost=1).event_every,
    ) == (
        True,
        False,
    )
    assert told(solve("rival-forum", membership_cost=2)) == [({"proposal": F(1)}, ("Stay", "Accept"))]
    # russia_ideal 1/4: Russia accepts up to 1/2, indifferent there and accepting on the path.
    found = solve("rival-forum", membership_cost=2, russia_ideal=F(1, 4))
    assert told(found) == [({"proposal": F(1, 2)}, ("Stay", "Accept"))]


def test_wedge_driving_by_hand():
    # a(e) = 1 - e. The small state gets (1/5 - p + 1/2)e - e^2/2 - 1/2: e = 7/10 - p, down to 0 at p = 7/10. The ally gets
    # -e/2 - (1 - e) = e/2 - 1: it wants engagement, and sets p = 0.
    found = solve("wedge-driving")
    assert told(found) == [({"penalty": F(0), "engagement": F(7, 10), "alignment": F(3, 10)}, ())]
    assert found.event_every
    # leak 1: the ally's worth does not depend on e. Every penalty stands; from 7/10 on without any engagement.
    found = solve("wedge-driving", leak=1)
    along = next(p for p in found.pieces if p.free and p.choices["penalty"] == (F(0), F(7, 10)))
    assert along.choices["engagement"] == (F(0), F(7, 10))
    assert along.curves["engagement"] == poly(F(7, 10), -1)
    assert along.payoffs == {"Ally": F(-1), "SmallState": None, "Partner": None}
    assert found.contains({"penalty": F(1, 5), "engagement": F(1, 2), "alignment": F(1, 2)}, ())
    assert not found.contains({"penalty": F(1, 5), "engagement": F(2, 5), "alignment": F(3, 5)}, ())
    # leak 2: it wants none. Every penalty from 7/10 on.
    assert sorted(told(solve("wedge-driving", leak=2)), key=str) == [
        ({"penalty": (F(7, 10), F(1)), "engagement": F(0), "alignment": F(1)}, ()),
        ({"penalty": F(1), "engagement": F(0), "alignment": F(1)}, ()),
        ({"penalty": F(7, 10), "engagement": F(0), "alignment": F(1)}, ()),
    ]
    # complementarity 2, value 3/4: a(e) = 1 - 2e up to e = 1/2, then 0. Unpunished e = 3/4 > 1/2, which only leaks.
    # The ally wants 1/2 exactly: any p with 3/4 - p <= 1/2 <= 3/4 + 1 - p, so [1/4, 1]: more complementarity ended hedging.
    found = solve("wedge-driving", complementarity=2, value=F(3, 4))
    assert not found.event_some
    assert ({"penalty": (F(1, 4), F(1)), "engagement": F(1, 2), "alignment": F(0)}, ()) in told(found)
    assert solve("wedge-driving", complementarity=1, value=F(3, 4)).event_some


def test_wedge_driving_where_the_small_state_jumps_at_an_irrational_penalty():
    # complementarity -1, pull 1/2, friction 1: a(e) = min(1, 1/2 + e), flat from e = 1/2. value 1, exposure 1, effort 1.
    # With w = 1 - p: beyond 1/2 it gets w*e - e^2/2 - 1, best e = w: w^2/2 - 1. Below: (w - 1)e - e^2/2 - 1/2, best e = 0:
    # -1/2. Equal at w = 1, p = 0. With exposure 1/2: w^2/2 - 1/2 against (w - 1/2)e - e^2/2 - 1/4, best at e = w - 1/2 if
    # w >= 1/2: (w - 1/2)^2/2 - 1/4; equal where w/2 - 1/8 - 1/4 = 0... that is w = 3/4 (a rational jump, from 3/4 to 1/4).
    found = solve("wedge-driving", complementarity=-1, pull=F(1, 2), value=1, exposure=F(1, 2), penalty_max=F(1, 4))
    # At p = 1/4 both engagements stand for the small state. The security of the ally is that of 3/4 at p = 1/4 (or nearby):
    # -3/8 - 1. On the path both stand at p = 1/4; no lower penalty does, as they bring more engagement.
    assert sorted(told(found), key=str) == [
        ({"penalty": F(1, 4), "engagement": F(1, 4), "alignment": F(3, 4)}, ()),
        ({"penalty": F(1, 4), "engagement": F(3, 4), "alignment": F(1)}, ()),
    ]
    # exposure 1, value 2: e = w held to 1 against 0, w^2/2 - 1 = -1/2 at w = 1 again; for an irrational one take pull 1/4,
    # exposure 1/3: kink at 3/4. Beyond: w^2/2 - 1/3 for 3/4 <= w <= 1. Below: e = w - 1/3 and (w - 1/3)^2/2 - 1/12:
    # equal at w/3 = 1/3 - 1/12 + 1/18 = 11/36, w = 11/12. Rational again: two interior points always are. So e = 0 against w:
    # w <= exposure*1 and w^2/2 = exposure*(1 - pull) with pull 3/4 and exposure 1: w = sqrt(1/2) = 0.7071, the kink is at 1/4.
    # value 1: the jump is at p = 1 - sqrt(1/2), about 0.29. The ally takes e = 0 from there on: at the jump itself on the path.
    found = solve("wedge-driving", complementarity=-1, pull=F(3, 4), value=1, exposure=1)
    jump = 1 - square_root(F(1, 2))
    none = {"engagement": F(0), "alignment": F(3, 4)}
    assert len(found.pieces) == 3
    assert ({"penalty": jump, **none}, ()) in told(found)
    assert ({"penalty": (jump, F(1)), **none}, ()) in told(found)
    assert ({"penalty": F(1), **none}, ()) in told(found)
    # A penalty that cannot reach the jump leaves engagement in place, at the highest penalty.
    found = solve("wedge-driving", complementarity=-1, pull=F(3, 4), value=1, exposure=1, penalty_max=F(1, 4))
    assert told(found) == [({"penalty": F(1, 4), "engagement": F(3, 4), "alignment": F(1)}, ())]


def test_wedge_driving_with_a_continuum_of_best_replies():
    # effort 0, exposure 0: the small state gets (value - p)e: all e at p = 1/5. The ally gets e/2 - 1: p < 1/5 secures -1/2,
    # with e = 1. At p = 1/5 only e = 1 stands; above it e = 0, worth -1.
    found = solve("wedge-driving", effort=0, exposure=0)
    assert sorted(told(found), key=str) == [
        ({"penalty": (F(0), F(1, 5)), "engagement": F(1), "alignment": F(0)}, ()),
        ({"penalty": F(0), "engagement": F(1), "alignment": F(0)}, ()),
        ({"penalty": F(1, 5), "engagement": F(1), "alignment": F(0)}, ()),
    ]
    # No penalty possible and value 0: every e is a best reply, and all stand: security is the least, at e = 0.
    found = solve("wedge-driving", effort=0, exposure=0, value=0, penalty_max=0)
    assert ({"penalty": F(0), "engagement": (F(0), F(1)), "alignment": (F(0), F(1))}, ()) in told(found)
    assert found.event_some
    assert not found.event_every
    # value 0 and penalties: p = 0 any e; p > 0 means e = 0 and -1. All e stand at 0.
    found = solve("wedge-driving", effort=0, exposure=0, value=0)
    assert found.contains({"penalty": F(0), "engagement": F(1, 3), "alignment": F(2, 3)}, ())
    assert found.contains({"penalty": F(1, 2), "engagement": F(0), "alignment": F(1)}, ())


# --- conditions of the hedge event, derived by hand ------------------------------------------------------------------


def blockade_condition(p: Mapping[str, F]) -> tuple[bool, bool]:
    """(some, every). K concession, e effort, f face, g demand_gain, H harm_small, h harm_partner, u = 1 - x.

    At x: conceding is on an equilibrium path iff K = 0, or h*u <= f and K <= H*u. Leave is on one iff not (h*u < f and
    K < H*u and g > 0). So if h > f or H <= K or g = 0, x = 0 with Leave is worth 0, the most there is: some. Otherwise
    the small state is safe from x = 1 - K/H on (on the path at that very x), at e*(1 - K/H)^2/2, and concedes before, at K.
    Conceding is best at x = 0. It stands there iff it is worth the security. That is 0 if h > f or K > H: every, unless
    K = 0. Else, if h > 0, it is the better of -K and -e*(1 - K/H)^2/2. If h = 0 a blockade costs the partner nothing: it
    may demand and blockade, the small state can be held to -min(K, H*u), and diversifying secures only the most of that.
    """
    k, e, f, g = p["concession"], p["effort"], p["face"], p["demand_gain"]
    big, h = p["harm_small"], p["harm_partner"]
    some = h >= f or big <= k or g == 0 or e * (big - k) ** 2 <= 2 * k * big**2
    # Where h = 0: whether the least of big*(1 - x) + e*x^2/2 over [0, 1] is below k.
    held = (e / 2 if big >= e else big - big**2 / (2 * e)) < k
    cheap = e * (big - k) ** 2 < 2 * k * big**2 if h > 0 else held
    return some, k > 0 and (h > f or k > big or cheap)


def tariff_condition(p: Mapping[str, F]) -> tuple[bool, bool]:
    """One player decides: the best exit is worth outside - linkage + w, with w = max of x - effort*x^2/2 over [0, 1] > 0.

    x = 0 is worth max(share, outside - linkage), and outside - linkage < outside - linkage + w. So hedging is in every
    optimum iff the best exit beats the share, in some iff it is as good, or if investing is free.
    """
    e = p["effort"]
    w = 1 - e / 2 if e <= 1 else 1 / (2 * e)
    margin = p["outside"] - p["linkage"] + w - p["discount"] / (1 + p["discount"])
    return margin >= 0 or e == 0, margin > 0


def rival_condition(p: Mapping[str, F]) -> tuple[bool, bool]:
    """Without membership the outcome is min(1, 2*ideal - quo), with it the status quo: the gain is weighed with the cost."""
    gain = min(1 - p["status_quo"], 2 * (p["russia_ideal"] - p["status_quo"]))
    return p["salience_small"] * gain >= p["membership_cost"], p["salience_small"] * gain > p["membership_cost"]


def band_condition(p: Mapping[str, F]) -> tuple[bool, bool]:
    """(some, every), from the best of q(t) = pull*t - concentration*t^2/2 on four intervals.

    The ally punishes where A(t) = ally_stake*(1 - t) - ally_cost > 0 and may where it is 0, the partner with B(t) likewise.
    Held to the worst, the small state gets q - m[A >= 0] - n[B >= 0], and as penalties are not negative that is the largest
    of: q - m - n anywhere, q - m where B < 0, q - n where A < 0, q where both. Its supremum S is the best of q, less the
    penalties, on the closures. Hedging stands iff q(t) >= S for some -1 < t < 1 with A, B <= 0. It stands alone iff every
    other outcome is worth less than S: t = -1 or 1 unpunished, or punished where A >= 0, or B >= 0, or both.
    """
    pull, c, m, n = p["pull"], p["concentration"], p["ally_penalty"], p["partner_penalty"]

    def q(t: F) -> F:
        return pull * t - c * t * t / 2

    def best(interval: tuple[F, F] | None) -> list[F]:
        """The largest q on a closed interval, as a list of one, or of none if it is empty."""
        if interval is None or interval[0] > interval[1]:
            return []
        low, high = interval
        top = min(max(pull / c, low), high) if c > 0 else (high if pull > 0 else low)
        return [q(top)]

    def side(slope: F, constant: F, *, strict: bool, sign: int) -> tuple[F, F] | None:
        """Where sign*(slope*t + constant) > 0 (closed up) or >= 0, on [-1, 1]."""
        slope, constant = sign * slope, sign * constant
        if slope == 0:
            return (F(-1), F(1)) if constant > 0 or (constant == 0 and not strict) else None
        root = -constant / slope
        low, high = (max(F(-1), root), F(1)) if slope > 0 else (F(-1), min(F(1), root))
        # Strictly: nothing, if the inequality holds at most at one end of [-1, 1].
        return None if low > high or (strict and low == high) else (low, high)

    def both(one: tuple[F, F] | None, two: tuple[F, F] | None, *, strict: bool) -> tuple[F, F] | None:
        if one is None or two is None:
            return None
        low, high = max(one[0], two[0]), min(one[1], two[1])
        return None if low > high or (strict and low == high) else (low, high)

    a = (-p["ally_stake"], p["ally_stake"] - p["ally_cost"])
    b = (p["partner_stake"], p["partner_stake"] - p["partner_cost"])
    everywhere = (F(-1), F(1))
    spared_a, spared_b = side(*a, strict=True, sign=-1), side(*b, strict=True, sign=-1)
    security = max(
        [v - m - n for v in best(everywhere)]
        + [v - m for v in best(spared_b)]
        + [v - n for v in best(spared_a)]
        + best(both(spared_a, spared_b, strict=True))
    )
    may_a, may_b = side(*a, strict=False, sign=-1), side(*b, strict=False, sign=-1)
    band = both(may_a, may_b, strict=False)
    hit_a, hit_b = side(*a, strict=False, sign=1), side(*b, strict=False, sign=1)
    some = False
    if band is not None:
        low, high = band
        (top,) = best(band)
        if low == high:
            some = -1 < low < 1 and top >= security
        else:
            # Reached inside (-1, 1), or only at an end of it, which q has to exceed then.
            where = (
                min(max(pull / c, low), high) if c > 0 else high if pull > 0 else low if pull < 0 else (low + high) / 2
            )
            some = top >= security if -1 < where < 1 else top > security
    others = (
        [q(t) for t in everywhere if band is not None and band[0] <= t <= band[1]]
        + [v - m for v in best(both(hit_a, may_b, strict=False))]
        + [v - n for v in best(both(may_a, hit_b, strict=False))]
        + [v - m - n for v in best(both(hit_a, hit_b, strict=False))]
    )
    return some, all(v < security for v in others)


def wedge_condition(p: Mapping[str, F]) -> tuple[bool, bool]:
    """(some, every) for friction > 0 and effort > 0.

    The ally's worth depends on the engagement alone: g(e) = -leak*e - threat*a(e). E(p), the small state's best replies, never
    rises in p.

    complementarity c >= 0. The small state's worth is strictly concave, so E(p) is one e(p), continuous:
    e(p) = max((v - p)/effort, min(k, (v + s - p)/effort)) held to [0, 1], with s = exposure*c/friction, k = pull/c (from there on
    the partner does not align at all; infinite for c = 0). g has slope threat*c/friction - leak up to k and -leak after.
    Some: e(0) > 0 maximises g over [e(P), e(0)]: iff nothing moves (e(P) = e(0)), or leak = 0, or threat*c >= leak*friction
    and e(0) <= k (iff v*c <= pull*effort or c <= pull). Every: no penalty, or g rises up to e(0) strictly and e falls
    at once: threat*c > leak*friction and 0 < v + s <= effort*min(1, k).

    c < 0. a rises in e, g never rises: the ally secures g(max E(P)), with p = P. As min E(0) >= max E(P) if P > 0, hedging
    stands iff g is the same at some e > 0 of E(0) and at max E(P). The outcome (P, max E(P)) always stands: never every,
    unless P = 0. Below k = (friction - pull)/-c the small state's worth is concave, and above it too, with one best each.
    """
    c, pull, friction, v = p["complementarity"], p["pull"], p["friction"], p["value"]
    effort, exposure, leak, threat, top = p["effort"], p["exposure"], p["leak"], p["threat"], p["penalty_max"]
    s = exposure * c / friction
    if c >= 0:

        def e(penalty: F) -> F:
            inner = (v + s - penalty) / effort
            return min(F(1), max(F(0), (v - penalty) / effort, min(pull / c, inner) if c else inner))

        first, last = e(F(0)), e(top)
        below = v * c <= pull * effort or c <= pull
        some = first > 0 and (first == last or leak == 0 or (threat * c >= leak * friction and below))
        rises = threat * c > leak * friction and v + s <= effort * min(F(1), pull / c)
        return some, first > 0 and (top == 0 or rises)
    k = (friction - pull) / -c

    def a(engagement: F) -> F:
        return min(F(1), (pull - c * engagement) / friction)

    def g(engagement: F) -> F:
        return -leak * engagement - threat * a(engagement)

    def replies(penalty: F) -> set[F]:
        w = v - penalty
        candidates = {min(max((w + s) / effort, F(0)), k, F(1))}
        if k < 1:
            candidates.add(min(max(w / effort, k), F(1)))
        worth = {e: w * e - effort * e * e / 2 - exposure * a(e) for e in candidates}
        return {e for e in candidates if worth[e] == max(worth.values())}

    first, last = replies(F(0)), replies(top)
    if top == 0:
        return max(first) > 0, min(first) > 0
    return any(e > 0 and g(e) == g(max(last)) for e in first), False


CONDITIONS: dict[str, Callable[[Mapping[str, F]], tuple[bool, bool]]] = {
    "wedge-driving": wedge_condition,
    "tolerance-band": band_condition,
    "blockade-threat": blockade_condition,
    "tariff-linkage": tariff_condition,
    "rival-forum": rival_condition,
}


@pytest.mark.parametrize("ties", [False, True], ids=["generic", "ties"])
@pytest.mark.parametrize("model", MODELS)
def test_the_hedge_event_is_where_hand_derived_conditions_put_it(model, ties):
    rng = random.Random(f"{model} {ties}")
    seen = set()
    for _ in range(4 * POINTS):
        point = random_point(model, rng, ties)
        if model == "wedge-driving" and point["effort"] == 0:
            continue
        found = MODELS[model](point)
        assert found.exists, point
        assert (found.event_some, found.event_every) == CONDITIONS[model](point), point
        seen.add((found.event_some, found.event_every))
    assert {(True, True), (False, False)} <= seen
    assert not ties or (True, False) in seen


def short_band_condition(p: Mapping[str, F]) -> tuple[bool, bool]:
    """The same where stakes, penalties and (concentration or pull) are not 0: one comparison.

    The band is [L, R], L = max(-1, 1 - ally_cost/ally_stake) and R = min(1, partner_cost/partner_stake - 1). Let t be its point
    of largest q, and `free` that of [-1, 1]. Hedging needs a band, -1 < t < 1, and that what q gains from t to `free` is not
    above the penalty of the side on which `free` leaves the band. Alone it stands if it is below, and if L < R: in a band
    of one point the small state can be held to a punishment there, so that punished outcomes stand as well.
    """
    pull, c = p["pull"], p["concentration"]

    def q(t: F) -> F:
        return pull * t - c * t * t / 2

    low, high = max(F(-1), 1 - p["ally_cost"] / p["ally_stake"]), min(F(1), p["partner_cost"] / p["partner_stake"] - 1)
    if low > high:
        return False, False
    peak = pull / c if c else F(9 if pull > 0 else -9)
    free, t = min(max(peak, F(-1)), F(1)), min(max(peak, low), high)
    penalty = p["partner_penalty"] if free > high else p["ally_penalty"] if free < low else F(1)
    gain = q(free) - q(t)
    inside = -1 < t < 1
    return inside and gain <= penalty, inside and gain < penalty and low < high


@pytest.mark.parametrize("ties", [False, True], ids=["generic", "ties"])
def test_the_band_by_one_comparison(ties):
    rng = random.Random(f"short {ties}")
    seen = set()
    for _ in range(8 * POINTS):
        p = random_point("tolerance-band", rng, ties)
        if not all(p[k] for k in ("ally_stake", "partner_stake", "ally_penalty", "partner_penalty")):
            continue
        if p["concentration"] == p["pull"] == 0:
            continue
        seen.add(short_band_condition(p))
        found = MODELS["tolerance-band"](p)
        assert short_band_condition(p) == band_condition(p) == (found.event_some, found.event_every), p
    assert {(True, True), (False, False)} <= seen
    assert not ties or (True, False) in seen


def test_claims_that_hold_or_fail_by_hand():
    # A stronger complementarity ends hedging: at 2 the partner stops aligning at e = 1/2 already, the rest only leaks.
    wedge = {"value": F(3, 4)}
    assert solve("wedge-driving", complementarity=1, **wedge).event_some
    assert not solve("wedge-driving", complementarity=2, **wedge).event_some
    # Engagement that finances alignment is tolerated where no penalty bites: the small state stays at e = 1 whatever p <= 1.
    found = solve("wedge-driving", complementarity=F(-1, 2), value=3, pull=F(1, 2))
    assert (found.event_some, found.event_every) == (True, False)
    # ... and at p = 0 alone where the ally has no penalty at all.
    assert solve("wedge-driving", complementarity=F(-1, 2), value=3, pull=F(1, 2), penalty_max=0).event_every
    # A small state so eager that no small penalty moves it is hedging in some equilibria, not in all: penalties are idle.
    found = solve("wedge-driving", value=F(3, 4))
    assert (found.event_some, found.event_every) == (True, False)
    assert found.contains({"penalty": F(1, 8), "engagement": F(1), "alignment": F(0)}, ())
    # However asymmetric dependence is, cheap diversification (effort <= 2*concession) keeps autonomy.
    assert solve("blockade-threat", effort=2, harm_small=10).event_some
    # A band of one point: the ally and the partner are both indifferent at 0, and may punish there.
    found = solve("tolerance-band", ally_cost=1, partner_cost=1)
    assert (found.event_some, found.event_every) == (True, False)


# --- brute force -------------------------------------------------------------------------------------------------------


def finite_equilibria(model: str, p: Mapping[str, F], x: F, member: bool = False) -> dict[tuple[str, ...], list[F]]:
    """The pure subgame-perfect outcomes at x: every profile of pure strategies, checked at every node. Mover's worth."""
    found: dict[tuple[str, ...], list[F]] = {}
    if model == "blockade-threat":
        cost, u = p["effort"] * x * x / 2, 1 - x
        for asks, defies, blockades in product((True, False), repeat=3):
            defied = (-p["harm_small"] * u, -p["harm_partner"] * u) if blockades else (F(0), -p["face"])
            asked = defied if defies else (-p["concession"], p["demand_gain"])
            got = asked if asks else (F(0), F(0))
            if (
                defied[1] >= max(-p["harm_partner"] * u, -p["face"])
                and asked[0] >= max(defied[0], -p["concession"])
                and got[1] >= max(asked[1], F(0))
            ):
                path = ("Leave",)
                if asks:
                    path = (
                        ("Demand", "Defy", "Blockade" if blockades else "BackDown") if defies else ("Demand", "Concede")
                    )
                found.setdefault(path, []).append(got[0] - cost)
    elif model == "tariff-linkage":
        share = p["discount"] / (1 + p["discount"])
        away = p["outside"] + x - p["linkage"]
        for path, worth in ((("Bargain",), share), (("Exit",), away)):
            if worth >= max(share, away):
                found[path] = [worth - p["effort"] * x * x / 2]
    elif model == "tolerance-band":
        ally = p["ally_stake"] * (1 - x) - p["ally_cost"]
        partner = p["partner_stake"] * (1 + x) - p["partner_cost"]
        for one, two in product(("Punish", "Accept"), repeat=2):
            if (ally >= 0 if one == "Punish" else ally <= 0) and (partner >= 0 if two == "Punish" else partner <= 0):
                worth = p["pull"] * x - p["concentration"] * x * x / 2
                worth -= p["ally_penalty"] * (one == "Punish") + p["partner_penalty"] * (two == "Punish")
                found[one, two] = [worth]
    else:
        ideals = (F(-1), F(1), p["russia_ideal"])

        def worths(y: F) -> tuple[F, ...]:
            weights = (p["salience_small"], 1, 1)
            return tuple(-w * abs(y - ideal) for w, ideal in zip(weights, ideals, strict=True))

        new, old = worths(x), worths(p["status_quo"])
        for russia, small in product(("Accept", "Veto"), repeat=2):
            after = new if not member or small == "Accept" else old
            got = after if russia == "Accept" else old
            if got[2] >= max(after[2], old[2]) and (not member or after[0] >= max(new[0], old[0])):
                path = (russia, small) if member and russia == "Accept" else (russia,)
                found.setdefault(path, []).append(got[1])
    return found


def borders(model: str, p: Mapping[str, F]) -> list[F]:
    """Where, by hand, the finite game at x can change, and where a worth of the mover peaks."""

    def ratio(a: F, b: F) -> list[F]:
        return [a / b] if b else []

    if model == "blockade-threat":
        marks = [1 - r for r in ratio(p["face"], p["harm_partner"]) + ratio(p["concession"], p["harm_small"])]
        # Harmed by a blockade that costs the partner nothing it diversifies up to harm_small/effort.
        return [F(0), F(1), *marks, *ratio(p["harm_small"], p["effort"])]
    if model == "tariff-linkage":
        return [
            F(0),
            F(1),
            *ratio(F(1), p["effort"]),
            p["discount"] / (1 + p["discount"]) + p["linkage"] - p["outside"],
        ]
    if model == "tolerance-band":
        marks = [1 - r for r in ratio(p["ally_cost"], p["ally_stake"])]
        marks += [r - 1 for r in ratio(p["partner_cost"], p["partner_stake"])]
        return [F(-1), F(1), *marks, *ratio(p["pull"], p["concentration"])]
    return [F(-1), F(1), p["russia_ideal"], p["status_quo"], 2 * p["russia_ideal"] - p["status_quo"]]


def security(model: str, p: Mapping[str, F], places: list[F], member: bool = False) -> F:
    """The supremum of the least worths: at the borders, and the limits from both sides of each.

    Next to a border the least worth is a polynomial of degree two at most: three values give its limit exactly.
    """
    low, high = min(places), max(places)

    def least(x: F) -> F:
        return min(min(many) for many in finite_equilibria(model, p, x, member).values())

    best = max(least(x) for x in places)
    step = F(1, 10**9)
    for x, sign in product(places, (-1, 1)):
        near = [x + sign * step * k for k in (1, 2, 3)]
        if low < near[-1] < high:
            one, two, three = map(least, near)
            best = max(best, 3 * one - 3 * two + three)
    return best


@pytest.mark.parametrize("ties", [False, True], ids=["generic", "ties"])
@pytest.mark.parametrize("model", [model for model in MODELS if model != "wedge-driving"])
def test_each_outcome_on_a_grid_belongs_to_the_answer_iff_brute_force_says_so(model, ties):
    rng = random.Random(f"grid {model} {ties}")
    for _ in range(POINTS):
        p = random_point(model, rng, ties)
        found = MODELS[model](p)
        name = {
            "blockade-threat": "diversification",
            "tariff-linkage": "hedging_investment",
            "tolerance-band": "tilt",
        }.get(model, "proposal")
        all_borders = borders(model, p)
        low, high = all_borders[0], all_borders[1]
        places = sorted({x for x in all_borders if low <= x <= high})
        fine = [low + (high - low) * F(k, 40) for k in range(41)]
        ends = [end for piece in found.pieces for end in np.ravel(np.array(piece.choices[name], dtype=object))]
        looked = distinct([*places, *fine, *ends, *((a + b) / 2 for a, b in pairwise(places))])
        if model != "rival-forum":
            floor = security(model, p, places)
            for x in looked:
                here = finite_equilibria(model, p, x)
                assert min(min(many) for many in here.values()) <= floor
                stand = {path for path, many in here.items() if max(many) >= floor}
                inside = {q.actions for q in found.pieces if found.contains({name: x}, q.actions)}
                assert stand == inside, (p, x)
            continue
        floors = {member: security(model, p, places, member) for member in (True, False)}
        stands: dict[bool, list[tuple[F, tuple[str, ...]]]] = {True: [], False: []}
        for x, member in product(looked, (True, False)):
            for path, many in finite_equilibria(model, p, x, member).items():
                assert min(many) <= floors[member] or len(finite_equilibria(model, p, x, member)) > 1
                if max(many) >= floors[member]:
                    stands[member].append((x, path))

        def small(member: bool, x: F, path: tuple[str, ...], p: Mapping[str, F] = p) -> F:
            y = x if path in {("Accept",), ("Accept", "Accept")} else p["status_quo"]
            return -p["salience_small"] * (y + 1) - (p["membership_cost"] if member else 0)

        least = max(min(small(member, *outcome) for outcome in stands[member]) for member in (True, False))
        expected = {
            (x, ("Join" if member else "Stay", *path))
            for member in (True, False)
            for x, path in stands[member]
            if small(member, x, path) >= least
        }
        every = {piece.actions for piece in found.pieces} | {actions for _, actions in expected}
        assert expected == {(x, a) for x in looked for a in every if found.contains({name: x}, a)}, p


@pytest.mark.parametrize("model", [model for model in MODELS if model != "wedge-driving"])
def test_the_value_of_the_game_is_near_that_of_a_fine_grid(model):
    """Nothing but the payoffs: the mover's worth on a grid of 2,000 steps, at generic points."""
    rng = random.Random(f"fine {model}")
    mover = {"rival-forum": "China"}.get(model, "SmallState")
    for _ in range(6):
        p = random_point(model, rng, ties=False)
        found = MODELS[model](p)
        low, high = borders(model, p)[:2]
        member = model == "rival-forum" and found.pieces[0].actions[0] == "Join"
        steps = 2000
        values = [
            min(min(many) for many in finite_equilibria(model, p, low + (high - low) * F(k, steps), member).values())
            for k in range(steps + 1)
        ]
        assert abs(float(max(values)) - float(found.pieces[0].payoffs[mover])) < 0.05, p


@pytest.mark.parametrize("ties", [False, True], ids=["generic", "ties"])
def test_wedge_driving_against_a_grid_of_engagements_and_penalties(ties):
    """No reaction is derived here: alignment, engagement and penalty are searched on grids, in floats."""
    rng = random.Random(f"wedge grid {ties}")
    engagements = np.linspace(0, 1, 4001)
    checked = 0
    while checked < POINTS // 3:
        point = random_point("wedge-driving", rng, ties)
        if ties and point["effort"] == 0:
            continue  # exact ties between far engagements: floats cannot see them
        p = {name: float(number) for name, number in point.items()}
        alignments = np.linspace(0, 1, 401)[:, None]
        some = engagements[::100]
        partner = (
            p["complementarity"] * some * (1 - alignments) + p["pull"] * alignments - p["friction"] * alignments**2 / 2
        )
        reply = np.clip((p["pull"] - p["complementarity"] * engagements) / p["friction"], 0, 1)
        at_reply = (
            p["complementarity"] * some * (1 - reply[::100])
            + p["pull"] * reply[::100]
            - p["friction"] * reply[::100] ** 2 / 2
        )
        assert np.all(at_reply >= partner.max(axis=0) - 1e-12)

        def small(penalty: float, e: Any, a: Any, p: Mapping[str, float] = p) -> Any:
            return (p["value"] - penalty) * e - p["effort"] * e**2 / 2 - p["exposure"] * a

        found = MODELS["wedge-driving"](point)
        ally = -p["leak"] * engagements - p["threat"] * reply
        # The ally's worth at each penalty, off the points where the small state is nearly indifferent between far replies.
        worths = []
        for penalty in np.linspace(0, p["penalty_max"], 301):
            u = small(penalty, engagements, reply)
            close = engagements[u >= u.max() - 1e-7]
            if np.ptp(close) < 0.05:
                worths.append(ally[int(np.argmax(u))])
        if not worths:
            continue
        checked += 1
        scale = 0.03 * (1 + p["leak"] + p["threat"] * (1 + abs(p["complementarity"]) / p["friction"]))
        scale *= 1 + p["penalty_max"] / (10 * p["effort"]) if p["effort"] else math.inf
        for piece in found.pieces:
            worth = piece.payoffs["Ally"]
            assert worth is not None
            assert float(worth) >= max(worths) - 1e-3 * (1 + p["leak"] + p["threat"]), point
            if len(found.pieces) == 1 or piece.free:
                assert float(worth) <= max(worths) + scale, point
            for end in (0, -1):
                penalty, e, a = (
                    float(np.ravel(np.array(piece.choices[name], dtype=object))[end])
                    for name in ("penalty", "engagement", "alignment")
                )
                if piece.free:
                    continue
                # What the oracle says is at least as good for the small state as all of the grid, and is the partner's reply.
                assert small(penalty, e, a) >= small(penalty, engagements, reply).max() - 1e-9, point
                assert a == pytest.approx(min(1, max(0, (p["pull"] - p["complementarity"] * e) / p["friction"])))


def engagements_and_security(
    p: Mapping[str, F],
) -> tuple[Callable[[Any], list[tuple[Any, Any]]], Callable[[Any], Any], F]:
    """The best replies to a penalty as closed intervals, the ally's worth of an engagement, and what it can secure.

    On each of at most two pieces the alignment is linear. With effort the small state has one best engagement on a piece:
    its stationary point, held to the piece. Without, its worth is linear: both ends, and all between if they tie.
    """
    c, pull, friction, effort = p["complementarity"], p["pull"], p["friction"], p["effort"]
    marks = [m for m in ((pull / c, (pull - friction) / c) if c else ()) if 0 < m < 1]
    spans = list(pairwise([F(0), *marks, F(1)]))

    def a(e: Any) -> Any:
        return min(F(1), max(F(0), (pull - c * e) / friction))

    def small(penalty: Any, e: Any) -> Any:
        return (p["value"] - penalty) * e - effort * e * e / 2 - p["exposure"] * a(e)

    def ally(e: Any) -> Any:
        return -p["leak"] * e - p["threat"] * a(e)

    def replies(penalty: Any) -> list[tuple[Any, Any]]:
        found = []
        for low, high in spans:
            slope = (a(high) - a(low)) / (high - low)
            if effort > 0:
                top = min(max((p["value"] - penalty - p["exposure"] * slope) / effort, low), high)
                found.append((top, top))
            elif small(penalty, low) == small(penalty, high):
                found.append((low, high))
            else:
                found += [(low, low), (high, high)]
        best = max(small(penalty, low) for low, _ in found)
        return [span for span in found if small(penalty, span[0]) == best]

    top = p["penalty_max"]
    if c < 0:  # the ally's worth never rises in e, nor engagement in p
        return replies, ally, ally(max(high for _, high in replies(top)))
    if effort > 0:  # one best engagement, continuous in p: everything between the ends is reached
        first, last = replies(F(0))[0][0], replies(top)[0][0]
        return replies, ally, max(ally(e) for e in (first, last, *(m for m in marks if last <= m <= first)))
    # Linear: replies change where a piece turns flat for the small state, and nowhere else.
    turns = [p["value"] - p["exposure"] * (a(high) - a(low)) / (high - low) for low, high in spans]
    stops = distinct([F(0), top, *(t for t in turns if 0 < t < top)])
    stops += [(x + y) / 2 for x, y in pairwise(stops)]
    return replies, ally, max(min(ally(e) for span in replies(stop) for e in span) for stop in stops)


@pytest.mark.parametrize("effort", [None, F(0)], ids=["any effort", "no effort"])
@pytest.mark.parametrize("ties", [False, True], ids=["generic", "ties"])
def test_wedge_driving_on_a_grid_of_penalties_exactly(ties, effort):
    rng = random.Random(f"wedge exact {ties} {effort}")
    flags = set()
    for _ in range(3 * POINTS):
        p = random_point("wedge-driving", rng, ties)
        if effort is not None:
            p["effort"] = effort
        found = wedge_driving(p)
        replies, ally, floor = engagements_and_security(p)
        ends = [end for piece in found.pieces for end in np.ravel(np.array(piece.choices["penalty"], dtype=object))]
        turn = p["value"] + p["exposure"] * p["complementarity"] / p["friction"]
        special = [x for x in (p["value"], turn, p["value"] - p["effort"]) if 0 <= x <= p["penalty_max"]]
        looked = distinct([*ends, *special, *(p["penalty_max"] * F(k, 12) for k in range(13))])
        hits = []
        for penalty in looked:
            best = replies(penalty)
            tried = distinct(
                [low + (high - low) * F(k, 3) for low, high in best for k in range(4)] + [F(0), F(1, 2), F(1)]
            )
            for e in tried:
                stands = any(low <= e <= high for low, high in best) and ally(e) >= floor
                alignment = min(F(1), max(F(0), (p["pull"] - p["complementarity"] * e) / p["friction"]))
                outcome = {"penalty": penalty, "engagement": e, "alignment": alignment}
                assert found.contains(outcome, ()) == stands, (p, outcome)
                hits += [penalty == 0 and e > 0] * stands
        # The grid has the ends of all pieces: it misses a continuum at most, whose event its inner points show.
        assert (any(hits), all(hits)) == (found.event_some, found.event_every), p
        flags.add((any(hits), all(hits)))
    assert {(True, False), (False, False)} <= flags


def test_wedge_driving_refuses_a_partner_without_friction():
    with pytest.raises(ValueError, match="friction"):
        solve("wedge-driving", friction=0, pull=0)


# --- points ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_random_points_keep_to_ranges_and_assumptions(model):
    rng = random.Random(model)
    for ties in (False, True):
        points = [random_point(model, rng, ties) for _ in range(200)]
        assert all(set(p) == set(RANGES[model]) and allowed(model, p) for p in points)
        shared = sum(len(set(p.values())) < len(p) for p in points)
        assert shared > 60 if ties else shared < 20
    assert allowed(model, BASELINES[model])


# --- published games ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: f"{case.game}-{'-'.join(map(str, case.point.values()))}")
def test_closed_forms_of_published_games(case: Published):
    assert closed_form(case) == case.outcome


def test_published_games_on_a_grid():
    grid = [F(k, 200) for k in range(201)]
    for case in PUBLISHED:
        p, out = case.point, case.outcome
        if case.game == "stackelberg":

            def worth(q1: F, p: Mapping[str, F] = p) -> F:
                q2 = max(F(0), (p["a"] - p["c2"] - p["b"] * q1) / (2 * p["b"]))
                return (p["a"] - p["c1"] - p["b"] * (q1 + q2)) * q1

            assert worth(out["q1"]) == max(worth(10 * x) for x in grid)
        elif case.game in {"setter", "veto_bargaining"}:
            voters = [p["median"], *([p["president"]] if "president" in p else [])]
            good = [y for y in (2 * x - 1 for x in grid) if all(abs(y - v) <= abs(p["status_quo"] - v) for v in voters)]
            assert min(good, key=lambda y, p=p: abs(y - p["setter_ideal"])) == out["policy"]
        elif case.game == "ultimatum_before_war":
            worths = {
                y: 1 - y if y >= 1 - p["power"] - p["cost_other"] else p["power"] - p["cost_proposer"] for y in grid
            }
            assert max(worths.values()) == worths[out["offer"]] == out["proposer"]
        elif case.game == "risk_return":

            def payoff(y: F, p: Mapping[str, F] = p) -> F:
                war = min(F(1), max(F(0), (p["share"] - y) / p["highest_cost"]))
                return (1 - y) * (1 - war) + (1 - p["share"] - p["own_cost"]) * war

            assert payoff(out["offer"]) == max(map(payoff, grid))
        elif case.game == "cournot":
            total = sum(out.values())
            for k, q in enumerate(out.values(), start=1):
                margin = p["a"] - total - p[f"c{k}"] - q  # the first-order condition, or a corner
                assert margin == 0 if q > 0 else margin <= 0
        else:
            w, z = p["responder_outside"], p["proposer_outside"]
            assert max(max(1 - y if y >= w else z, z if y <= w else F(0)) for y in grid) == out["proposer"]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: f"{case.game}-{'-'.join(map(str, case.point.values()))}")
def test_published_games_through_the_engine(case: Published):
    p, out = case.point, case.outcome
    x = poly(0, 1)

    def away(ideal: F) -> Callable[[Any], Any]:
        return lambda y: poly(-ideal, 1) if y < ideal else poly(ideal, -1)

    def offered(name: str, accepted: tuple[Any, ...], refused: tuple[Any, ...]) -> list[S]:
        tree = Decision(1, {"Accept": Leaf(lambda _x: accepted), "Refuse": Leaf(lambda _x: refused)})
        return choice_then_tree(name, 0, F(0), F(1), tree)

    if case.game == "stackelberg":
        limit = (p["a"] - p["c2"]) / p["b"]

        def later(sample: Any, place: Any) -> list[S]:
            q2 = poly((p["a"] - p["c2"]) / (2 * p["b"]), F(-1, 2)) if sample < limit else poly()
            price = add(poly(p["a"] - p["c1"]), times(-p["b"], x), times(-p["b"], q2))
            return [S("q1", place, {"q1": x, "q2": q2}, (), (mul(x, price),))]

        (strand,) = choose(0, F(0), p["a"], [limit], later)
        assert {name: value(curve, strand.at) for name, curve in strand.choices.items()} == out
    elif case.game in {"setter", "veto_bargaining"}:
        ideals = [p["setter_ideal"], p["median"], *([p["president"]] if "president" in p else [])]
        stays = tuple(poly(-abs(p["status_quo"] - ideal)) for ideal in ideals)

        tree: Any = Leaf(lambda y: tuple(away(ideal)(y) for ideal in ideals))
        for voter in range(len(ideals) - 1, 0, -1):
            tree = Decision(voter, {"Accept": tree, "Refuse": Leaf(lambda _y: stays)})
        strands = choice_then_tree("policy", 0, F(-1), F(1), tree, ideals)
        accepted = [s.at for s in strands if "Refuse" not in s.actions]
        if out["policy"] != p["status_quo"]:
            assert accepted == [s.at for s in strands] == [out["policy"]]
        else:
            # The status quo stays: proposed itself, or anything else and refused (at the ends of what is accepted too).
            assert accepted == [p["status_quo"]]
            refused = distinct([s.at for s in strands if s.actions == ("Refuse",) and not isinstance(s.at, tuple)])
            assert refused[0] == -1
            assert refused[-1] == 1
            assert {s.at for s in strands if isinstance(s.at, tuple)} >= {(p["status_quo"], F(1))}
    elif case.game == "ultimatum_before_war":
        war = (poly(p["power"] - p["cost_proposer"]), poly(1 - p["power"] - p["cost_other"]))
        (strand,) = offered("offer", (poly(1, -1), x), war)
        assert (strand.at, strand.actions) == (out["offer"], ("Accept",))
        assert [value(w, strand.at) for w in strand.payoffs] == [out["proposer"], out["other"]]
    elif case.game == "take_it_or_leave_it":
        strands = offered("offer", (poly(1, -1), x), (poly(p["proposer_outside"]), poly(p["responder_outside"])))
        kinds = {s.actions for s in strands}
        assert kinds == {True: {("Accept",)}, False: {("Refuse",)}, None: {("Accept",), ("Refuse",)}}[out["agreement"]]
        if out["agreement"]:
            assert [s.at for s in strands] == [out["offer"]]
        else:
            assert all(value(s.payoffs[0], p["responder_outside"]) == out["proposer"] for s in strands)
            refused = [s.at for s in strands if s.actions == ("Refuse",)]
            for y in (F(k, 120) for k in range(121)):
                inside = any(y == at or (isinstance(at, tuple) and at[0] < y < at[1]) for at in refused)
                assert inside == (y <= p["responder_outside"])
    elif case.game == "risk_return":
        # War happens with probability (share - offer)/C where that lies in [0, 1].
        def fights(sample: Any, place: Any) -> list[S]:
            t = p["share"] - sample
            war = (
                poly()
                if t <= 0
                else poly(1)
                if t >= p["highest_cost"]
                else times(1 / p["highest_cost"], poly(p["share"], -1))
            )
            worth = add(mul(poly(1, -1), add(poly(1), times(-1, war))), times(1 - p["share"] - p["own_cost"], war))
            return [S("offer", place, {"offer": x, "war": war}, (), (worth,))]

        cuts = [p["share"], p["share"] - p["highest_cost"]]
        (strand,) = choose(0, F(0), F(1), cuts, fights)
        assert {name: value(curve, strand.at) for name, curve in strand.choices.items()} == out
