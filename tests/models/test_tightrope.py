"""tightrope, against a closed form derived by hand and against its periods written down a second time.

Let T = prize - cost, S = -loss, P = (prize - loss)/2 - cost, h = hold_value, s = side_value, p = penalty, d = discount. If nobody presses the
small state holds where h >= s. If one patron presses it holds where h - p >= s and yields to it where h - p <= s; if both do, likewise, yielding by
the coin. So holding back, worth 0 to both patrons, is left by nobody where h - p >= s: pressing costs something and brings nothing. Elsewhere
the patrons' payoffs are 0 (both hold back), T and S (one presses), P (both).

*Grim trigger.* Both pressing is an equilibrium of the period where P >= S, that is prize + loss >= 2*cost; then 0 >= (1 - d)*T + d*P, that is
d*(prize + loss) >= 2*(prize - cost): the critical discount is 2*(prize - cost)/(prize + loss). Where P <= S, one pressing is an equilibrium if
T >= 0, and the patron that deviated may be the one that holds back: 0 >= (1 - d)*T + d*S, that is d*(prize + loss - cost) >= prize - cost;
if T <= 0 holding back is one itself, and this inequality holds.

*Optimal punishment.* A patron is held to max(S, P) by a rival that presses, and to no less by one that does not (T, or 0, is no less than S).
That is what grim trigger does, so the two have the same critical discount.
"""

from fractions import Fraction as F
from itertools import product

import pytest

import hedging_games as hg
from hedging_games.algebra.formulas.search import find

BASELINE = {
    "prize": F(3), "loss": F(4), "cost": F(1), "hold_value": F(2), "side_value": F(1), "penalty": F(5, 2), "discount": F(9, 10),
}  # fmt: skip
RANGES = dict.fromkeys(BASELINE, (F(0), F(10))) | {"discount": (F(1, 2), F(19, 20))}
PLAYERS = ("Ally", "Partner", "SmallState")
CLOSED = """hold_value >= side_value and (hold_value - penalty >= side_value
    or prize + loss >= 2*cost and discount*(prize + loss) >= 2*(prize - cost)
    or prize + loss <= 2*cost and discount*(prize + loss - cost) >= prize - cost)""".replace("\n", " ")


@pytest.fixture(scope="module")
def model():
    return hg.load("tightrope")


@pytest.fixture(scope="module")
def count(thorough):
    return 2_000 if thorough else 20


def test_what_the_file_declares(model, declares):
    declares(
        model,
        players=PLAYERS,
        baseline=BASELINE,
        ranges=RANGES,
        hedge="always: Ally.Leave and Partner.Leave and Hold",
    )
    assert [p.myopic for p in model.players.values()] == [False, False, True]
    assert model.decisions["SmallState"].even == ("YieldAlly", "YieldPartner")


# --- its periods, written down a second time ---------------------------------------------------------------------------------


def replies(v, presses):
    """How the small state may answer, each with the patrons' payoffs: ties settled either way, between patrons by a coin."""
    a, b = presses
    worth = {
        "ally": v["side_value"] - v["penalty"] * b,
        "partner": v["side_value"] - v["penalty"] * a,
        "hold": v["hold_value"] - v["penalty"] * (a + b),
    }
    pays = {
        "ally": (v["prize"] - v["cost"] * a, -v["loss"] - v["cost"] * b),
        "partner": (-v["loss"] - v["cost"] * a, v["prize"] - v["cost"] * b),
        "hold": (-v["cost"] * a, -v["cost"] * b),
    }
    best = {name for name, value in worth.items() if value == max(worth.values())}
    sides = sorted(best - {"hold"})
    if sides:
        yield "+".join(sides), tuple(sum((pays[side][k] for side in sides), F(0)) / len(sides) for k in range(2))
    if "hold" in best:
        yield "hold", pays["hold"]


def judge(v):
    """From a path (who presses, the answer) to whether grim trigger sustains it, and whether anything may: nobody does better by a
    deviation and being held down for ever.
    """
    d = v["discount"]
    answers = {presses: list(replies(v, presses)) for presses in product((1, 0), repeat=2)}
    paths = [(presses, reply, pays) for presses, listed in answers.items() for reply, pays in listed]

    def other(presses, k):
        return (1 - presses[0], presses[1]) if k == 0 else (presses[0], 1 - presses[1])

    def least(presses, k):
        return min(pays[k] for _, pays in answers[presses])

    stage = [pays for presses, _, pays in paths if all(pays[k] >= least(other(presses, k), k) for k in range(2))]
    held = [
        min(max(least(presses, k), least(other(presses, k), k)) for presses in answers if presses[k] == 1)
        for k in range(2)
    ]
    found = {}
    for presses, reply, pays in paths:
        leaving = [(1 - d) * least(other(presses, k), k) for k in range(2)]
        grim = bool(stage) and all(pays[k] >= leaving[k] + d * min(n[k] for n in stage) for k in range(2))
        found[presses, reply] = grim, all(pays[k] >= leaving[k] + d * held[k] for k in range(2))
    return found


