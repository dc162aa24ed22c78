"""three-patrons, against its tree written down a second time and equilibria derived by hand.

Of k patrons with equal shares each can threaten harm/k. It demands where that is conceded: where concession <= harm/k (either at a tie), as a
concession gains it something and a refusal costs its face. So k patrons are worth the trade with them, T(k), where harm <= k*concession, and
T(k) - k*concession where harm >= k*concession; in between at a tie.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("SmallState", "One", "Two", "Three")
BASELINE = {
    "value_one": F(6), "value_two": F(5), "value_three": F(3), "harm": F(8), "concession": F(3), "gain": F(1), "face": F(1),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE}
ONE, TWO, THREE = "value_one", "(value_one + value_two)/2", "(value_one + value_two + value_three)/3"


def tree(v):
    values = [v["value_one"], v["value_two"], v["value_three"]]
    names = PLAYERS[1:]

    def patrons(count, told):
        k = len(told)
        if k == count:
            small = sum(values[:count]) / count
            small -= sum(v["concession"] if t == "Concede" else v["harm"] / count if t == "Defy" else 0 for t in told)
            worth = {"Concede": v["gain"], "Defy": -v["face"], "Leave": 0}
            return {"SmallState": small} | {n: worth[t] for n, t in zip(names, (*told, "Leave", "Leave"), strict=False)}
        after = {action: patrons(count, (*told, action)) for action in ("Concede", "Defy")}
        answer = ("SmallState", f"answer {k} after {count, told}", after)
        return (
            names[k],
            f"{names[k]} after {count, told}",
            {"Demand": answer, "Leave": patrons(count, (*told, "Leave"))},
        )

    return (
        "SmallState",
        "portfolio",
        {name: patrons(count, ()) for count, name in enumerate(("Concentrate", "Pair", "Spread"), 1)},
    )


@pytest.fixture(scope="module")
def model():
    return hg.load("three-patrons")


def test_what_the_file_declares(model):
    assert tuple(model.players) == PLAYERS
    assert {name: p.baseline for name, p in model.parameters.items()} == BASELINE
    assert all(p.meaning and p.unit and p.source for p in model.parameters.values())
    assert set(model.cases) == {"korea", "nepal"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES, lambda v: v["gain"] > 0 and v["face"] > 0)


# Halves are worth a concession (8/2 > 3), thirds are not (8/3 < 3): nobody demands anything, and 14/3 is more than 6 - 3 and 11/2 - 6.
def test_baseline(model, paths):
    spread = "Spread, Leave, Leave, Leave"
    assert set(paths(hg.solve(model.at()))) == {(spread, "14/3, 0, 0, 0", "1")}


def test_what_is_played_is_what_induction_from_the_end_finds(model, induced, random_points):
    for v in random_points(RANGES, 31, 25, lambda v: v["gain"] > 0 and v["face"] > 0):
        found = hg.solve(model.at(**v))
        worths = {worth for _, worth in induced(PLAYERS, tree(v))}
        assert {tuple(e.payoffs.values()) for e in found if e.profile.is_pure} == worths, v


# Nepal: thirds are worth 11/3, all trade with India 9 less the concession. Korea: 5/2 > 2 > 5/3, and 5/3 beats 0 and 2 - 4.
def test_cases(model, paths):
    assert set(paths(hg.solve(model.at("nepal")))) == {("Concentrate, Demand, Concede", "6, 1, 0, 0", "0")}
    assert set(paths(hg.solve(model.at("korea")))) == {("Spread, Leave, Leave, Leave", "5/3, 0, 0, 0", "1")}


def safe_and_best(k):
    """Where k patrons are safe and worth no less than the least that each other number may be worth."""
    trade = {1: ONE, 2: TWO, 3: THREE}
    others = [
        f"(harm < {j}*concession and {trade[k]} >= {trade[j]}"
        f" or harm >= {j}*concession and {trade[k]} >= {trade[j]} - {j}*concession)"
        for j in (1, 2, 3)
        if j != k
    ]
    return f"(harm <= {k}*concession and {' and '.join(others)})"


# Where it ties, a small state that mixes between conceding and defying loses the concession either way: what it would get besides is
# no more than where nothing is demanded, which the tie allows as well.
def test_the_condition_is_the_one_derived_by_hand(model, same_region):
    region = hg.condition(model, among="some")
    same_region(region, " or ".join(safe_and_best(k) for k in (1, 2, 3)))


# The essay's claim is refuted, and its opposite proved.
def test_claims(model):
    assert [f.verdict for f in hg.examine(model)] == ["refuted", "proved", "proved", "proved", "proved"]
