"""Regions equal to conditions derived by hand: each implies the other, by proof. Nothing here is sampled.

Every derivation stands above its condition. ``V`` are payoffs as the model files give them; ties may be settled either way, so
weak inequalities are what "in some equilibrium" asks.
"""

import pytest

import hedging_games as hg
from hedging_games.algebra.expression_parser import parse_condition
from hedging_games.analysis.conditions.question import condition

HELD = {
    "tolerated-example": {"join_value": 2, "tolerance_cost": "1/2", "punishment_cost": 3, "welcome": 1, "abuse": 1},
    "latent-threat": {"gain": 1, "harm": 1, "partner_gain": 1, "aggression_cost": 1, "early_gain": 1},
}

BY_HAND = {
    # After Tolerate the partner restrains where engagement_gain - restraint_cost is at least retained_share*engagement_gain.
    # Then the ally tolerates where card + example - alignment_loss >= -punishment_cost, and the small state engages where
    # restraint_benefit >= alignment_reward - trade_loss. If the partner supports its client instead, the ally gets
    # example - alignment_loss and the small state 0.
    ("engagement-card", "subgame-perfect", "some"): """
        (engagement_gain - restraint_cost >= retained_share*engagement_gain
         and card + example - alignment_loss >= -punishment_cost
         and restraint_benefit >= alignment_reward - trade_loss)
        or (engagement_gain - restraint_cost <= retained_share*engagement_gain
            and example - alignment_loss >= -punishment_cost and 0 >= alignment_reward - trade_loss)""",
    # Incumbent after Accommodate is best, as tilt_cost >= 0. After Assert the voter goes left where
    # resentment*dependence >= tilt_cost, which costs the partner hostility. Accommodating yields 0.
    ("dependence-backlash", "subgame-perfect", "some"): """
        (resentment*dependence >= tilt_cost and exploitation*dependence - hostility <= 0)
        or (resentment*dependence <= tilt_cost and exploitation*dependence <= 0)""",
    # Without the event either the partner asserts or the voter goes left all the same. Asserting, answered by Incumbent, is an
    # equilibrium where resentment*dependence <= tilt_cost; answered by Left where exploitation*dependence >= hostility, or where
    # tilt_cost = 0, since Left may then follow Accommodate too and costs hostility there as well. With tilt_cost > 0 that is all.
    ("dependence-backlash", "subgame-perfect", "every"): """
        tilt_cost > 0 and resentment*dependence > tilt_cost and exploitation*dependence < hostility""",
    # A receptive partner is engaged, as prestige >= 0; an unreceptive one where private_gain - penalty - small_cost >= 0, which
    # costs the ally (1 - p)*failure. The ally compares with Direct and with 0.
    ("delegated-engagement", "subgame-perfect", "some"): """
        p > 0 and ((private_gain - penalty - small_cost >= 0
                    and p*success - cohesion - (1 - p)*failure >= effectiveness*p*success - (1 - p)*failure
                    and p*success - cohesion - (1 - p)*failure >= 0)
                   or (private_gain - penalty - small_cost <= 0
                       and p*success - cohesion >= effectiveness*p*success - (1 - p)*failure
                       and p*success - cohesion >= 0))""",
    # In the second period the ally always presses: complied with, that yields discount*partner_value >= 0, more than
    # -discount*drop_cost, and defied it costs press_cost < drop_cost. The small state pays the smaller of damage (of its part
    # that is not mitigated, after Invest) and sanction, whichever way a tie goes. So it invests where the fall in that
    # cost is worth investment - subsidy; the ally is patient where Invest yields no less than pressing at once does.
    ("gradual-decoupling", "subgame-perfect", "some"): """
        ((damage <= sanction and subsidy - investment + discount*mitigation*damage >= 0)
         or ((1 - mitigation)*damage <= sanction and sanction <= damage
             and subsidy - investment - discount*(1 - mitigation)*damage + discount*sanction >= 0)
         or ((1 - mitigation)*damage >= sanction and subsidy - investment >= 0))
        and (((1 - mitigation)*damage <= sanction and damage <= sanction
              and discount*partner_value - subsidy >= (1 + discount)*partner_value*(1 - capacity_loss))
             or ((1 - mitigation)*damage <= sanction and damage >= sanction
                 and discount*partner_value - subsidy >= -press_cost)
             or ((1 - mitigation)*damage >= sanction and damage <= sanction
                 and -discount*press_cost - subsidy >= (1 + discount)*partner_value*(1 - capacity_loss))
             or ((1 - mitigation)*damage >= sanction and damage >= sanction
                 and -discount*press_cost - subsidy >= -press_cost))""",
    # (Hedge, Tolerate, Engage): hedging yields security*retained + trade against security and trade; tolerating loses leverage -
    # press_cost and keeps the card; engaging yields access + wedge - restraint against deterrence - coerce_cost. (Hedge, Tolerate,
    # Coerce): security*retained - coercion against security - coercion and 0; the card is worth nothing.
    ("hedging-triangle", "pure-nash", "some"): """
        (security*retained + trade >= security and card >= leverage - press_cost
         and access + wedge - restraint >= deterrence - coerce_cost)
        or (security*retained >= security and security*retained >= coercion and 0 >= leverage - press_cost
            and access + wedge - restraint <= deterrence - coerce_cost)""",
    # Resisting together yields 0, accepting alone -demand < 0; and accepting by all is an equilibrium beside it, for a single
    # ally that resists gets -retaliation < -demand.
    ("allied-resistance", "pure-nash", "some"): "demand > 0",
    ("allied-resistance", "pure-nash", "every"): "demand < 0",
    # Where the prior favours toleration all may pick and be tolerated, whatever is thought of a contribution. Else a message that
    # both send alike is not tolerated for sure, and with p > 0 a reliable state can be told apart only by a contribution that it is
    # ready to pay: autonomy >= cost_reliable. That is enough. If autonomy <= cost_wavering the types separate; if not, the
    # wavering imitate until the ally is indifferent (or, with trust_gain = 0, the ally is indifferent anyway), and it
    # tolerates with probability cost_wavering/autonomy > 0.
    ("cherry-picking", "sequential", "some"): """
        p*trust_gain >= (1 - p)*betrayal or (p > 0 and autonomy >= cost_reliable)""",
    # If the prior favours toleration strictly, some message sent is believed at least as favourably and tolerated. If not,
    # nobody contributes and nobody is tolerated, a contribution being taken to say nothing.
    ("cherry-picking", "sequential", "every"): "p*trust_gain > (1 - p)*betrayal",
    # With the other parameters held, D = x - y being by how much likelier onlookers join after Tolerate: a demanding ally tolerates where
    # onlookers*exploitation*D >= forbearance, a tolerant one where 2*onlookers*D >= -5/2. Demanding allies that tolerate need
    # p < 1 and, as D <= 1, onlookers*exploitation >= forbearance; and if forbearance > 0 somebody must join after
    # Tolerate, so p > 0. That is enough: with p >= 1/2 all tolerate, x = 1 and y = 0; with p < 1/2 the demanding mix to make
    # onlookers indifferent. If forbearance = 0 all tolerate with x = y = 0 where p < 1/2.
    ("tolerated-example", "sequential", "some"): """
        p < 1 and (forbearance == 0 or (p > 0 and onlookers*exploitation >= forbearance))""",
    # An equilibrium in which no demanding ally tolerates: either the tolerant do, so that D = 1, which the demanding bear only where
    # onlookers*exploitation <= forbearance or p = 0 or p = 1; or all punish, which the tolerant bear where D <= -5/(4*onlookers): y > 0
    # needs p >= 1/2, and then y = 1, x = 0 will do for onlookers >= 5/4 (demanding allies get more by punishing).
    ("tolerated-example", "sequential", "every"): """
        0 < p < 1 and onlookers*exploitation > forbearance and (p < 1/2 or onlookers < 5/4)""",
    # With the other parameters held at 1: suppose nobody hedges on the path. Then a benign partner gets 0 by moderation and -1 by
    # aggression, a revisionist one 0 and at least 1: it is aggressive. If p < 1, moderation shows a benign partner, and the small state
    # hedges. If p = 1 every partner is revisionist and nobody hedges.
    ("latent-threat", "sequential", "every"): "p < 1",
    ("latent-threat", "sequential", "some"): "p < 1",
}


