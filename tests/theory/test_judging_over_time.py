"""The judge of play over time is shown wrong candidates: what the best deviation within one period gains is worked out by hand."""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.games.profile import MixedProfile
from hedging_games.theory.judging_markov import judged


def moved(game, profiles):
    """Profiles of a game of the same form as profiles of this one."""
    return [MixedProfile(stage.form, p.probabilities) for stage, p in zip(game.stages, profiles, strict=True)]


# At the baseline hedging is right. Align for ever is worth 1 - 2 + 9 = 8 (aligned_benefit for ever after, less planned_cost now). Hedging for
# one period and aligning in the next: 2 now; with probability 1/10 forced, worth 1 - 10 + 9 = 0; else 8. So 2 + 9/10*9/10*8 = 212/25,
# a gain of 12/25.
def test_aligning_where_hedging_is_right():
    model = hg.load("forced-choice")
    game = model.at()
    (aligned,) = hg.solve(model.at(hazard=1))
    wrong = judged(game, moved(game, aligned.profiles))
    assert wrong.payoffs["SmallState"] == 8
    assert wrong.certificate.exact
    assert wrong.certificate.largest_gain == F(12, 25)
    (right,) = hg.solve(game)
    assert judged(game, right.profiles).certificate.largest_gain == 0


# In the war of attrition (prizes 4 and 3, cost 1) Ally quits with 1/4, and Partner should with 1/5. If it quits with 1/4 too, staying is worth
# 1/4*4 + 3/4*(-1 + 9/10*V) = 1/4 + 27/40*V to Ally and quitting nothing, so that V = 3/4*(1/4 + 27/40*V), V = (3/16)/(79/160) = 30/79. Staying for
# certain is worth 1/4 + 27/40*30/79 = 40/79: a gain of 10/79. Partner, whose rival quits with 1/4 as before, is indifferent and gains nothing.
def test_a_lottery_that_is_not_quite_right():
    game = hg.load("war-of-attrition").at()
    (mixed,) = [one for one in hg.solve(game) if not one.strict]
    probabilities = mixed.profiles[0].probabilities.copy()
    probabilities[2:] = probabilities[:2]
    wrong = judged(game, [MixedProfile(game.stages[0].form, probabilities)])
    assert wrong.payoffs == {"Ally": F(30, 79), "Partner": 0}
    assert wrong.certificate.exact
    assert wrong.certificate.largest_gain == F(10, 79)


# Restraint on the tightrope: whoever presses alone gets 3 - 1 = 2 in that period, and -3/2 in each one after. At a discount of 1/2 that is
# 2 - 3/2 = 1/2 more than nothing.
@pytest.mark.parametrize("concept", ["grim-trigger", "optimal-penal-code"])
def test_restraint_that_impatience_ends(concept):
    found = hg.solve(hg.load("tightrope").at(discount=F(1, 2)), concept)
    assert not [one for one in found if one.hedge == 1]
    text = str(found)
    restraint = text[text.index("Ally: Leave; Partner: Leave") :].split("\n", 3)
    assert f"{concept}: not sustained" in restraint[2]
    assert "4/7" in restraint[2]
