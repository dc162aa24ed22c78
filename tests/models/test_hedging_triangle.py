"""hedging-triangle, against its matrix written down a second time and equilibria derived by hand.

What each choice is worth against the others' (q: probability of Engage, t: of Tolerate, h and a: of Hedge and Align):

- Ally, Press instead of Tolerate: -press_cost where the small state aligns, leverage - press_cost where it tilts or is
  coerced, leverage - press_cost - card where it hedges and is engaged.
- Partner, Engage instead of Coerce: coerce_cost - restraint - deterrence where the small state aligns; that plus
  access + wedge where it hedges; coerce_cost - restraint + 2*access where it tilts.
- SmallState: Align is worth security - coercion*(1 - q), Hedge retained*security + trade*q - sanction*(1 - t)
  - coercion*(1 - q), Tilt trade*q - sanction*(1 - t). So Hedge is worth as much as Tilt plus
  retained*security - coercion*(1 - q).
"""

import math
from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("SmallState", "Ally", "Partner")
BASELINE = {
    "security": F(5), "retained": F(3, 5), "trade": F(3), "sanction": F(2), "coercion": F(1), "alliance": F(5), "card": F(2),
    "leak": F(1), "press_cost": F(3, 2), "leverage": F(1), "access": F(2), "wedge": F(1), "coerce_cost": F(3, 2),
    "deterrence": F(1), "restraint": F(1, 2),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"retained": (F(0), F(1))}


def tree(v):
    def outcome(small, ally, partner):
        align, hedge, tilt = (int(small == action) for action in ("Align", "Hedge", "Tilt"))
        press, engage, coerce = int(ally == "Press"), int(partner == "Engage"), int(partner == "Coerce")
        return {
            "SmallState": v["security"] * (align + v["retained"] * hedge)
            + v["trade"] * (hedge + tilt) * engage
            - v["sanction"] * press * (hedge + tilt)
            - v["coercion"] * coerce * (align + hedge),
            "Ally": v["alliance"] * (align + v["retained"] * hedge)
            + v["card"] * hedge * engage * (1 - press)
            - v["leak"] * (hedge + 2 * tilt)
            - v["press_cost"] * press
            + v["leverage"] * press * (hedge + tilt),
            "Partner": v["access"] * (hedge + 2 * tilt) * engage
            + v["wedge"] * hedge * engage
            - v["coerce_cost"] * coerce
            + v["deterrence"] * coerce * (align + hedge)
            - v["restraint"] * engage,
        }

    def partner(small, ally):
        return ("Partner", "Partner", {action: outcome(small, ally, action) for action in ("Engage", "Coerce")})

    def ally(small):
        return ("Ally", "Ally", {action: partner(small, action) for action in ("Tolerate", "Press")})

    return ("SmallState", "SmallState", {action: ally(action) for action in ("Align", "Hedge", "Tilt")})


@pytest.fixture(scope="module")
def model():
    return hg.load("hedging-triangle")


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="Hedge and Tolerate")
    assert set(model.cases) == {"korea", "india", "nepal"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES)


# At the baseline pressing never pays: Ally's gains are -3/2 (Align), 1 - 3/2 = -1/2 (Tilt, or Hedge under Coerce) and -5/2
# (Hedge under Engage). So Tolerate is strictly dominant. The partner is indifferent where the small state aligns
# (3/2 - 1/2 - 1 = 0) and strictly prefers Engage otherwise (+3 at Hedge, 3/2 - 1/2 + 4 = +5 at Tilt).
# The small state gets 4 + q from Align, 2 + 4q from Hedge, 3q from Tilt: Align is best up to q = 2/3, Hedge from there on.
# If it hedges with positive probability the partner engages, q = 1, and Hedge (6) is strictly better than Align (5). If it
# surely aligns, any q up to 2/3 will do. Hence one strict equilibrium, and a segment of Align, Tolerate, q in [0, 2/3].
HEDGED = ("Hedge; Tolerate; Engage", "6, 4, 5/2", "1")
ALIGNED = ("Align; Tolerate; Coerce", "4, 5, -1/2", "0")


def test_baseline_pure(model, shown):
    assert shown(hg.solve(model.at(), concept="pure-nash")) == {HEDGED, ALIGNED}


def test_baseline_nash(model, shown):
    found = hg.solve(model.at())
    assert found.concept == "nash"
    assert found.complete == "extreme"
    assert {HEDGED, ALIGNED, ("Align; Tolerate; 2/3 Engage+1/3 Coerce", "14/3, 5, -1/2", "0")} <= shown(found)
    assert [e.strict for e in found if e.hedge == 1] == [True]
    assert not any(e.strict for e in found if e.hedge == 0)
    # Whatever else is listed lies inside the segment.
    for e in found:
        mixtures = e.profile.as_dict()
        assert mixtures["Ally"]["Tolerate"] == 1
        if mixtures["SmallState"]["Align"] == 1:
            assert mixtures["Partner"]["Engage"] <= F(2, 3)
        else:
            assert mixtures["SmallState"]["Hedge"] == mixtures["Partner"]["Engage"] == 1
    assert len(found.components) == 2