@pytest.mark.parametrize("question", BY_HAND, ids=" ".join)
def test_the_region_is_the_condition_derived_by_hand(question):
    name, concept, among = question
    region = condition(hg.load(name), among, concept, fixed=HELD.get(name))
    by_hand = region.where(parse_condition(" ".join(BY_HAND[question].split())))
    for one, other in ((region, by_hand), (by_hand, region)):
        found = one.implies(other)
        assert found.status == "proved", (found.status, found.counterexample)
        assert found.proof.check()
        assert not found.proof.trusted_parties()


# A wrong condition is refuted with a point, at which the two differ.
def test_a_condition_that_is_too_wide_is_refuted():
    region = condition(hg.load("engagement-card"), "some")
    wide = region.where(parse_condition("card >= 0"))
    assert region.implies(wide)
    found = wide.implies(region)
    assert found.status == "refuted"
    assert wide.contains(found.counterexample)
    assert not region.contains(found.counterexample)


# "every" implies "some" for every model and concept; and a pure equilibrium is a sequential one here.
def test_every_implies_some_and_concepts_compare():
    model = hg.load("cherry-picking")
    some, every = condition(model, "some"), condition(model, "every")
    pure = condition(model, "some", "pure-nash")
    assert every.implies(some)
    assert some.implies(every).status == "refuted"
    # At p = 0 the pure equilibria of Nash include ones in which a type that does not exist plays what does not pay.
    assert pure.intersect(pure.where(parse_condition("0 < p < 1"))).implies(some)
    both = some.intersect(every)
    assert both.implies(every)
    assert every.implies(both)
