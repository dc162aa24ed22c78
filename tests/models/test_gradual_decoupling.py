"""gradual-decoupling, against its tree written down a second time and equilibria derived by hand.

Profiles are read in the order Demand; Answer; Preparation; LaterDemand after Invest; after Idle; LaterAnswer after Invest; after
Idle. What a plan itself rules out is filled by its first action.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("Ally", "SmallState")
BASELINE = {
    "partner_value": F(10), "capacity_loss": F(3, 5), "damage": F(6), "mitigation": F(1, 2), "investment": F(1), "press_cost": F(1),
    "drop_cost": F(2), "discount": F(9, 10), "sanction": F(8), "subsidy": F(0),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {
    "capacity_loss": (F(0), F(1)),
    "mitigation": (F(0), F(1)),
    "discount": (F(1, 2), F(19, 20)),
}


def tree(v):
    d, subsidy = v["discount"], v["subsidy"]

    def outcome(ally, small):
        return {"Ally": ally, "SmallState": small}

    def later(preparation, comply, defy, drop):
        answer = ("SmallState", f"answer after {preparation}", {"Comply": comply, "Defy": defy})
        return ("Ally", f"demand after {preparation}", {"Press": answer, "Drop": drop})

    invest = later(
        "Invest",
        outcome(d * v["partner_value"] - subsidy, -v["investment"] - d * (1 - v["mitigation"]) * v["damage"] + subsidy),
        outcome(-d * v["press_cost"] - subsidy, -v["investment"] - d * v["sanction"] + subsidy),
        outcome(-d * v["drop_cost"] - subsidy, -v["investment"] + subsidy),
    )
    idle = later(
        "Idle",
        outcome(d * v["partner_value"] * (1 - v["capacity_loss"]), -d * v["damage"]),
        outcome(-d * v["press_cost"], -d * v["sanction"]),
        outcome(-d * v["drop_cost"], 0),
    )
    now = {
        "Comply": outcome((1 + d) * v["partner_value"] * (1 - v["capacity_loss"]), -v["damage"]),
        "Defy": outcome(-v["press_cost"], -v["sanction"]),
    }
    patient = ("SmallState", "preparation", {"Invest": invest, "Idle": idle})
    return ("Ally", "demand", {"Press": ("SmallState", "answer", now), "Patient": patient})


def assumed(v):
    return v["press_cost"] < v["drop_cost"]


@pytest.fixture(scope="module")
def model():
    return hg.load("gradual-decoupling")


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="Patient and Invest")
    assert set(model.cases) == {"korea", "korea_subsidised", "india"}
    with pytest.raises(hg.InputError, match="press_cost"):
        model.at(press_cost="2")


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES, allowed=assumed)


# Baseline, backward. After Invest and Press: Comply is worth -1 - 9/10*1/2*6 = -37/10, Defy -1 - 9/10*8 = -41/5: Comply. Ally: 9
# from Press, -9/5 from Drop: Press. After Idle and Press: -27/5 against -36/5: Comply; Ally: 9/10*10*2/5 = 18/5 against -9/5:
# Press. So Invest (-37/10) beats Idle (-27/5). At once: Comply (-6) beats Defy (-8), worth 19/10*10*2/5 = 38/5 to Ally: less than 9.
PATIENT = ("Patient; Comply; Invest; Press; Press; Comply; Comply", "9, -37/10", "1")


def test_baseline(model, shown):
    found = hg.solve(model.at())
    assert found.concept == "subgame-perfect"
    assert found.complete == "all"
    assert shown(found) == {PATIENT}


# Nash equilibria of the baseline. Pressing again pays in the second period whatever the answer (9 or -9/10 against -9/5 after
# Invest, 18/5 or -9/10 against -9/5 after Idle), and the small state complies wherever it is reached. So once Patient has positive
# probability, its continuation is as in the subgame-perfect equilibrium wherever it is reached, and only Invest can be: Idle and a
# second Press give -27/5, and Invest never less than -37/10. Ally then gets 9, and does not press at once (at most 38/5).
# Component 1, Patient: the answer to an immediate demand is free; Ally may drop its demand after Idle with a probability
# up to that at which Idle tempts, -27/5*(1 - x) = -37/10, x = 17/54. Four extreme points.
# Component 2, Press and Comply (38/5, -6): the small state's plans for the case of patience, with weights w1 (Invest, then Comply), w2 (Invest,
# Defy), w3 (Idle, Comply), w4 (Idle, Defy), must not make patience worth more than 38/5, which is
# 9*w1 - 9/10*w2 + 18/5*w3 - 9/10*w4 with the best demands. Vertices: w2, w3, w4 alone; on the edges from w1 to w2 and w4 at w1 = 85/99
# (9w - 9/10(1 - w) = 38/5), to w3 at w1 = 20/27 (9w + 18/5(1 - w) = 38/5).
NOW = "38/5, -6"
PRESSED = {
    "Press; Comply; Invest; Press; Press; Defy; Comply",
    "Press; Comply; Idle; Press; Press; Comply; Comply",
    "Press; Comply; Idle; Press; Press; Comply; Defy",
}


def test_baseline_nash(model, shown):
    found = hg.solve(model.at(), concept="nash")
    assert shown(found) == {
        PATIENT,
        ("Patient; Defy; Invest; Press; Press; Comply; Comply", "9, -37/10", "1"),
        ("Patient; Comply; Invest; Press; 37/54 Press+17/54 Drop; Comply; Comply", "9, -37/10", "1"),
        ("Patient; Defy; Invest; Press; 37/54 Press+17/54 Drop; Comply; Comply", "9, -37/10", "1"),
        *((profile, NOW, "0") for profile in PRESSED),
        ("Press; Comply; Invest; Press; Press; 85/99 Comply+14/99 Defy; Comply", NOW, "0"),
        ("Press; Comply; 20/27 Invest+7/27 Idle; Press; Press; Comply; Comply", NOW, "0"),
        ("Press; Comply; 85/99 Invest+14/99 Idle; Press; Press; Comply; Defy", NOW, "0"),
    }
    assert sorted(len(component) for component in found.components) == [4, 6]
    # The small state decides again after Invest and Idle: in component 2 averages of printed probabilities lose what the plans keep to.
    assert (found.complete, bool(found.continua)) == ("all", True)
    assert shown(hg.solve(model.at(), concept="pure-nash")) == {
        PATIENT,
        ("Patient; Defy; Invest; Press; Press; Comply; Comply", "9, -37/10", "1"),
        *((profile, NOW, "0") for profile in PRESSED),
    }


# capacity_loss 1/2: an immediate demand is worth 19/10*10*1/2 = 19/2 > 9, so Ally presses. Off the path nothing changes (after Idle a
# second demand is worth 9/2).
# Nash: with Patient, the answer to an immediate demand must deter it: 19/2*c - (1 - c) <= 9, c <= 20/21; times Ally's
# freedom after Idle as before, 4 extreme points. With Press, patience is worth at most 9 < 19/2, so all four plans for it will do.
def test_an_ally_that_presses_at_once(model, shown):
    game = model.at(capacity_loss="1/2")
    now = "19/2, -6"
    assert shown(hg.solve(game)) == {("Press; Comply; Invest; Press; Press; Comply; Comply", now, "0")}
    found = hg.solve(game, concept="nash")
    tempted = "37/54 Press+17/54 Drop"
    assert shown(found) == {
        *(
            (f"Patient; {answer}; Invest; Press; {idle}; Comply; Comply", "9, -37/10", "1")
            for answer in ("Defy", "20/21 Comply+1/21 Defy")
            for idle in ("Press", tempted)
        ),
        *((profile, now, "0") for profile in PRESSED | {"Press; Comply; Invest; Press; Press; Comply; Comply"}),
    }
    assert sorted(len(component) for component in found.components) == [4, 4]
    assert shown(hg.solve(game, concept="pure-nash")) == {
        ("Patient; Defy; Invest; Press; Press; Comply; Comply", "9, -37/10", "1"),
        *((profile, now, "0") for profile in PRESSED | {"Press; Comply; Invest; Press; Press; Comply; Comply"}),
    }


# capacity_loss 10/19 = 1/(1 + discount): 19/10*10*9/19 = 9, the tie between pressing now and later.
# Nash: with Patient any answer to an immediate demand will do (it is worth at most 9): 2 x 2 extreme points. With Press
# patience is worth at most 9: all four plans. At (Comply, Invest, Comply) Ally may mix Press with its patient plans, which joins
# the two: one component, 8 extreme points.
def test_the_tie_between_now_and_later(model, shown):
    game = model.at(capacity_loss="10/19")
    pressed = ("Press; Comply; Invest; Press; Press; Comply; Comply", "9, -6", "0")
    assert shown(hg.solve(game)) == {PATIENT, pressed}
    assert shown(hg.solve(model.at(capacity_loss="11/20"))) == {PATIENT}
    found = hg.solve(game, concept="nash")
    assert shown(found) == {
        *(
            (f"Patient; {answer}; Invest; Press; {idle}; Comply; Comply", "9, -37/10", "1")
            for answer in ("Comply", "Defy")
            for idle in ("Press", "37/54 Press+17/54 Drop")
        ),
        *((profile, "9, -6", "0") for profile in PRESSED),
        pressed,
    }
    assert [len(component) for component in found.components] == [8]


# mitigation 0: Invest is worth -1 - 27/5 = -32/5 < -27/5, so the small state idles; patience is then worth 18/5 < 38/5: Press.
# A subsidy of 6/5 makes Invest worth -26/5 > -27/5 and leaves Ally 9 - 6/5 = 39/5 > 38/5: hedging returns. One of 1 is the tie
# between Invest and Idle; after Idle Ally presses at once (38/5 > 18/5), after Invest it waits (8 > 38/5). If Invest has probability i, waiting is worth
# 8*i + 18/5*(1 - i), which is 38/5 at i = 10/11: there Ally does either.
def test_help_that_makes_preparation_pay(model, shown):
    idle = ("Press; Comply; Idle; Press; Press; Comply; Comply", "38/5, -6", "0")
    assert shown(hg.solve(model.at(mitigation="0"))) == {idle}
    assert shown(hg.solve(model.at(mitigation="0", subsidy="6/5"))) == {
        ("Patient; Comply; Invest; Press; Press; Comply; Comply", "39/5, -26/5", "1")
    }
    assert shown(hg.solve(model.at(mitigation="0", subsidy="1"))) == {
        idle,
        ("Patient; Comply; Invest; Press; Press; Comply; Comply", "8, -27/5", "1"),
        ("Press; Comply; 10/11 Invest+1/11 Idle; Press; Press; Comply; Comply", "38/5, -6", "0"),
        ("Patient; Comply; 10/11 Invest+1/11 Idle; Press; Press; Comply; Comply", "38/5, -27/5", "10/11"),
    }


# At the baseline, where preparation pays by itself, a subsidy of 2 leaves Ally 7 < 38/5: it presses at once. So the claim that
# a subsidy never shrinks the region is refuted by this point.
def test_a_subsidy_can_end_hedging(model, shown):
    assert shown(hg.solve(model.at(subsidy="2"))) == {
        ("Press; Comply; Invest; Press; Press; Comply; Comply", "38/5, -6", "0")
    }


# damage 8 = sanction is a tie. At once: Comply or Defy, both -8. After Idle and Press likewise (-36/5); Ally presses then in either case (18/5
# or -9/10 against -9/5). After Invest, Comply: -1 - 18/5 = -23/5 beats Defy, -41/5; and Invest beats Idle. Ally gets 9 by
# waiting, and by pressing at most 38/5: it waits. Four equilibria with one path.
def test_the_tie_between_complying_and_defying(model, shown):
    assert shown(hg.solve(model.at(damage="8"))) == {
        (f"Patient; {now}; Invest; Press; Press; Comply; {later}", "9, -23/5", "1")
        for now in ("Comply", "Defy")
        for later in ("Comply", "Defy")
    }


# Korea (damage 2): Invest is worth -1 - 9/10 = -19/10 < -9/5 from Idle: no preparation, so Ally presses. A subsidy of 1/2
# turns it: -7/5 > -9/5, and Ally keeps 9 - 1/2 = 17/2 > 38/5.
# India (capacity_loss 4/5, damage 7, mitigation 3/4): pressing at once is worth 19/5; Invest -1 - 9/10*7/4 = -103/40.
def test_cases(model, shown):
    assert shown(hg.solve(model.at("korea"))) == {
        ("Press; Comply; Idle; Press; Press; Comply; Comply", "38/5, -2", "0")
    }
    assert shown(hg.solve(model.at("korea_subsidised"))) == {
        ("Patient; Comply; Invest; Press; Press; Comply; Comply", "17/2, -7/5", "1")
    }
    assert shown(hg.solve(model.at("india"))) == {
        ("Patient; Comply; Invest; Press; Press; Comply; Comply", "9, -103/40", "1")
    }


def test_against_brute_force(model, agrees, thorough):
    concepts = ["subgame-perfect", "pure-nash", "nash"]
    agrees(model, tree, RANGES, seed=3, concepts=concepts, allowed=assumed, count=200 if thorough else 60)
