"""wedge-driving: equilibria derived by hand.

Backward. The partner's worth is strictly concave in its alignment: it chooses a(e) = (pull - complementarity*e)/friction, held to [0, 1]. On
a(e) = k + m*e the small state's best engagement is (value - penalty - exposure*m)/effort, held to that stretch. The ally gets
-leak*e - threat*a(e).
"""

import os
import random
from dataclasses import replace
from fractions import Fraction as F

import pytest

import hedging_games as hg
from continuous_outcomes import told
from hedging_games.algebra.checking import no_check
from hedging_games.algebra.formulas.asking import Asking
from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.formula import FALSE
from hedging_games.analysis.conditions.continuous import Derived
from hedging_games.analysis.conditions.radical import number_at
from hedging_games.analysis.conditions.setting import setting_of
from hedging_games.report.region_answers import condition_answer
from oracles.continuous import random_point
from oracles.test_continuous_oracle import wedge_condition

BASELINE = {
    "pull": F(1), "complementarity": F(1), "friction": F(1), "value": F(1, 5), "effort": F(1), "exposure": F(1, 2), "leak": F(1, 2),
    "threat": F(1), "penalty_max": F(1),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"complementarity": (F(-1), F(2))}


@pytest.fixture(scope="module")
def model():
    return hg.load("wedge-driving")


def test_what_the_file_declares(model, declares):
    declares(
        model,
        players=("Ally", "SmallState", "Partner"),
        baseline=BASELINE,
        ranges=RANGES,
        hedge="engagement > 0 and penalty == 0",
    )
    assert [str(a) for a in model.assumptions] == ["pull <= friction"]
    assert set(model.cases) == {"korea", "india"}


def test_payoffs_on_a_grid(model, same_payoffs):
    def tree(v):
        def outcome(p, e, a):
            return {
                "Ally": -v["leak"] * e - v["threat"] * a,
                "SmallState": (v["value"] - p) * e - v["effort"] * e * e / 2 - v["exposure"] * a,
                "Partner": v["complementarity"] * e * (1 - a) + v["pull"] * a - v["friction"] * a * a / 2,
            }

        def partner(p, e):
            return ("Partner", f"{p}, {e}", {str(a): outcome(p, e, a) for a in (F(0), F(1, 2), F(1))})

        def small(p):
            return ("SmallState", f"{p}", {str(e): partner(p, e) for e in (F(0), F(1, 2), F(1))})

        # What the ally may impose depends on penalty_max, which is held here.
        return ("Ally", "penalty", {str(p): small(p) for p in (F(0), F(1, 2), F(1))})

    same_payoffs(
        model.on_grid(3), tree, RANGES, allowed=lambda p: p["pull"] <= p["friction"], fixed={"penalty_max": F(1)}
    )


# a(e) = 1 - e. The small state: (1/5 - p + 1/2)*e - e^2/2 - 1/2, so e = 7/10 - p, down to 0. The ally: -e/2 - (1 - e) = e/2 - 1, so no penalty.
def test_baseline(model):
    assert told(model) == {"penalty=0; engagement=7/10; alignment=3/10": ("-13/20, -51/200, 149/200", True)}


# leak = threat*complementarity = 1: the ally gets -1 from any engagement. So any penalty stands, with hedging at 0 alone.
def test_a_leak_as_large_as_the_wedge(model):
    found = told(model, leak=1)
    assert {line for line, (_, hedge) in found.items() if hedge} == {"penalty=0; engagement=7/10; alignment=3/10"}
    assert found == {
        "penalty=0; engagement=7/10; alignment=3/10": ("-1, -51/200, 149/200", True),
        "0 < penalty < 1": ("", False),
        "penalty=1; engagement=0; alignment=1": ("-1, -1/2, 1/2", False),
    }


