"""Regions equal to conditions derived by hand: each implies the other, by proof. Nothing here is sampled.

Every derivation stands above its condition. ``V`` are payoffs as the model files give them; ties may be settled either way, so
weak inequalities are what "in some equilibrium" asks.
"""

import pytest

import hedging_games as hg
from hedging_games.algebra.expressions.parser import parse_condition
from hedging_games.analysis.conditions.question import condition

HELD = {
    "tolerated-example": {"join_value": 2, "tolerance_cost": "1/2", "punishment_cost": 3, "welcome": 1, "abuse": 1},
    "latent-threat": {"gain": 1, "harm": 1, "partner_gain": 1, "aggression_cost": 1, "early_gain": 1},
    "restraining-pyongyang, both needed": {
        "support": 2,
        "provocation_cost": "3/2",
        "restraint_cost": 2,
        "offer_cost": 1,
    },
    "restraining-pyongyang, one enough": {
        "support": 2,
        "provocation_cost": "5/2",
        "restraint_cost": 2,
        "offer_cost": 1,
    },
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
    # Where the small state is indifferent between Invest and Idle it may mix, and invest rarely: then the ally is patient too
    # if Idle alone yields more than pressing at once. With damage < sanction it never does (all is complied with, for one period
    # less); with damage > sanction both are defied, the later cheaper by 1 - discount; at damage = sanction the best of the one
    # (complied with later) and the worst of the other (defied at once) go together, the two answers being decisions apart.
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
                 and -discount*press_cost - subsidy >= -press_cost))
        or (damage == sanction and subsidy - investment + discount*mitigation*damage == 0
            and discount*partner_value*(1 - capacity_loss) > -press_cost)
        or (damage > sanction and (1 - mitigation)*damage <= sanction and -discount*press_cost > -press_cost
            and subsidy - investment - discount*(1 - mitigation)*damage + discount*sanction == 0)
        or (damage > sanction and (1 - mitigation)*damage >= sanction and -discount*press_cost > -press_cost
            and subsidy == investment)""",
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
    # On the grid x = 0, 1/4, 1/2, 3/4, 1 of diversification. What can follow x? Blockade may be best where harm_partner*(1 - x) <= face,
    # BackDown where >=. The small state may concede, and be demanded from (demand_gain >= 0), where Blockade may be best and
    # concession <= harm_small*(1 - x), or where concession = 0. It may be left alone, which is worth 0 to it, where defiance may be best, for
    # that yields the partner at most 0, or where demand_gain = 0: so where concession >= harm_small*(1 - x), harm_partner*(1 - x) >= face
    # or demand_gain = 0. It may be blockaded only where concession >= harm_small*(1 - x) and harm_partner*(1 - x) = 0: then it may be left
    # alone too. So nothing that follows is worth less to it than -concession.
    # No concession: if it can be left alone at x = 0, it is. If not, demand_gain > 0, concession < harm_small and harm_partner < face, so
    # it can be left alone at x only where concession >= harm_small*(1 - x). Going there costs effort*x^2/2, which must not exceed the
    # concession expected at 0; and at the least such x that is enough, as a concession can be expected at every smaller one.
    ("blockade-threat, on a grid", "subgame-perfect", "some"): """
        demand_gain == 0 or harm_partner >= face or concession >= harm_small
        or (4*concession >= 3*harm_small and 32*concession >= effort)
        or (2*concession >= harm_small and 8*concession >= effort)
        or (4*concession >= harm_small and 32*concession >= 9*effort)
        or 2*concession >= effort""",
    # When can it concede for sure? At x = 0 if anywhere: a concession at x > 0 is worth no less than x = 0, where no less than -concession
    # follows, only if effort = 0 and a concession can be expected at 0. If concession = 0 it can. If not, concession must be
    # possible at 0 (harm_partner <= face and concession <= harm_small), and each y > 0 must be worth no more with the worst that can
    # follow: -concession where concession <= harm_small*(1 - y); elsewhere -harm_small*(1 - y) if the partner loses nothing by a
    # blockade, which it may then demand and carry out, and 0 if it does. Without concession for sure:
    ("blockade-threat, on a grid", "subgame-perfect", "every"): """
        concession > 0 and (harm_partner > face or concession > harm_small
        or (harm_partner > 0 and ((4*concession > 3*harm_small and 32*concession > effort)
                                  or (2*concession > harm_small and 8*concession > effort)
                                  or (4*concession > harm_small and 32*concession > 9*effort)))
        or concession > effort/32 + 3*harm_small/4 or concession > effort/8 + harm_small/2
        or concession > 9*effort/32 + harm_small/4 or concession > effort/2)""",
    # Of restraining-pyongyang support and provocation_cost are held, and the units of the patrons' and of Seoul's payoffs: restraint_cost = 2,
    # offer_cost = 1 (so the ties at which either is 0 are not asked about here). Equilibria in mixtures count, those of the patrons'
    # simultaneous stage too. Let W be the worth of quiet to a patron (stability, and engagement after Offer) and r the probability
    # that the other patron restrains. Seoul gets peace times the probability of quiet, less 1 after Offer.
    # Both needed: one supporter suffices for a provocation (2 > 3/2), none does not (0 < 3/2). Restraining is worth W*r - 2, supporting 0.
    # Both support in one equilibrium, whatever W. Quiet with positive probability takes W*r >= 2 of both: both restrain where W >= 2,
    # with quiet for sure. (Both mix with r = 2/W where W > 2: less quiet.) So an offer does best with both restraining, against
    # both supporting without one: peace - 1 >= 0.
    ("restraining-pyongyang, both needed", "subgame-perfect", "some"): """
        stability + engagement >= 2 and peace >= 1""",
    # Both may support after Offer as after Withhold, and Seoul then loses 1 by the offer. Never.
    ("restraining-pyongyang, both needed", "subgame-perfect", "every"): "peace < 0",
    # One enough: it takes two supporters (4 > 5/2 > 2). Restraining is worth W - 2, supporting W*(probability that the other restrains).
    # Where W < 2 both support: no quiet. Where W = 2 both support, or one does and the other restrains with any probability: so does
    # quiet have any. Where W > 2 one restrains, the other supports, and quiet is sure; or both mix with 1 - r = 2/W, and quiet has
    # probability 1 - (2/W)^2. An offer does best with quiet for sure, which takes stability + engagement >= 2, against the least
    # quiet without one: 0 where stability <= 2, else 1 - (2/stability)^2.
    ("restraining-pyongyang, one enough", "subgame-perfect", "some"): """
        stability + engagement >= 2
        and ((stability <= 2 and peace >= 1) or (stability >= 2 and 4*peace >= stability**2))""",
    # Seoul must offer, and gain by it, even with the least quiet after Offer and the most after Withhold. The most is 1 where stability >= 2:
    # no gain. So stability < 2, no quiet without an offer, and stability + engagement > 2, as the least is 0 otherwise.
    ("restraining-pyongyang, one enough", "subgame-perfect", "every"): """
        stability < 2 and stability + engagement > 2
        and peace*((stability + engagement)**2 - 4) > (stability + engagement)**2""",
}


@pytest.mark.parametrize("question", BY_HAND, ids=" ".join)
def test_the_region_is_the_condition_derived_by_hand(question):
    name, concept, among = question
    model = hg.load(name.split(",")[0])
    region = condition(model.on_grid(5) if model.is_continuous else model, among, concept, fixed=HELD.get(name))
    assert region.complete is True  # no equilibrium is left out, in mixtures or not
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
