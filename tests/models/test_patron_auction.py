"""patron-auction, against its tree written down a second time, a brute force over paths, and equilibria derived by hand.

The small state compares bid_one, bid_two + affinity and autonomy. Let d1 = prize_one + loss_one and d2 = prize_two + loss_two: what a
patron gives at most to win instead of its rival.

Hedge is played at (b1, b2) with b1 <= autonomy and b2 + affinity <= autonomy, where no patron gains by the lowest bid that beats
autonomy: prize_one <= it, prize_two <= it. (At a bid that ties, the small state may hedge.) Losses play no part in this.
AcceptOne is played at (b1, b2) where b1 is the lowest bid that wins: the next lower one loses, or ties and is not taken; where the patron
would not rather lose, b1 <= d1 if losing means the rival and b1 <= prize_one if it means Hedge; and where the lowest bid of the
rival that wins against b1, strictly, is at least d2 (it is 0 if it loses to Hedge, -loss_two here). AcceptTwo alike.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("PatronOne", "PatronTwo", "SmallState")
BASELINE = {
    "prize_one": F(6), "loss_one": F(6), "prize_two": F(5), "loss_two": F(4), "affinity": F(1), "autonomy": F(8), "bid_max": F(14),
    "step": F(1),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"bid_max": (F(1), F(20)), "step": (F(1, 10), F(10))}
OPEN = {name: RANGES[name] for name in BASELINE if name not in ("bid_max", "step")}


def bids(v):
    return [v["step"] * k for k in range(int(v["bid_max"] / v["step"]) + 1)]


def outcomes(v, one, two):
    """What each choice of the small state is worth after two bids."""
    return {
        "AcceptOne": {"PatronOne": v["prize_one"] - one, "PatronTwo": -v["loss_two"], "SmallState": one},
        "AcceptTwo": {
            "PatronOne": -v["loss_one"],
            "PatronTwo": v["prize_two"] - two,
            "SmallState": two + v["affinity"],
        },
        "Hedge": {"PatronOne": 0, "PatronTwo": 0, "SmallState": v["autonomy"]},
    }


def tree(v):
    def after(one):
        # One label: the second patron does not see the first bid.
        choices = {str(two): ("SmallState", f"choice after {one}, {two}", outcomes(v, one, two)) for two in bids(v)}
        return ("PatronTwo", "bid two", choices)

    return ("PatronOne", "bid one", {str(one): after(one) for one in bids(v)})


def pure_paths(v):
    """The paths of the pure subgame-perfect equilibria: every deviation is met by the best choice of the small state that hurts it
    most, since the choices after different bids have nothing to do with one another."""

    def best(one, two):
        worth = outcomes(v, one, two)
        most = max(w["SmallState"] for w in worth.values())
        return {choice: w for choice, w in worth.items() if w["SmallState"] == most}

    table = {(one, two): best(one, two) for one in bids(v) for two in bids(v)}
    least = {
        (player, pair): min(w[player] for w in best.values()) for pair, best in table.items() for player in PLAYERS[:2]
    }
    return {
        (str(one), str(two), choice)
        for (one, two), best in table.items()
        for choice, worth in best.items()
        if all(least["PatronOne", (other, two)] <= worth["PatronOne"] for other in bids(v) if other != one)
        and all(least["PatronTwo", (one, other)] <= worth["PatronTwo"] for other in bids(v) if other != two)
    }


@pytest.fixture(scope="module")
def model():
    return hg.load("patron-auction")


@pytest.fixture
def played(model, paths):
    """The paths of the subgame-perfect equilibria at a point."""

    def found(case=None, /, **values):
        return {tuple(path.split(", ")) for path, _, _ in paths(hg.solve(model.at(case, **values)))}

    return found


def hedges(one, two):
    """Hedge after every pair of bids up to two highest ones."""
    return {(str(b1), str(b2), "Hedge") for b1 in range(one + 1) for b2 in range(two + 1)}


def accepted(*pairs, choice="AcceptOne"):
    return {(str(b1), str(b2), choice) for b1, b2 in pairs}


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="Hedge")
    assert set(model.cases) == {"nepal", "korea"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, OPEN, fixed={"bid_max": F(14), "step": F(2)})


# Baseline: hedging needs b1 <= 8 and b2 <= 7; the lowest bids that win are 9 > 6 and 8 > 5: 9*8 paths. The first patron wins at a price
# of d2 = 9 (the rival beats 9, strictly, by a bid of 9) up to d1 = 12, if losing means the rival: b2 + 1 is the price, in a tie,
# or one below it, with the tie resolved against a lower bid. At price 9 and b2 = 7 the lower bid 8 ties with autonomy as well.
WAR = accepted((9, 7), (9, 8), (10, 8), (10, 9), (11, 9), (11, 10), (12, 10), (12, 11))


def test_baseline(model, played):
    found = hg.solve(model.at())
    assert found.concept == "subgame-perfect"
    assert found.complete.startswith("some")
    assert played() == hedges(8, 7) | WAR


# Prizes alone: no bid that wins is worth it, 8 > 6 and 7 > 5. (Mixed equilibria as well: a bid that wins with positive probability costs more
# than its prize, and 0 never wins.)
def test_without_fear_hedging_stands(played):
    assert played(loss_one=0, loss_two=0) == hedges(8, 7)


# prize_one 10 > 9: hedging is over. The price is 9 or more, since up to 8 the rival outbids (5 - 8 > -4). At 9 the next lower bid, 8,
# ties with autonomy and loses: any b2 up to 7, or 8, a tie. From 10 to 14 two rival bids each, as above; d1 = 16 is never reached.
def test_a_prize_worth_more_than_autonomy(played):
    wars = [(price, price - k) for price in range(10, 15) for k in (1, 2)]
    assert played(prize_one=10) == accepted(*((9, b2) for b2 in range(9)), *wars)


# affinity 9: the small state never hedges. The rival wins: it beats any bid with at most 6 < d2 = 9. Its price b2 keeps the first patron out
# if the bid that beats b2 + 9 is at least d1 = 12: b2 >= 2. It is the lowest that wins against b2 + 8 or b2 + 9; at 6, against 14.
def test_a_small_state_that_prefers_the_rival(played):
    pairs = [(b2 + k, b2) for b2 in range(2, 6) for k in (8, 9)]
    assert played(affinity=9) == accepted(*pairs, (14, 6), choice="AcceptTwo")


# Without the rival's stakes (autonomy 4) the first patron gets the small state for 4, a tie, or 5, and only bids of a rival that has nothing
# to lose by bidding (up to the price d1 = 12) make it pay more; with them the price is at least 9.
def test_inviting_a_rival_raises_the_price(played):
    alone = {int(one) for one, _, choice in played(autonomy=4, prize_two=0, loss_two=0) if choice == "AcceptOne"}
    rivals = {int(one) for one, _, choice in played(autonomy=4) if choice == "AcceptOne"}
    assert (min(alone), max(alone)) == (4, 12)
    assert (min(rivals), max(rivals)) == (9, 12)


# Nepal: d1 = 14.53, so prices up to 14. Korea: equal patrons, no affinity: hedging up to 8 and 8; who wins pays 11 or 12: up to 10 the
# loser outbids (6 - 11 > -6).
def test_cases(played):
    assert played("nepal") == hedges(8, 7) | WAR | accepted((13, 11), (13, 12), (14, 12), (14, 13))
    one = [(11, 10), (11, 11), (12, 11), (12, 12)]
    two = accepted(*((b1, b2) for b2, b1 in one), choice="AcceptTwo")
    assert played("korea") == hedges(8, 8) | accepted(*one) | two


# The finest statement on when hedging can stand, at random points: neither prize exceeds the lowest bid that beats autonomy.
def test_the_condition(model, random_points):
    some = hg.condition(model, "some", fixed={"step": "2"})
    for point in random_points(OPEN, 11, 200):
        grid = bids({"step": 2, "bid_max": 14})
        beats_one = [b for b in grid if b > point["autonomy"]]
        beats_two = [b for b in grid if b + point["affinity"] > point["autonomy"]]
        stands = (
            point["affinity"] <= point["autonomy"]
            and all(point["prize_one"] <= b for b in beats_one[:1])
            and all(point["prize_two"] <= b for b in beats_two[:1])
        )
        assert some.contains(point) == stands, point


# The same as a proof: of the even bids b is the first to beat autonomy where b - 2 <= autonomy < b.
def test_the_condition_is_proved_to_be_the_one_derived_by_hand(model, same_region):
    def stands(prize, worth):
        return " and ".join(f"({worth} < {b - 2} or {worth} >= {b} or {prize} <= {b})" for b in range(2, 15, 2))

    by_hand = (
        f"affinity <= autonomy and {stands('prize_one', 'autonomy')} and {stands('prize_two', 'autonomy - affinity')}"
    )
    same_region(hg.condition(model, "some", fixed={"step": "2"}), by_hand)


def test_against_brute_force_over_paths(played, random_points):
    for point in random_points(OPEN, 12, 15):
        at = BASELINE | point | {"step": F(2)}
        assert played(**at) == pure_paths(at), point


def test_against_brute_force(model, agrees):
    agrees(model, tree, OPEN, seed=13, concepts=["subgame-perfect"], count=60, fixed={"bid_max": F(14), "step": F(14)})


def test_the_claims(model):
    assert [finding.verdict for finding in hg.examine(model)] == ["proved"] * 5
