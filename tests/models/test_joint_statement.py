"""joint-statement, against its tree written down a second time and equilibria derived by hand.

The partner retaliates against one signatory where stake >= retaliation_cost, against two where 2*stake >= 4*retaliation_cost. Signing costs
harm if punished, abstaining displeasure, and spotlight besides if the other one signs.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg

BASELINE = {
    "signature": F(2), "embarrassment": F(1), "displeasure": F(2), "spotlight": F(1), "harm": F(4), "stake": F(3),
    "retaliation_cost": F(2),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE}
PLAYERS = ("Ally", "Seoul", "Delhi", "Partner")


def tree(v):
    def end(seoul, delhi, retaliates):
        count = (seoul, delhi).count("Sign")

        def worth(mine, other):
            if mine == "Sign":
                return -v["harm"] if retaliates else F(0)
            return -v["displeasure"] - (v["spotlight"] if other == "Sign" else 0)

        return {
            "Ally": v["signature"] * count if count else -v["embarrassment"],
            "Seoul": worth(seoul, delhi),
            "Delhi": worth(delhi, seoul),
            "Partner": (v["stake"] * count - v["retaliation_cost"] * count**2) if retaliates else F(0),
        }

    def partner(seoul, delhi):
        if (seoul, delhi) == ("Abstain", "Abstain"):
            return end(seoul, delhi, retaliates=False)
        return (
            "Partner",
            f"partner after {seoul}, {delhi}",
            {"Retaliate": end(seoul, delhi, retaliates=True), "Overlook": end(seoul, delhi, retaliates=False)},
        )

    def delhi(seoul):
        return ("Delhi", "delhi", {action: partner(seoul, action) for action in ("Sign", "Abstain")})

    seoul = ("Seoul", "seoul", {action: delhi(action) for action in ("Sign", "Abstain")})
    return ("Ally", "ally", {"Ask": seoul, "Refrain": dict.fromkeys(PLAYERS, F(0))})


@pytest.fixture(scope="module")
def model():
    return hg.load("joint-statement")


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="not Seoul.Sign and not Delhi.Sign")
    assert set(model.cases) == {"india", "korea"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES)


def test_solver_agrees_with_brute_force(model, agrees):
    agrees(model, tree, RANGES, 11, concepts=("subgame-perfect",), count=30)


# 2 < 3 < 4: one is punished, two are not. Asked, both sign (0 against -3), or none does (-2 against -4), or each signs with probability r: abstaining
# costs 2 + r, signing 4*(1 - r), equal at r = 2/5. The ally then expects 2*2*2/5 - 9/25 = 31/25, and asks; it does not ask where none signs.
def test_baseline(model):
    found = hg.solve(model.at())
    assert found.complete == "all"
    assert {(e.payoffs["Ally"], e.hedge) for e in found} == {(4, 0), (0, 1), (F(31, 25), F(9, 25))}


# Where some equilibrium after Ask has both sign, asking is worth 2*signature >= 0 and nobody need abstain. It is one where two are not
# punished (stake <= 2*retaliation_cost: 0 against -displeasure - spotlight), or where harm <= displeasure + spotlight. Elsewhere signing costs
# harm, alone or not, and abstaining less: none signs.
def test_the_condition_is_the_one_derived_by_hand(model, same_region):
    region = hg.condition(model, among="every")
    assert region.complete is True
    same_region(region, "stake > 2*retaliation_cost and harm > displeasure + spotlight")


# Retaliation costs 2, displeasure 3: both sign whatever the other does. With stake 5 > 4 two are punished as well: none signs, and nobody asks.
def test_cases(model, paths):
    assert set(paths(hg.solve(model.at("korea")))) == {("Ask, Sign, Sign, Overlook", "4, 0, 0, 0", "0")}
    assert set(paths(hg.solve(model.at("india")))) == {("Refrain", "0, 0, 0, 0", "1")}


def test_claims(model):
    assert [f.verdict for f in hg.examine(model)] == ["conditional"] + ["proved"] * 5