# leak 2: the ally wants no engagement, which takes a penalty of 7/10 or more.
def test_a_leak_larger_than_the_wedge(model):
    none = ("-1, -1/2, 1/2", False)
    assert told(model, leak=2) == {
        "penalty=7/10; engagement=0; alignment=1": none,
        "7/10 < penalty < 1": ("", False),
        "penalty=1; engagement=0; alignment=1": none,
    }
    # Without the means to it: penalty_max 1/2 leaves 1/5 of engagement.
    assert told(model, leak=2, penalty_max="1/2") == {
        "penalty=1/2; engagement=1/5; alignment=4/5": ("-6/5, -12/25, 13/25", False)
    }


# More complementarity can end hedging. value 3/4 with 1: e = 3/4 + 1/2 - p, at most 1: full engagement up to p = 1/4, all of which
# are the same to the ally. With 2: a(e) = 1 - 2e is 0 from e = 1/2 on, beyond which engagement only leaks; unpunished e = 3/4. Exactly
# 1/2 is what the ally wants, and gets by penalties from 1/4 on: the slope of the small state's worth at 1/2 is 3/4 - p - 1/2 after and
# 3/4 - p + 1 - 1/2 before it.
def test_a_stronger_complementarity_ends_hedging(model):
    assert told(model, value="3/4") == {
        "penalty=0; engagement=1; alignment=0": ("-1/2, 1/4, 1", True),
        "0 < penalty < 1/4": ("", False),
        "penalty=1/4; engagement=1; alignment=0": ("-1/2, 0, 1", False),
    }
    assert told(model, value="3/4", complementarity=2) == {
        "penalty=1/4; engagement=1/2; alignment=0": ("-1/4, 1/8, 1", False),
        "1/4 < penalty < 1": ("", False),
        "penalty=1; engagement=1/2; alignment=0": ("-1/4, -1/4, 1", False),
    }


# complementarity -1/2, pull 1/2: a(e) = 1/2 + e/2, engagement finances alignment. A small state with value 3 stays at e = 1 whatever
# penalty up to 1: (3 - p - 1/4) - e >= 0. So no penalty is as good as any; with none to impose it is the only one.
def test_engagement_that_finances_alignment_is_tolerated_where_penalties_are_idle(model):
    eager = {"complementarity": "-1/2", "value": 3, "pull": "1/2"}
    assert told(model, **eager) == {
        "penalty=0; engagement=1; alignment=1": ("-3/2, 2, 0", True),
        "0 < penalty < 1": ("", False),
        "penalty=1; engagement=1; alignment=1": ("-3/2, 1, 0", False),
    }
    assert told(model, penalty_max=0, **eager) == {"penalty=0; engagement=1; alignment=1": ("-3/2, 2, 0", True)}
    # Where they are not, never: value 1 gives e = 3/4 - p.
    assert not any(hedge for _, hedge in told(model, complementarity="-1/2", pull="1/2", value=1).values())


# What an ally tolerates may end with more of it: complementarity 2, value 0 gives e = 1/2 at p = 0, where alignment ends: (1 - p)*e - e^2/2.
# (At e = 1/2 it stays up to p = 1/2.) With value 3/4 the small state goes beyond, and is penalised, as above.
def test_an_ally_that_tolerates_some_engagement_and_not_more(model):
    found = told(model, value=0, complementarity=2)
    assert found["penalty=0; engagement=1/2; alignment=0"] == ("-1/4, -1/8, 1", True)
    assert not any(hedge for _, hedge in told(model, value="3/4", complementarity=2).values())


# korea: e = value + exposure*complementarity = 1/5 + 9/16 = 61/80, a = 1 - 3/4*61/80 = 137/320; the ally gains 3/4 - 1/2 by a
# unit of it. india: e = 2/5 + 1/2 = 9/10; the ally gains 3/4 - 1/2.
def test_cases(model):
    assert list(told(model, "korea")) == ["penalty=0; engagement=61/80; alignment=137/320"]
    assert list(told(model, "india")) == ["penalty=0; engagement=9/10; alignment=1/10"]
    assert all(hedge for case in ("korea", "india") for _, hedge in told(model, case).values())