def path_of(said):
    """A path of an answer as above."""
    presses = tuple(int(said[patron].keys() == {"Press"}) for patron in ("Ally", "Partner"))
    (label,) = said.keys() - {"Ally", "Partner"}
    names = {"YieldAlly": "ally", "YieldPartner": "partner", "Hold": "hold"}
    assert len(set(said[label].values())) == 1
    return presses, "+".join(sorted(names[action] for action, p in said[label].items() if p))


def closed(v):
    gap = v["hold_value"] - v["side_value"]
    sides, pressing, d = v["prize"] + v["loss"], v["prize"] - v["cost"], v["discount"]
    if gap < 0:
        return False
    if gap >= v["penalty"]:
        return True
    return d * sides >= 2 * pressing if sides >= 2 * v["cost"] else d * (sides - v["cost"]) >= pressing


def with_ties(random_points, seed, count):
    """Random points, each of the first ones followed by ones moved to the borders of its regimes."""
    for k, v in enumerate(random_points(RANGES, seed, count)):
        yield v
        if k >= 250:
            continue
        d, gap = v["discount"], v["hold_value"] - v["side_value"]
        moved = {"side_value": v["hold_value"]}, {"penalty": gap}, {"loss": 2 * v["cost"] - v["prize"]}
        edges = (
            {"loss": 2 * (v["prize"] - v["cost"]) / d - v["prize"]},
            {"loss": (v["prize"] - v["cost"]) / d - v["prize"] + v["cost"]},
        )
        both = {"side_value": v["hold_value"], "penalty": F(0)}, {"cost": v["prize"]}, {"cost": F(0), "penalty": gap}
        for change in (*moved, *edges, *both):
            if all(0 <= value <= 10 for value in change.values()):
                yield v | change


@pytest.mark.timeout(3600)  # HG_THOROUGH asks for 2,000 points
def test_every_path_at_many_points_and_at_ties(model, random_points, count):
    seen = set()
    for v in with_ties(random_points, 61, count):
        found = hg.solve(model.at(**v))
        told = judge(v)
        assert found.concept == "repeated"
        named = {path_of(path.said): path for path in (*found.equilibria, *found.others)}
        assert set(named) == set(told), v
        for key, path in named.items():
            grim, at_most = told[key]
            assert path.by["grim-trigger"].stands == grim, (v, key)
            stands = path.by["optimal-penal-code"].stands
            assert stands is None or stands == at_most, (v, key)
            assert not (stands is None and (grim or not at_most)), (v, key)
        held = named.get(((0, 0), "hold"))
        assert (held is not None and held.by["grim-trigger"].stands) == closed(v), v
        assert held is None or held.by["optimal-penal-code"].stands == closed(v), v
        seen.add((closed(v), len(named), tuple(sorted(told.values()))))
    assert len(seen) > 8


def test_at_the_baseline_patience_of_four_sevenths_is_enough(model):
    found = hg.solve(model.at())
    (held,) = (path for path in found if path.hedge == 1)
    for punishment in ("grim-trigger", "optimal-penal-code"):
        critical = held.by[punishment].critical
        assert critical.is_exact
        assert critical.value == F(4, 7)
    assert found.complete == "all"
    assert held.payoffs == {"Ally": 0, "Partner": 0, "SmallState": 2}


@pytest.mark.parametrize("concept", ["grim-trigger", "optimal-penal-code", "repeated"])
def test_the_condition_is_the_closed_form(model, concept, random_points):
    region = hg.condition(model, "some", concept)
    assert region.complete
    ground = region.setting.ground
    known = ground.number(region.setting.condition(parsed(CLOSED)))
    for one, other in ((known, region.number), (region.number, known)):
        assert find(ground, ground.joined("all", [one, ground.negated(other)]), questions=100).status == "nowhere"
    for v in with_ties(random_points, 62, 60):
        assert region.contains(**v) == closed(v), v


def parsed(text):
    """A condition on the model's parameters."""
    from hedging_games.algebra.expressions.parser import parse_condition

    return parse_condition(text)


def test_the_critical_discount_in_closed_form(model):
    found = hg.threshold(model, "discount", concept="grim-trigger")
    assert found.values == (F(4, 7),)
    for v in ({"prize": F(5)}, {"loss": F(2)}, {"cost": F(2)}):
        at = BASELINE | v
        value = 2 * (at["prize"] - at["cost"]) / (at["prize"] + at["loss"])
        told = hg.threshold(model, "discount", concept="grim-trigger", fixed=v).values
        assert told == ((value,) if F(1, 2) < value < F(19, 20) else ()), v


# Korea: 2 - 2 < 1, it yields where it is pressed, as at the baseline. India: 2 - 1/2 > 1, it holds: nothing is gained by pressing, so that any discount will do.
@pytest.mark.parametrize(("case", "critical", "paths"), [("korea", F(4, 7), 2), ("india", F(0), 1)])
def test_cases(model, case, critical, paths):
    found = hg.solve(model.at(case))
    assert len(found) == paths
    (held,) = (path for path in found if path.hedge == 1)
    assert {held.by[by].critical.value for by in ("grim-trigger", "optimal-penal-code")} == {critical}


def test_claims(model):
    for finding in hg.examine(model):
        assert finding.verdict == "proved", finding
