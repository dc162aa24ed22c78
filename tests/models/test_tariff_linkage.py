"""tariff-linkage: optima of the small state derived by hand; the ally's one move is forced.

The bargain is worth s = discount/(1 + discount), without any investment. An exit after investing x is worth outside - linkage + x - effort*x^2/2,
best at x = min(1, 1/effort), where it gains w: 1 - effort/2 up to effort 1, 1/(2*effort) beyond. So the small state compares s with
outside - linkage + w.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from continuous_outcomes import told

BASELINE = {"discount": F(9, 10), "outside": F(3, 5), "linkage": F(3, 10), "effort": F(2), "breakdown": F(0)}
RANGES = {
    "discount": (F(1, 2), F(19, 20)), "outside": (F(0), F(1)), "linkage": (F(0), F(1)), "effort": (F(0), F(10)), "breakdown": (F(0), F(10)),
}  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return hg.load("tariff-linkage")


def test_what_the_file_declares(model, declares):
    declares(model, players=("SmallState", "Ally"), baseline=BASELINE, ranges=RANGES, hedge="hedging_investment > 0")
    assert set(model.cases) == {"korea", "korea_dependent"}


def test_payoffs_on_a_grid(model, same_payoffs):
    def tree(v):
        share = v["discount"] / (1 + v["discount"])

        def after(x):
            cost = v["effort"] * x * x / 2
            bargain = {"SmallState": share - cost, "Ally": 1 - share}
            leave = {
                "SmallState": v["outside"] + x - v["linkage"] - cost,
                "Ally": 1 / (1 + v["discount"]) - v["breakdown"],
            }
            terms = ("Ally", f"terms at {x}", {"Offer": bargain})
            return ("SmallState", f"talks at {x}", {"Bargain": terms, "Exit": leave})

        return ("SmallState", "investment", {str(x): after(x) for x in (F(0), F(1, 3), F(2, 3), F(1))})

    same_payoffs(model.on_grid(4), tree, RANGES)


# s = 9/19. Exit at x = 1/2: 3/5 - 3/10 + 1/4 = 11/20 > 9/19.
def test_baseline(model):
    assert told(model) == {"hedging_investment=1/2; Exit": ("11/20, 10/19", True)}


# 3/5 - linkage + 1/4 = 9/19 at linkage 143/380: both. Beyond it the bargain, and linkage does not matter any more.
def test_the_end_of_the_band(model):
    assert told(model, linkage="143/380") == {
        "hedging_investment=0; Bargain": ("9/19, 10/19", False),
        "hedging_investment=1/2; Exit": ("9/19, 10/19", True),
    }
    for linkage in ("2/5", "1/2", 1):
        assert told(model, linkage=linkage) == {"hedging_investment=0; Bargain": ("9/19, 10/19", False)}
    # Below it a unit of linkage costs a unit.
    assert told(model, linkage="1/4") == {"hedging_investment=1/2; Exit": ("3/5, 10/19", True)}


# effort 1/2 <= 1: all is invested, 3/10 + 1 - 1/4 = 21/20. breakdown is the ally's alone: 10/19 - 1/2 = 1/38.
def test_cheap_investment(model):
    assert told(model, effort="1/2", breakdown="1/2") == {"hedging_investment=1; Exit": ("21/20, 1/38", True)}


# Free investment that buys nothing, -1 + x < 9/19: every x stands, with the bargain.
def test_free_investment(model):
    assert told(model, effort=0, outside=0, linkage=1) == {
        "hedging_investment=0; Bargain": ("9/19, 10/19", False),
        "0 < hedging_investment < 1; Bargain": ("", True),
        "hedging_investment=1; Bargain": ("9/19, 10/19", True),
    }


# korea: 3/5 - 1/5 + 1/4 = 13/20. korea_dependent: 3/5 - 1/2 + 1/4 = 7/20 < 9/19.
def test_cases(model):
    assert told(model, "korea") == {"hedging_investment=1/2; Exit": ("13/20, 10/19", True)}
    assert told(model, "korea_dependent") == {"hedging_investment=0; Bargain": ("9/19, 10/19", False)}


# In some equilibrium the best exit is worth the bargain at least, or investing is free. In every one it is worth more: at a tie, and where what is
# invested for nothing costs nothing, not to invest is an equilibrium too.
@pytest.mark.parametrize(("among", "compares", "free"), [("some", ">=", "effort == 0 or"), ("every", ">", "")])
def test_the_condition_is_proved_to_be_the_one_derived_by_hand(model, same_region, among, compares, free):
    same_region(
        hg.condition(model, among),
        f"""{free} effort <= 1 and outside - linkage + 1 - effort/2 {compares} discount/(1 + discount)
        or effort > 1 and outside - linkage + 1/(2*effort) {compares} discount/(1 + discount)""",
    )


# Hedging is not always worth something, only where the best exit is worth the bargain: true under a condition. The rest holds.
def test_claims(model):
    verdicts = [finding.verdict for finding in hg.examine(model)]
    assert verdicts == ["proved"] * 3 + ["conditional"] + ["proved"] * 3