# Derived by hand, complementarity c >= 0, effort E > 0, friction f > 0. The small state's worth is strictly concave, so its best engagement is one
# number e(p), falling in the penalty p and continuous: max((v - p)/E, min(k, (v + s - p)/E)) held to [0, 1], with s = exposure*c/f and k = pull/c, from
# where on there is no alignment. The ally gets -threat*pull/f plus (threat*c/f - leak)*e up to k, and loses leak by each unit after. So
#   e(0) > 0 iff v > 0, or pull > 0 and v + s > 0;
#   no penalty is best iff every one is idle (e(P) = 1, or e(P) = e(0) = k), or leak = 0, or the wedge is worth the leak and e(0) <= k;
#   it is best alone iff it is the only one, or the wedge is worth more than the leak and e falls from p = 0 on, e(0) being inside both ends.
WITHIN = "complementarity >= 0 and effort > 0 and friction > 0"
ENGAGES = "(value > 0 or (pull > 0 and friction*value + exposure*complementarity > 0))"
FULL = """(penalty_max == 0 or value - penalty_max >= effort
    or (complementarity <= pull and friction*(value - penalty_max) + exposure*complementarity >= friction*effort))"""
ENDED = """(complementarity > 0 and value*complementarity <= pull*effort
    and complementarity*(friction*(value - penalty_max) + exposure*complementarity) >= pull*friction*effort)"""
WORTH = """(leak == 0 or (threat*complementarity >= leak*friction
    and (value*complementarity <= pull*effort or complementarity <= pull)))"""
BY_HAND = {
    "some": f"{ENGAGES} and ({FULL} or {ENDED} or {WORTH})",
    "every": f"""{ENGAGES} and (penalty_max == 0 or (threat*complementarity > leak*friction
        and friction*value + exposure*complementarity <= effort*friction
        and complementarity*(friction*value + exposure*complementarity) <= effort*pull*friction))""",
}


@pytest.fixture(scope="module")
def regions(model):
    return {among: hg.condition(model, among) for among in ("some", "every")}


@pytest.mark.parametrize("among", ["some", "every"])
def test_the_condition_of_complements_is_the_one_derived_by_hand(regions, among, same_region):
    same_region(replace(regions[among], underived=FALSE), BY_HAND[among], within=WITHIN)


@pytest.mark.parametrize("among", ["some", "every"])
def test_what_is_not_derived_is_named_and_left_out_of_the_condition(regions, among):
    region = regions[among]
    assert not region.complete
    assert region.notes == (
        "not derived where effort == 0, or friction == 0, or complementarity < 0: points there are solved",
    )
    answer = condition_answer(region)
    assert answer["complete"] is False
    assert answer["notes"][0] == region.notes[0]
    assert "any" in answer["underived"]
    # Complements at the baseline; then where nothing is derived, though engagement at value 3 is tolerated there.
    assert region.contains()
    assert region.contains(complementarity="-1/2", value=3, pull="1/2", penalty_max=0)
    assert not region.contains(complementarity="-1/2", value=1, pull="1/2")
    # What holds for sure leaves these points out; what is possible does not.
    ground, point = region.setting.ground, region.coordinates({"complementarity": F(-1)})
    assert not ground.holds(ground.number(region.surely), point)
    assert ground.holds(ground.number(region.at_most), point)


def test_the_region_holds_exactly_the_points_of_the_interval_analysis_where_it_is_derived(regions):
    rng, seen = random.Random(10), dict.fromkeys([(True, True), (True, False), (False, False)], 0)
    while sum(seen.values()) < 400:
        point = random_point("wedge-driving", rng, ties=rng.random() < 0.5)
        if point["complementarity"] >= 0 and point["effort"] > 0:
            expected = wedge_condition(point)
            assert (regions["some"].contains(point), regions["every"].contains(point)) == expected, point
            seen[expected] += 1
    assert min(seen.values()) > 20


