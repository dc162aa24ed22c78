"""Published games over time, each derived by hand in its comment."""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.model.reader import read_model_text


# J. Maynard Smith (1974), in discrete time: whoever quits gets 0. Where both stay by lot quitting must be worth as much as staying, so play is
# worth 0 to both from every period on, and the other quits with the probability q that makes q*prize = (1 - q)*cost: q = cost/(prize + cost).
# Beside that one, either may quit for certain while the other stays.
def test_war_of_attrition():
    found = hg.solve(hg.load("war-of-attrition").at())
    assert found.complete == "all"
    assert {str(one.profiles[0]): tuple(one.payoffs.values()) for one in found} == {
        "Ally: Stay; Partner: Quit": (4, 0),
        "Ally: Quit; Partner: Stay": (0, 3),
        "Ally: 3/4 Stay + 1/4 Quit; Partner: 4/5 Stay + 1/5 Quit": (0, 0),
    }


BIG_MATCH = """
title: The big match, discounted
source: D. Gillette (1957); D. Blackwell and T. Ferguson (1968), Annals of Mathematical Statistics 39
players: [Row, Column]
parameters: {discount: {baseline: 9/10, range: [1/2, 19/20]}}
discount: discount
play: {Row: [Stop, Go], Column: [Left, Right]}
payoffs: {Row: "[Go and Right]", Column: "-[Go and Right]"}
next:
  - {at: Go, to: same}
  - {at: Stop and Left, to: end, worth: {Row: 1/(1 - discount), Column: -1/(1 - discount)}}
  - {at: Stop and Right, to: end}
hedge: {reaches: Stop and Left}
"""


# Row stops with probability x, Column goes left with 1/2. With v = 1/2 a period, against Left Row gets x + (1 - x) d/2, against Right
# (1 - x)((1 - d) + d/2): both are 1/2 for x = (1 - d)/(2 - d), and that is the value whatever the discount.
@pytest.mark.parametrize("d", [F(1, 2), F(9, 10), F(19, 20)])
def test_big_match(d):
    found = hg.solve(read_model_text(BIG_MATCH).at(discount=d))
    assert found.complete == "all"
    (one,) = found
    assert one.payoffs["Row"] == F(1, 2) / (1 - d)
    x = (1 - d) / (2 - d)
    assert str(one.profiles[0]) == f"Row: {x} Stop + {1 - x} Go; Column: 1/2 Left + 1/2 Right"
    assert one.hedge == F(1, 2)


INSPECTION = """
title: Inspections that run out
source: M. Dresher (1962), A sampling inspection problem in arms control agreements, RAND RM-2972
players: [Inspector, Violator]
parameters: {periods: {baseline: 3, range: [1, 4]}, inspections: {baseline: 1, range: [0, 3]}, discount: {baseline: 9/10, range: [1/2, 19/20]}}
state: {n: {from: 0, to: periods}, k: {from: 0, to: inspections}}
start: {n: periods, k: inspections}
discount: discount
play:
  Inspector: {actions: [Inspect, Wait], when: n > 0 and k > 0}
  Violator: {actions: [Violate, Comply], when: n > 0}
payoffs:
  Inspector: "[Violate and Inspect] - [Violate and not Inspect]"
  Violator: "[Violate and not Inspect] - [Violate and Inspect]"
next:
  - {at: Violate or n == 0, to: end}
  - {at: Comply and Inspect, to: {n: n - 1, k: k - 1}}
  - {at: Comply and not Inspect, to: {n: n - 1, k: k}}
hedge: {reaches: Violate}
"""


def value(n, k, d):
    """What the inspector gets with n periods and k inspections left: the game of one period, future values put in, has no saddle point.

    Rows inspect or wait, columns violate or comply: (1, d*v(n-1, k-1)) and (-1, d*v(n-1, k)). Without an inspection left the other side
    violates; with one for every period it never does.
    """
    if n <= k:
        return F(0)
    if k == 0:
        return F(-1)
    inspected, waited = d * value(n - 1, k - 1, d), d * value(n - 1, k, d)
    return (waited + inspected) / (2 + waited - inspected)


# Dresher's recursion; he does not discount. For n = 2, k = 1: (0 - 9/10)/(2 + 9/10) = -9/29.
@pytest.mark.parametrize(("n", "k"), [(1, 1), (2, 1), (3, 1), (3, 2), (4, 1), (4, 2)])
def test_inspections_that_run_out(n, k):
    found = hg.solve(read_model_text(INSPECTION).at(periods=n, inspections=k))
    assert found
    assert {one.payoffs["Inspector"] for one in found} == {value(n, k, F(9, 10))}
    assert all(one.certificate.largest_gain == 0 for one in found)
