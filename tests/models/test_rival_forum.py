"""rival-forum: equilibria derived by hand.

Backward. Write q for the status quo and r > q for Russia's ideal. Russia gains by y strictly between q and 2r - q. A small state outside the
forum leaves it at that: China proposes the closest of these to 1, min(1, 2r - q), which passes, also where Russia is indifferent (a little
less would pass for sure). A member that minds vetoes all y > q, and Russia all y < q: the status quo stays, whatever is proposed. So
membership is worth salience_small*(min(1, 2r - q) - q), weighed with its cost.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from continuous_outcomes import told

BASELINE = {"russia_ideal": F(1, 2), "status_quo": F(0), "salience_small": F(1), "membership_cost": F(1, 2)}
RANGES = {
    "russia_ideal": (F(-1), F(1)), "status_quo": (F(-1), F(1)), "salience_small": (F(0), F(10)), "membership_cost": (F(0), F(10)),
}  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return hg.load("rival-forum")


def test_what_the_file_declares(model, declares):
    declares(model, players=("SmallState", "China", "Russia"), baseline=BASELINE, ranges=RANGES, hedge="Join")
    assert [str(a) for a in model.assumptions] == ["status_quo < russia_ideal"]
    assert set(model.cases) == {"india", "korea"}


def test_payoffs_on_a_grid(model, same_payoffs):
    def tree(v):
        def forum(y, cost=F(0)):
            return {
                "SmallState": -v["salience_small"] * abs(y + 1) - cost,
                "China": -abs(y - 1),
                "Russia": -abs(y - v["russia_ideal"]),
            }

        def after(y, member):
            quo, new = (forum(z, v["membership_cost"] if member else F(0)) for z in (v["status_quo"], y))
            vote = ("SmallState", f"vote on {y}", {"Accept": new, "Veto": quo}) if member else new
            return ("Russia", f"Russia on {y}, {member}", {"Accept": vote, "Veto": quo})

        def proposals(member):
            return ("China", f"proposal, {member}", {str(y): after(y, member) for y in (F(-1), F(0), F(1))})

        return ("SmallState", "membership", {"Join": proposals(True), "Stay": proposals(False)})

    same_payoffs(model.on_grid(3), tree, RANGES, allowed=lambda p: p["status_quo"] < p["russia_ideal"])


# Outside, China would get y = min(1, 1 - 0) = 1, worth -2 to the small state; inside, the status quo is worth -1 - 1/2. It joins.
# No proposal beats the status quo for China then, so that it may make any. Above the status quo Russia may accept what the small state
# will veto; below it, Russia vetoes what the small state would accept; at the status quo everybody is indifferent.
def test_baseline(model):
    worth = ("-3/2, -1, -1/2", True)
    assert told(model) == {
        "proposal=-1; Join; Veto": worth,
        "-1 < proposal < 1; Join; Veto": ("", True),
        "proposal=1; Join; Veto": worth,
        "0 < proposal < 1; Join; Accept; Veto": ("", True),
        "proposal=0; Join; Accept; Veto": worth,
        "proposal=1; Join; Accept; Veto": worth,
        "proposal=0; Join; Accept; Accept": worth,
    }


# What membership is worth, 1*(1 - 0), is what it costs: both. Above it, staying out.
def test_the_border_of_joining(model):
    found = told(model, membership_cost=1)
    assert {line for line, (_, hedge) in found.items() if not hedge} == {"proposal=1; Stay; Accept"}
    assert found["proposal=1; Stay; Accept"] == ("-2, 0, -1/2", False)
    assert found["proposal=0; Join; Accept; Accept"] == ("-2, -1, -1/2", True)
    assert told(model, membership_cost=2) == {"proposal=1; Stay; Accept": ("-2, 0, -1/2", False)}


# russia_ideal 1/4: Russia accepts up to 1/2, and at 1/2, where it is indifferent, on the path. The gain of membership is 1/2, no longer 1.
def test_where_russia_limits_china(model):
    assert told(model, membership_cost=2, russia_ideal="1/4") == {
        "proposal=1/2; Stay; Accept": ("-3/2, -1/2, -1/4", False)
    }
    assert all(hedge for _, hedge in told(model, membership_cost="2/5", russia_ideal="1/4").values())
    assert {hedge for _, hedge in told(model, russia_ideal="1/4").values()} == {True, False}


# A state that does not mind where the forum goes, and pays for membership, stays out. If membership is free as well it may join, and then lets pass what
# Russia does.
def test_a_state_that_does_not_mind(model):
    assert told(model, salience_small=0) == {"proposal=1; Stay; Accept": ("0, 0, -1/2", False)}
    free = told(model, salience_small=0, membership_cost=0)
    assert free["proposal=1; Join; Accept; Accept"] == ("0, 0, -1/2", True)
    assert free["proposal=1; Stay; Accept"] == ("0, 0, -1/2", False)


# India joins at 1/4 < 1; Korea does not at 3 > 1.
def test_cases(model):
    assert all(hedge for _, hedge in told(model, "india").values())
    assert told(model, "korea") == {"proposal=1; Stay; Accept": ("-2, 0, -1/2", False)}


# Membership keeps the status quo, which without it moves to the lesser of 1 and 2*russia_ideal - status_quo: worth salience_small a unit.
@pytest.mark.parametrize(("among", "compares"), [("some", ">="), ("every", ">")])
def test_the_condition_is_proved_to_be_the_one_derived_by_hand(model, same_region, among, compares):
    same_region(
        hg.condition(model, among),
        f"""salience_small*(1 - status_quo) {compares} membership_cost
        and 2*salience_small*(russia_ideal - status_quo) {compares} membership_cost""",
    )


def test_claims(model):
    assert [finding.verdict for finding in hg.examine(model)] == ["proved"] * 8