# The third is refuted where no condition was derived: by a point that is solved, and that the interval analysis has too.
def test_every_claim_is_decided(model):
    findings = hg.examine(model)
    assert [f.verdict for f in findings] == ["refuted"] * 4 + ["proved"] * 6
    financed = findings[2].counterexample[0]
    assert financed["complementarity"] < 0
    assert wedge_condition(financed)[0]
    for finding in findings[:4]:
        assert finding.verdict in finding.claim.means


# The small state prefers no engagement to its best where (penalty - value)^2 >= 2*effort*exposure*(what it would add to alignment); where that ends
# alignment at full, the penalty at which it jumps is value ± sqrt(1 - pull) at the baseline: no ratio of polynomials.
def test_phases_hold_what_is_played_where_the_penalty_is_the_root_of_a_quadratic(model):
    ranges = {"pull": (F(4, 5), F(1)), "complementarity": (F(-1), F(-1, 2))}
    thorough = bool(os.environ.get("HG_THOROUGH"))
    found = hg.phases(model, ["pull", "complementarity"], ranges=None if thorough else ranges)
    assert any("sqrt(-pull + 1)" in text for outcome in found.outcomes for text in outcome["penalty"])
    places = [
        (F(9, 10), F(-1, 2)),
        (F(24, 25), F(-3, 4)),
        (F(29, 30), F(-1)),
        (F(17, 20), F(-3, 4)),
        (F(17, 20), F(-1)),
    ]
    rng = random.Random(5)
    places += [(F(rng.randint(1, 29), 30), F(rng.randint(-20, 40), 20)) for _ in range(40 if thorough else 0)]
    for place in places:
        at = dict(zip(("pull", "complementarity"), place, strict=True))
        point = [at[name] for name in found.setting.names]
        named = {}
        for branch in (found.branches[k] for k in found.at(*place)):
            numbers = {name: number_at(value, point) for name, value in branch.numbers}
            if len(numbers) == 3:  # else of a whole interval of numbers
                assert numbers not in named.values()
                named[tuple(numbers.values())] = numbers
                assert worths_at(model, at, numbers) == tuple(number_at(worth, point) for worth in branch.worth)
        solved = hg.solve(model.at(**at))
        alone = {tuple(one.choices.values()): one for one in solved if not isinstance(one.choices["penalty"], tuple)}
        # Numbers of an interval that makes no difference are named by its ends; the solver tells others too.
        idle = [one.choices["penalty"] for one in solved if isinstance(one.choices["penalty"], tuple)]
        assert all(played in named or any(low <= played[0] <= high for low, high in idle) for played in alone)
        assert all(played in alone or any(low <= played[0] <= high for low, high in idle) for played in named)
        assert {low for low, _ in idle} | {high for _, high in idle} >= {p for p, _, _ in set(alone) - set(named)}


def worths_at(model, at, numbers):
    """What the players get, from the file's formulas."""
    v, e, a = model.point(**at), numbers["engagement"], numbers["alignment"]
    return (
        -v["leak"] * e - v["threat"] * a,
        (v["value"] - numbers["penalty"]) * e - v["effort"] * e * e / 2 - v["exposure"] * a,
        v["complementarity"] * e * (1 - a) + v["pull"] * a - v["friction"] * a * a / 2,
    )


def test_a_part_with_an_irrational_border_is_given_up_as_soon_as_one_piece_has_it(model, monkeypatch):
    # 90 questions, where all pieces after the penalty took 290: a count, the same on every machine.
    asked = []
    ask = Asking.ask
    monkeypatch.setattr(Asking, "ask", lambda self, *args, **kwargs: asked.append(args) or ask(self, *args, **kwargs))
    below = replace(
        model.parameters["complementarity"], range=replace(model.parameters["complementarity"].range, high=F(-1, 100))
    )
    above = {
        name: replace(model.parameters[name], range=replace(model.parameters[name].range, low=F(1, 100)))
        for name in ("friction", "effort")
    }
    part = replace(model, parameters={**model.parameters, "complementarity": below, **above})
    with pytest.raises(UnfollowedError, match="a border of penalty is the root of a quadratic"):
        Derived(setting_of(part, {}), no_check, is_brief=True)
    assert 0 < len(asked) < 150