def test_baseline_segment_is_found_once_the_dominated_action_is_gone(model, shown):
    # Without Press (strictly dominated) two players are left, for whom every equilibrium can be listed.
    table = model.at().payoff_table()[:, :, 0, :]
    found = hg.solve(
        hg.matrix_game(
            table[0],
            table[2],
            players=["SmallState", "Partner"],
            actions=[["Align", "Hedge", "Tilt"], ["Engage", "Coerce"]],
        )
    )
    assert {(profile, payoffs) for profile, payoffs, _ in shown(found)} == {
        ("Hedge; Engage", "6, 5/2"),
        ("Align; Coerce", "4, -1/2"),
        ("Align; 2/3 Engage+1/3 Coerce", "14/3, -1/2"),
    }
    assert sorted(len(component) for component in found.components) == [1, 2]


# Leverage 3, card 0: Ally's gain from Press is -3/2 where the small state aligns and 3 - 3/2 = 3/2 where it hedges or tilts.
# Hedge (with or without engagement) beats Tilt by 3 - (1 - q) > 0. If the small state surely hedges, Ally presses, and
# Align (5) beats Hedge (6 - 2 = 4): no pure equilibrium hedges. If it surely aligns, Ally tolerates, and the segment q <= 2/3
# stands as before. If it hedges with probability h in (0, 1), the partner engages; the small state is indifferent between 5 and
# 6 - 2(1 - t) at t = 1/2, and Ally between its actions at -3/2*(1 - h) + 3/2*h = 0, h = 1/2. It is worth 5 to the small state,
# 1/2*5 + 1/2*(3 - 1) - 1/2*3/2 + 1/4*3 = 7/2 to Ally (by tolerating as well: 1/2*5 + 1/2*2), and 1/2*(-1/2) + 1/2*(5/2) = 1 to the
# partner.
def test_a_strong_ally_without_a_card_is_hedged_against_only_in_mixed_strategies(model, shown):
    game = model.at(leverage="3", card="0")
    assert shown(hg.solve(game, concept="pure-nash")) == {ALIGNED}
    found = hg.solve(game)
    half = ("1/2 Align+1/2 Hedge; 1/2 Tolerate+1/2 Press; Engage", "5, 7/2, 1", "1/4")
    assert {ALIGNED, ("Align; Tolerate; 2/3 Engage+1/3 Coerce", "14/3, 5, -1/2", "0"), half} <= shown(found)
    assert len(found.components) == 2
    for e in found:
        mixtures = e.profile.as_dict()
        if mixtures["SmallState"]["Align"] == 1:
            assert mixtures["Ally"]["Tolerate"] == 1
            assert mixtures["Partner"]["Engage"] <= F(2, 3)
        else:
            assert e.hedge == F(1, 4)


def test_that_mixed_equilibrium_withstands_every_deviation(judge):
    watch = judge(PLAYERS, tree(BASELINE | {"leverage": F(3), "card": F(0)}))
    half = {"Tolerate": F(1, 2), "Press": F(1, 2)}
    profile = {
        "SmallState": {"Align": F(1, 2), "Hedge": F(1, 2), "Tilt": 0},
        "Ally": half,
        "Partner": {"Engage": 1, "Coerce": 0},
    }
    assert watch.largest_gain(profile) == 0
    assert watch.largest_gain(profile | {"Ally": {"Tolerate": F(3, 5), "Press": F(2, 5)}}) > 0


# Deterrence 2: coercing an aligned small state now pays (1/2 against -1/2), a hedging one still does not (5/2 against 1/2).
# Tolerate stays strictly dominant. Pure: (Hedge, Tolerate, Engage) as before; (Align, Tolerate, Coerce), where Align (4) beats
# Hedge (2) and Tilt (0), both strict. Mixed: the small state is indifferent between 4 + q and 2 + 4q at q = 2/3, the partner at
# -a + 2(1 - a) = 0, a = 2/3; Tilt is worth 2 there, against 14/3.
def test_a_partner_that_likes_to_coerce(model, shown):
    game = model.at(deterrence="2")
    assert shown(hg.solve(game, concept="pure-nash")) == {HEDGED, ("Align; Tolerate; Coerce", "4, 5, 1/2", "0")}
    assert all(e.strict for e in hg.solve(game, concept="pure-nash"))
    table = game.payoff_table()[:, :, 0, :]
    found = hg.solve(
        hg.matrix_game(
            table[0],
            table[2],
            players=["SmallState", "Partner"],
            actions=[["Align", "Hedge", "Tilt"], ["Engage", "Coerce"]],
        )
    )
    assert {(profile, payoffs) for profile, payoffs, _ in shown(found)} == {
        ("Hedge; Engage", "6, 5/2"),
        ("Align; Coerce", "4, 1/2"),
        ("2/3 Align+1/3 Hedge; 2/3 Engage+1/3 Coerce", "14/3, 1/2"),
    }
    assert found.complete == "all"


