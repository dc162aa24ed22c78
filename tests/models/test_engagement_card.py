"""engagement-card, against its tree written down a second time and equilibria derived by hand.

Backward: the partner restrains where engagement_gain - restraint_cost >= retained_share*engagement_gain. Ally tolerates where
what it then gets, (card if restrained) + example - alignment_loss, is at least -punishment_cost. The small state engages where
what it then gets, restraint_benefit, 0 or -sanction, is at least alignment_reward - trade_loss.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("SmallState", "Ally", "Partner")
BASELINE = {
    "alignment_reward": F(3), "trade_loss": F(2), "restraint_benefit": F(2), "card": F(4), "example": F(0), "alignment_loss": F(5),
    "punishment_cost": F(2), "engagement_gain": F(4), "restraint_cost": F(1), "retained_share": F(1, 2), "sanction": F(4),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"retained_share": (F(0), F(1))}


def tree(v):
    def outcome(small, ally, partner):
        return {"SmallState": small, "Ally": ally, "Partner": partner}

    restrain = outcome(
        v["restraint_benefit"],
        v["card"] + v["example"] - v["alignment_loss"],
        v["engagement_gain"] - v["restraint_cost"],
    )
    support = outcome(0, v["example"] - v["alignment_loss"], v["retained_share"] * v["engagement_gain"])
    tolerate = ("Partner", "Client", {"Restrain": restrain, "Support": support})
    punish = outcome(-v["sanction"], -v["punishment_cost"], 0)
    engage = ("Ally", "Reply", {"Tolerate": tolerate, "Punish": punish})
    return (
        "SmallState",
        "Choice",
        {"Align": outcome(v["alignment_reward"] - v["trade_loss"], 0, 0), "Engage": engage},
    )


def assumed(v):
    return v["retained_share"] < 1


@pytest.fixture(scope="module")
def model():
    return hg.load("engagement-card")


def test_what_the_file_declares(model, declares):
    declares(
        model,
        players=PLAYERS,
        baseline=BASELINE,
        ranges=RANGES,
        open_above=["retained_share"],
        hedge="Engage and Tolerate",
    )
    assert set(model.cases) == {"korea", "india"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES)


ENGAGED = ("Engage; Tolerate; Restrain", "2, -1, 3", "1")
ALIGNED = {
    f"{reply} {client}": (f"Align; {reply}; {client}", "1, 0, 0", "0")
    for reply in ("Tolerate", "Punish")
    for client in ("Restrain", "Support")
}


# Baseline: the partner restrains (4 - 1 = 3 > 2), Ally tolerates (4 - 5 = -1 > -2), the small state engages (2 > 1).
# Nash: whoever aligns must not gain by engaging: 2 if tolerated and restrained (gains), 0 if supported, -4 if punished. Nobody
# else is reached. Whoever engages must be tolerated (-4 < 1), so the partner is reached and restrains, and Ally tolerates.
def test_baseline(model, shown):
    found = hg.solve(model.at())
    assert found.concept == "subgame-perfect"
    assert found.complete == "all"
    assert shown(found) == {ENGAGED}
    assert all(e.strict for e in found)
    assert shown(hg.solve(model.at(), concept="pure-nash")) == {
        ENGAGED,
        ALIGNED["Tolerate Support"],
        ALIGNED["Punish Restrain"],
        ALIGNED["Punish Support"],
    }


# All Nash equilibria at the baseline: if Engage has positive probability, a reached partner restrains; if Ally tolerated with
# probability 0, engaging would be worth -4 < 1, so the partner is reached, Ally surely tolerates (-1 > -2) and the small state surely
# engages (2 > 1). If Align is certain, Ally tolerates with some probability t and the partner restrains with some r, and
# engaging must not pay: 2*r*t - 4*(1 - t) <= 1. The corners of that set are t = 0 with r = 0 or 1, and t = 1 with r = 0 or 1/2, and
# r = 1 with t = 5/6.
def test_baseline_nash(model, shown):
    found = hg.solve(model.at(), concept="nash")
    assert len(found.components) == 2
    assert shown(hg.solve(model.at(), concept="pure-nash")) <= shown(found)
    assert {
        ("Align; Tolerate; 1/2 Restrain+1/2 Support", "1, 0, 0", "0"),
        ("Align; 5/6 Tolerate+1/6 Punish; Restrain", "1, 0, 0", "0"),
    } <= shown(found)
    for e in found:
        mixtures = e.profile.as_dict()
        if mixtures["Choice"]["Align"] == 1:
            tolerated, restrained = mixtures["Reply"]["Tolerate"], mixtures["Client"]["Restrain"]
            assert 2 * restrained * tolerated - 4 * (1 - tolerated) <= 1
        else:
            assert mixtures["Choice"]["Engage"] == mixtures["Reply"]["Tolerate"] == mixtures["Client"]["Restrain"] == 1


# Card 2: Ally would get 2 - 5 = -3 < -2, so it punishes, and the small state aligns (1 > -4). Nash: the three profiles that align
# as before; engaging needs toleration, which Ally no longer offers once the partner is reached and restrains.
def test_a_weak_card(model, shown):
    game = model.at(card="2")
    assert shown(hg.solve(game)) == {ALIGNED["Punish Restrain"]}
    assert shown(hg.solve(game, concept="pure-nash")) == set(ALIGNED.values()) - {ALIGNED["Tolerate Restrain"]}


# Card 3 is the tie: tolerating and punishing are both worth -2. If Ally tolerates with probability t, engaging is worth 2*t - 4*(1 - t),
# which is 1 at t = 5/6: above it the small state engages, below it aligns, at it either.
def test_the_tie_at_which_the_card_just_suffices(model, shown):
    game = model.at(card="3")
    engaged = ("Engage; Tolerate; Restrain", "2, -2, 3", "1")
    perfect = hg.solve(game)
    assert shown(perfect) == {
        engaged,
        ALIGNED["Punish Restrain"],
        ("Engage; 5/6 Tolerate+1/6 Punish; Restrain", "1, -2, 5/2", "5/6"),
        ("Align; 5/6 Tolerate+1/6 Punish; Restrain", "1, 0, 0", "0"),
    }
    assert (perfect.complete, len(perfect.subsets)) == ("extreme", 3)
    assert not any(e.strict for e in hg.solve(game) if e.hedge == 1)
    assert shown(hg.solve(game, concept="pure-nash")) == {engaged} | set(ALIGNED.values()) - {
        ALIGNED["Tolerate Restrain"]
    }


# retained_share 3/4: the partner gets 3 from either. If it restrains, all is as at the baseline. If it supports, Ally would get
# -5 < -2 and punishes, and the small state aligns. (Engage, Tolerate, Support) fails for Ally. If it restrains with probability r, Ally gets
# -r - 5*(1 - r) by tolerating: -2 at r = 3/4. Above it Ally tolerates and engaging is worth 2*r > 1. At it, if Ally tolerates with probability
# t, engaging is worth 3/2*t - 4*(1 - t), which is 1 at t = 10/11. Below it Ally punishes.
def test_the_tie_at_which_the_wedge_is_lost(model, shown):
    game = model.at(retained_share="3/4")
    tied = "3/4 Restrain+1/4 Support"
    assert shown(hg.solve(game)) == {
        ENGAGED,
        ALIGNED["Punish Support"],
        (f"Engage; Tolerate; {tied}", "3/2, -2, 3", "1"),
        (f"Engage; 10/11 Tolerate+1/11 Punish; {tied}", "1, -2, 30/11", "10/11"),
        (f"Align; 10/11 Tolerate+1/11 Punish; {tied}", "1, 0, 0", "0"),
        (f"Align; Punish; {tied}", "1, 0, 0", "0"),
    }
    assert shown(hg.solve(game, concept="pure-nash")) == {ENGAGED} | set(ALIGNED.values()) - {
        ALIGNED["Tolerate Restrain"]
    }
    assert shown(hg.solve(model.at(retained_share="751/1000"))) == {ALIGNED["Punish Support"]}


# alignment_reward 5: aligning is worth 3 > 2. Off the path Ally still tolerates and the partner restrains; in Nash
# equilibrium they may do anything, since engaging is worth at most 2.
def test_a_small_state_that_gains_more_by_aligning(model, shown):
    game = model.at(alignment_reward="5")
    aligned = {(profile, "3, 0, 0", hedge) for profile, _, hedge in ALIGNED.values()}
    assert shown(hg.solve(game)) == {("Align; Tolerate; Restrain", "3, 0, 0", "0")}
    assert shown(hg.solve(game, concept="pure-nash")) == aligned


# Korea: 6 - 5 = 1 > -2, so Ally tolerates, and gets 1. India: 3 + 1 - 5 = -1 > -3, so Ally tolerates.
def test_cases(model, shown):
    assert shown(hg.solve(model.at("korea"))) == {(ENGAGED[0], "2, 1, 3", "1")}
    assert shown(hg.solve(model.at("india"))) == {ENGAGED}


def test_against_brute_force(model, agrees):
    agrees(
        model,
        tree,
        RANGES,
        seed=2,
        concepts=["subgame-perfect", "pure-nash"],
        allowed=lambda v: v["retained_share"] < 1,
    )