# Leverage 7/2 = press_cost + card is a tie: Ally is indifferent where the small state hedges and is engaged, so that
# (Hedge, Tolerate, Engage) is an equilibrium still, but not a strict one; (Hedge, Press, Engage) is none (4 against 5).
# Just above the tie Ally would press.
def test_a_tie_at_the_edge_of_toleration(model, shown):
    assert shown(hg.solve(model.at(leverage="7/2"), concept="pure-nash")) == {HEDGED, ALIGNED}
    assert not any(e.strict for e in hg.solve(model.at(leverage="7/2"), concept="pure-nash"))
    assert shown(hg.solve(model.at(leverage="3501/1000"), concept="pure-nash")) == {ALIGNED}


# Korea (trade 2, security 4): Hedge against Engage is worth 12/5 + 2 = 22/5 > 4, so hedging stands; so does Align against
# Coerce: 4 - 1 = 3 > 12/5 - 1.
# Nepal (no card, press_cost 0.935 < leverage 1): India presses whoever hedges, and 3 + 3 - 8.53 < 5.
def test_cases(model, shown):
    korea = shown(hg.solve(model.at("korea"), concept="pure-nash"))
    assert korea == {("Hedge; Tolerate; Engage", "22/5, 4, 5/2", "1"), ("Align; Tolerate; Coerce", "3, 5, -1/2", "0")}
    assert shown(hg.solve(model.at("nepal"), concept="pure-nash")) == {ALIGNED}


def test_against_brute_force(model, agrees):
    agrees(model, tree, RANGES, seed=1, concepts=["pure-nash"])


def test_against_brute_force_mixed(model, agrees, thorough):
    agrees(model, tree, RANGES, seed=12, concepts=["nash"], count=200 if thorough else 50)


# Nobody sees anybody's choice: every concept for trees comes to Nash.
@pytest.mark.parametrize("concept", ["subgame-perfect", "sequential", "weak-pbe"])
def test_concepts_for_trees_come_to_nash(model, shown, concept):
    assert shown(hg.solve(model.at(), concept)) == shown(hg.solve(model.at()))


# (Hedge, Tolerate, Engage): 6 is the most the small state can get, so no group with it gains; Ally and the partner lose by Press or
# Coerce. At (Align, Tolerate, Coerce) the small state and the partner gain by Hedge and Engage (6 > 4, 5/2 > -1/2), and neither
# of them would leave that again. On the rest of the segment likewise.
@pytest.mark.parametrize("concept", ["strong-nash", "coalition-proof"])
def test_coalitions(model, shown, concept):
    assert shown(hg.solve(model.at(), concept)) == {HEDGED}


# Correlated: Tilt and Press are strictly dominated. Coerce is worse than Engage by 3 where the small state hedges and the same where it
# aligns: it is told with Align only. Told Align, the small state would gain 1 by Hedge where the partner engages and lose 2 where it coerces:
# weight(Align, Engage) <= 2*weight(Align, Coerce). Vertices: the hedging point, (Align, Coerce), and 2/3 to 1/3.
def test_correlated(model):
    found = hg.solve(model.at(), "correlated")
    assert (found.complete, len(found)) == ("extreme", 3)
    assert found.ranges == {"SmallState": (4, 6), "Ally": (4, 5), "Partner": (F(-1, 2), F(5, 2)), "hedge": (0, 1)}


# Tilt: Align is worth 5 and 4, Tilt 3 and 0 (engaged, coerced), both less sanctions. Press costs 3/2 and brings 1 at most. Then no more
# goes: Hedge is best against Engage, Align against Coerce, Engage against Hedge, and Coerce ties against Align.
def test_elimination(model):
    found = hg.eliminate(model.at())
    assert [(r.round, r.plan, r.dominated_by) for r in found.removals] == [
        (1, "Tilt", {"Align": 1}),
        (1, "Press", {"Tolerate": 1}),
    ]
    assert found.surviving["SmallState"] == ("Align", "Hedge")


# Coerce is never better than Engage and worse against Hedge: only the hedging point is in undominated strategies.
def test_undominated(model, shown):
    assert shown(hg.refine(hg.solve(model.at()), "undominated").kept) == {HEDGED}


# Gains by Hedge over Align and Tilt over Align, by Press, by Coerce, written out; log-odds are the precision times them.
@pytest.mark.parametrize("precision", ["1/2", "1", "2"])
def test_quantal_response(model, precision):
    x = float(F(precision))
    (response,) = hg.solve(model.at(), "qre", precision=precision)
    small, ally, partner = ({a: float(p) for a, p in m.items()} for m in response.profile.as_dict().values())
    align, hedge, tilt = small.values()
    press, coerce = ally["Press"], partner["Coerce"]
    gains = [
        (hedge / align, -2 + 3 * (1 - coerce) - 2 * press),
        (tilt / align, -5 + 3 * (1 - coerce) - 2 * press + coerce),
        (press / (1 - press), -1.5 + (hedge + tilt) - 2 * hedge * (1 - coerce)),
        (coerce / (1 - coerce), -1.5 + (align + hedge) - 2 * (hedge + 2 * tilt) - hedge + 0.5),
    ]
    for odds, gain in gains:
        assert math.log(odds) == pytest.approx(x * gain, abs=1e-8)
