"""The judge of strategies in trees with continuous choices: it certifies what is right, and objects to what is wrong."""

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import QQ
from sympy.polys.fields import field as function_field

from hedging_games.algebra.algebraic import real_roots
from hedging_games.algebra.formulas.formula import TRUE, All, Any, Atom
from hedging_games.algebra.formulas.search import Found, find
from hedging_games.algebra.inequalities.system import constraint
from hedging_games.errors import InputError
from hedging_games.games.continuous import Cases, Choose, ContinuousGame, Decide, End, Lot, Sign, Stage
from hedging_games.model.reader import read_model_text
from hedging_games.theory import judging_reactions
from hedging_games.theory.judging_reactions import judge_reactions
from hedging_games.theory.reactions import Reaction

ROOT2, ROOT3 = real_roots([-2, 0, 1])[1], real_roots([-3, 0, 1])[1]

DUOPOLY = """\
title: A leader and a follower
players: [Leader, Follower]
parameters:
  intercept: 10
  cost: {baseline: 1, range: [0, 5]}
play:
  q1: {by: Leader, actions: {from: 0, to: 10}}
  q2: {by: Follower, actions: {from: 0, to: 10}, sees: all}
payoffs:
  Leader: (intercept - q1 - q2 - cost)*q1
  Follower: (intercept - q1 - q2 - cost)*q2
"""

OFFER = """\
title: An offer
players: [A, B]
parameters:
  reserve: {baseline: 1/3, range: [0, 1]}
play:
  x: {by: A, actions: {from: 0, to: 1}}
  B: {actions: [Accept, Reject], sees: all}
payoffs:
  A: "[Accept]*(1 - x)"
  B: "[Accept]*(x - reserve)"
"""

IRRATIONAL = """\
title: A price, a sale, an irrational quality
players: [Buyer, Maker]
play:
  z: {by: Buyer, actions: {from: 0, to: 3}}
  Go: {by: Buyer, actions: [Yes, No], sees: all}
  x: {by: Maker, actions: {from: 0, to: 2}, sees: all}
payoffs:
  Buyer: "[Yes]*(x - z)"
  Maker: x - x**3/6
"""


def sign(ratio, relation):
    """An inequality about a polynomial, written as an element of the field."""
    return Atom(constraint(ratio.numer, relation))


def tree(names, build, players=("A", "B")):
    """A game written by hand; ``build`` gets the field, then its generators."""
    field, *generators = function_field(names, QQ)
    return ContinuousGame(players, build(field, *generators), field, tuple(names))


def end(field, *worth):
    return End(tuple(field(w) if isinstance(w, int) else w for w in worth), ())


def number(field, value):
    return field.ground_new(QQ(F(value).numerator, F(value).denominator))


def alone(build, low=0, high=1):
    """A choice of x by A, and nothing else; ``build`` gives what follows."""
    return tree(["x"], lambda f, x: Choose(0, "x", f(low), f(high), build(f, x)), players=("A",))


def always(node, answer):
    return Reaction(node, ((TRUE, answer),))


def gain(verdict):
    """The gain of an objection that names one."""
    assert not verdict
    assert verdict.certificate.exact
    assert verdict.certificate.largest_gain == verdict.objection.gain > 0
    return verdict.objection.gain


def certified(verdict):
    assert verdict, verdict.why
    assert verdict.certificate.exact
    assert verdict.certificate.largest_gain == 0
    assert verdict.why == ""
    return True


def undefined(verdict):
    """The words of an objection that the strategies are no strategies."""
    assert not verdict
    assert verdict.certificate is None
    assert verdict.objection is not None
    return verdict.why


# --- Stackelberg's duopoly: the follower's best reply to q1 is (9 - q1)/2, at least 0; the leader then gets q1 (9 - q1)/2 -------


@pytest.fixture(scope="module")
def duopoly():
    return read_model_text(DUOPOLY, "duopoly").tree_at()


def duopoly_says(game, leader, *cases):
    return judge_reactions(game, [always(game.root, leader), Reaction(game.root.node, cases)])


def best_replies(game):
    q1, _ = game.field.gens
    return (sign(9 - q1, ">="), (9 - q1) / 2), (TRUE, 0)


def test_the_duopoly(duopoly):
    verdict = duopoly_says(duopoly, F(9, 2), *best_replies(duopoly))
    assert certified(verdict)
    assert not verdict.told
    assert str(verdict) == "the reactions are a subgame-perfect equilibrium: no deviation gains at any node"


def test_the_first_case_that_holds_counts(duopoly):
    q1, _ = duopoly.field.gens
    (inside, reply), rest = best_replies(duopoly)
    assert certified(duopoly_says(duopoly, F(9, 2), (inside, reply), rest, (TRUE, 7)))
    # With 0 in front, the follower forgoes ((9 - q1)/2)**2.
    verdict = duopoly_says(duopoly, F(9, 2), (sign(q1 - 1, "<"), F(0)), (inside, reply), rest)
    assert gain(verdict) == ((9 - verdict.objection.after[0][1]) / 2) ** 2


def test_a_wrong_number_of_the_leader(duopoly):
    # At 9/2 the leader gets 81/8, at 4 only 10.
    verdict = duopoly_says(duopoly, 4, *best_replies(duopoly))
    assert gain(verdict) == F(1, 8)
    assert verdict.objection.player == "Leader"
    assert verdict.objection.after == ()
    assert str(verdict) == (
        "the reactions are no subgame-perfect equilibrium: Leader gains 1/8 by 9/2 instead of 4 at 'q1'"
    )


def test_a_wrong_reaction_everywhere(duopoly):
    # The follower's payoff is (reply)**2 - (q2 - reply)**2: a tenth too much costs 1/100.
    q1, _ = duopoly.field.gens
    verdict = duopoly_says(duopoly, F(9, 2), (sign(9 - q1, ">="), (9 - q1) / 2 + F(1, 10)), (TRUE, 0))
    assert gain(verdict) == F(1, 100)
    ((name, at),) = verdict.objection.after
    assert name == "q1"
    assert verdict.objection.deviation == (9 - at) / 2
    assert verdict.objection.done == (9 - at) / 2 + F(1, 10)


def test_a_mistake_far_from_the_path(duopoly):
    # Only for q1 strictly between 8 and 8.01 the follower stays away: it forgoes ((9 - q1)/2)**2, and the path is as it was.
    q1, _ = duopoly.field.gens
    narrow = All((sign(q1 - 8, ">"), sign(100 * q1 - 801, "<")))
    verdict = duopoly_says(duopoly, F(9, 2), (narrow, 0), *best_replies(duopoly))
    at = verdict.objection.after[0][1]
    assert 8 < at < F(801, 100)
    assert gain(verdict) == ((9 - at) / 2) ** 2


def test_a_mistake_at_one_number_off_the_path(duopoly):
    # At q1 = 7 alone the follower produces 2 instead of 1.
    q1, _ = duopoly.field.gens
    verdict = duopoly_says(duopoly, F(9, 2), (sign(q1 - 7, "=="), 2), *best_replies(duopoly))
    assert verdict.objection.after == (("q1", 7),)
    assert gain(verdict) == 1


def test_a_mistake_beyond_the_kink(duopoly):
    # Beyond q1 = 9 price less cost is 9 - q1 - q2 < 0: producing 1/1000 costs (q1 - 9 + 1/1000)/1000.
    verdict = duopoly_says(duopoly, F(9, 2), best_replies(duopoly)[0], (TRUE, F(1, 1000)))
    at = verdict.objection.after[0][1]
    assert gain(verdict) == (at - 9 + F(1, 1000)) / 1000
    assert verdict.objection.deviation == 0


def test_cases_that_do_not_cover(duopoly):
    assert "no case says what is done at 'q2' after q1 = " in undefined(
        duopoly_says(duopoly, F(9, 2), best_replies(duopoly)[0])
    )
    # A single number left out: 9.
    q1, _ = duopoly.field.gens
    verdict = duopoly_says(duopoly, F(9, 2), (sign(9 - q1, ">"), (9 - q1) / 2), (sign(9 - q1, "<"), 0))
    assert undefined(verdict) == "no case says what is done at 'q2' after q1 = 9"


def test_numbers_out_of_range(duopoly):
    q1, _ = duopoly.field.gens
    verdict = duopoly_says(duopoly, F(9, 2), (TRUE, (9 - q1) / 2))
    assert "the number chosen at 'q2' is out of its range" in undefined(verdict)
    assert verdict.objection.after[0][1] > 9
    assert undefined(duopoly_says(duopoly, 11, *best_replies(duopoly))) == (
        "the number chosen at 'q1' is out of its range"
    )


def test_what_is_no_strategy(duopoly):
    q1, q2 = duopoly.field.gens
    assert "depends on q2, not chosen before it" in undefined(duopoly_says(duopoly, F(9, 2), (TRUE, q2)))
    assert "depends on q2" in undefined(duopoly_says(duopoly, F(9, 2), (sign(q2 - 1, ">"), 1), (TRUE, 1)))
    assert "depends on q1" in undefined(duopoly_says(duopoly, (9 - q1) / 2, *best_replies(duopoly)))
    assert "which is no exact number" in undefined(duopoly_says(duopoly, 4.5, *best_replies(duopoly)))
    assert "divides by zero after q1 = 5" in undefined(duopoly_says(duopoly, F(9, 2), (TRUE, 1 / (q1 - 5))))


def test_reactions_to_other_nodes(duopoly):
    leader, follower = always(duopoly.root, F(9, 2)), Reaction(duopoly.root.node, best_replies(duopoly))
    assert "nothing says what is done at 'q2'" in undefined(judge_reactions(duopoly, [leader]))
    assert "two reactions" in undefined(judge_reactions(duopoly, [leader, follower, always(duopoly.root, 4)]))
    other = read_model_text(DUOPOLY, "duopoly").tree_at()
    strange = always(Choose(0, "q1", *other.field.gens, other.root.node), 1)
    assert "outside the tree" in undefined(judge_reactions(duopoly, [leader, follower, strange]))


def test_open_parameters_are_refused():
    with pytest.raises(InputError, match="left open"):
        judge_reactions(read_model_text(DUOPOLY, "duopoly").open_tree(), [])


# --- an offer: B accepts what is at least its reserve, 1/3 ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def offer():
    return read_model_text(OFFER, "offer").tree_at()


def offer_says(game, x, *cases):
    return judge_reactions(game, [always(game.root, x), Reaction(game.root.node, cases)])


def accepting(game, relation, bar=F(1, 3)):
    (x,) = game.field.gens
    return (sign(x - bar, relation), 0), (TRUE, 1)


def test_an_offer_with_a_tie(offer):
    assert certified(offer_says(offer, F(1, 3), *accepting(offer, ">=")))


def test_the_wrong_side_of_a_tie(offer):
    # B may reject what leaves it indifferent, but then A gains by offering a little more: 1 - x > 0, with no largest gain.
    verdict = offer_says(offer, F(1, 3), *accepting(offer, ">"))
    assert verdict.objection.player == "A"
    assert gain(verdict) == 1 - verdict.objection.deviation < F(2, 3)


def test_a_threat_that_is_not_credible(offer):
    # Rejecting between 1/3 and 1/2 forgoes x - 1/3.
    verdict = offer_says(offer, F(1, 2), *accepting(offer, ">=", F(1, 2)))
    objection = verdict.objection
    assert (objection.player, objection.done, objection.deviation) == ("B", "Reject", "Accept")
    assert gain(verdict) == objection.after[0][1] - F(1, 3)
    assert F(1, 3) < objection.after[0][1] < F(1, 2)


def test_accepting_too_much(offer):
    # Accepting below 1/3 loses 1/3 - x.
    verdict = offer_says(offer, 0, (TRUE, 0))
    assert gain(verdict) == F(1, 3) - verdict.objection.after[0][1]


@pytest.mark.parametrize("answer", [2, -1, True, (0,), F(1), "Accept"])
def test_what_is_no_action(offer, answer):
    assert "which is no action" in undefined(offer_says(offer, F(1, 3), (TRUE, answer)))


# --- one choice, and where deviations gain --------------------------------------------------------------------------------------


def test_a_gain_in_a_narrow_place_inside():
    # The payoff is a peak of height 1/100 at 1/3, and 0 elsewhere; at 0 and at both ends it is 0.
    def peak(f, x):
        left, right = 300 * x - 97, 103 - 300 * x
        return Cases(
            (
                ((Sign(left.numer, "<="),), end(f, 0)),
                ((Sign(left.numer, ">"), Sign((3 * x - 1).numer, "<=")), end(f, left / 300)),
                ((Sign((3 * x - 1).numer, ">"), Sign(right.numer, ">=")), end(f, right / 300)),
                ((Sign(right.numer, "<"),), end(f, 0)),
            )
        )

    game = alone(peak)
    assert certified(judge_reactions(game, [always(game.root, F(1, 3))]))
    verdict = judge_reactions(game, [always(game.root, 0)])
    assert gain(verdict) == F(1, 100)
    assert verdict.objection.deviation == F(1, 3)


def test_a_gain_at_an_end_alone():
    # 1 pays 1, everything else nothing.
    game = alone(
        lambda f, x: Cases((((Sign((x - 1).numer, "<"),), end(f, 0)), ((Sign((x - 1).numer, ">="),), end(f, 1))))
    )
    assert certified(judge_reactions(game, [always(game.root, 1)]))
    verdict = judge_reactions(game, [always(game.root, F(1, 2))])
    assert (gain(verdict), verdict.objection.deviation) == (1, 1)


def test_a_limit_that_is_not_attained():
    # Below 1/2 the payoff is x, above and at it `rest`: with 1/2 there nothing gains, though x comes near; with 0 there is no best.
    def broken(rest):
        return alone(
            lambda f, x: Cases(
                (
                    ((Sign((2 * x - 1).numer, "<"),), end(f, x)),
                    ((Sign((2 * x - 1).numer, ">="),), end(f, number(f, rest))),
                )
            )
        )

    game = broken(F(1, 2))
    assert certified(judge_reactions(game, [always(game.root, 1)]))
    game = broken(F(1, 2) - F(1, 10**6))
    assert 0 < gain(judge_reactions(game, [always(game.root, 1)])) < F(1, 10**6)
    game = broken(0)
    near = F(1, 2) - F(1, 1000)
    verdict = judge_reactions(game, [always(game.root, near)])
    assert 0 < gain(verdict) == verdict.objection.deviation - near < F(1, 1000)


def test_denominators_count_by_their_sign():
    # 1/(x - 2) falls from -1/2 at 0 to -1 at 1, its denominator being negative.
    game = alone(lambda f, x: end(f, 1 / (x - 2)))
    assert certified(judge_reactions(game, [always(game.root, 0)]))
    verdict = judge_reactions(game, [always(game.root, 1)])
    assert (gain(verdict), verdict.objection.deviation) == (F(1, 2), 0)


def test_a_payoff_that_divides_by_zero():
    game = alone(lambda f, x: end(f, 1 / (2 * x - 1)))
    assert undefined(judge_reactions(game, [always(game.root, 1)])) == ("the payoff of A divides by zero after x = 1/2")
    # Where a case keeps it away from zero there is nothing to object to.
    game = alone(
        lambda f, x: Cases(
            (
                ((Sign((2 * x - 1).numer, "<"),), end(f, 1 / (2 * x - 1))),
                ((Sign((2 * x - 1).numer, ">="),), end(f, 1)),
            )
        )
    )
    assert certified(judge_reactions(game, [always(game.root, F(1, 2))]))


def test_a_tree_whose_cases_do_not_cover():
    game = alone(lambda f, x: Cases((((Sign((2 * x - 1).numer, "<"),), end(f, x)),)))
    assert "no case of the tree holds" in undefined(judge_reactions(game, [always(game.root, 0)]))


def test_chance():
    # Success with probability x is worth 1, trying costs x**2: x - x**2 is largest at 1/2; 1/4 forgoes 1/4 - 3/16.
    game = alone(lambda f, x: Lot("luck", ("Good", "Bad"), (x, 1 - x), (end(f, 1 - x**2), end(f, -(x**2)))))
    assert certified(judge_reactions(game, [always(game.root, F(1, 2))]))
    verdict = judge_reactions(game, [always(game.root, F(1, 4))])
    assert (gain(verdict), verdict.objection.deviation) == (F(1, 16), F(1, 2))


def test_a_decision_after_chance_is_judged_though_it_is_never_reached():
    # The second outcome has probability 0, and B errs there: 1 instead of x + 2.
    def build(f, x):
        below = Decide(1, "reply", ("Up", "Down"), (end(f, x, x + 2), end(f, x, 1)))
        return Choose(0, "x", f(0), f(1), Lot("luck", ("Usual", "Never"), (f(1), f(0)), (end(f, x, 0), below)))

    game = tree(["x"], build)
    reply = game.root.node.nodes[1]
    assert certified(judge_reactions(game, [always(game.root, 1), always(reply, 0)]))
    verdict = judge_reactions(game, [always(game.root, 1), always(reply, 1)])
    (_, x), luck = verdict.objection.after
    assert luck == ("luck", "Never")
    assert gain(verdict) == x + 1


# --- moves at once after a choice: B and C both come in if x is at least 1/2 -----------------------------------------------------


@pytest.fixture(scope="module")
def stage():
    def build(f, x):
        half = number(f, F(1, 2))
        nodes = {
            (0, 0): end(f, 2 - x, x, x),
            (0, 1): end(f, -x, -1, half),
            (1, 0): end(f, -x, half, -1),
            (1, 1): end(f, -x, 0, 0),
        }
        return Choose(0, "x", f(0), f(1), Stage((1, 2), ("B", "C"), (("In", "Out"), ("In", "Out")), nodes))

    return tree(["x"], build, players=("A", "B", "C"))


def stage_says(game, x, *cases):
    return judge_reactions(game, [always(game.root, x), Reaction(game.root.node, cases)])


def test_moves_at_once(stage):
    (x,) = stage.field.gens
    enough = sign(2 * x - 1, ">=")
    assert certified(stage_says(stage, F(1, 2), (enough, (0, 0)), (TRUE, (1, 1))))
    assert certified(stage_says(stage, 0, (TRUE, (1, 1))))
    # Paying 1/2 for nothing.
    assert gain(stage_says(stage, F(1, 2), (TRUE, (1, 1)))) == F(1, 2)


def test_faults_of_moves_at_once(stage):
    (x,) = stage.field.gens
    # Below 1/2, B gains 1/2 - x by staying out where C comes in.
    verdict = stage_says(stage, 0, (TRUE, (0, 0)))
    assert verdict.objection.player == "B"
    assert gain(verdict) == F(1, 2) - verdict.objection.after[0][1]
    # Alone, C loses 1.
    verdict = stage_says(stage, F(1, 2), (sign(2 * x - 1, ">="), (0, 0)), (TRUE, (1, 0)))
    assert (verdict.objection.player, verdict.objection.deviation, gain(verdict)) == ("C", "Out", 1)
    # From 1/2 on B gains x - 1/2 by coming in beside C.
    verdict = stage_says(stage, 0, (sign(2 * x - 1, ">="), (1, 0)), (TRUE, (1, 1)))
    assert (verdict.objection.player, verdict.objection.deviation) == ("B", "In")
    assert gain(verdict) == verdict.objection.after[0][1] - F(1, 2)
    assert "which is no action" in undefined(stage_says(stage, 0, (TRUE, 1)))
    assert "at 'B' and 'C'" in undefined(stage_says(stage, 0, (enough_of(x), (0, 0))))


def enough_of(x):
    return Any((sign(2 * x - 1, ">="), sign(5 * x - 1, "<")))


# --- numbers that are put into what comes before ---------------------------------------------------------------------------------


def test_a_rational_reaction_with_a_negative_denominator():
    # B wants y (1 + x) = 1, and 1 + x is negative: y = 1/(1 + x). A gets 1 if y <= -3/4, which is x >= -7/3, and pays (x + 3)/10:
    # best is -7/3, worth 14/15. At -3, where y = -1/2, A gets 0; at -2 it gets 9/10.
    def build(f, x, y):
        price = (x + 3) / 10
        last = Cases(
            (
                ((Sign((4 * y + 3).numer, "<="),), end(f, 1 - price, -((y * (1 + x) - 1) ** 2))),
                ((Sign((4 * y + 3).numer, ">"),), end(f, -price, -((y * (1 + x) - 1) ** 2))),
            )
        )
        return Choose(0, "x", f(-3), f(-2), Choose(1, "y", f(-2), f(2), last))

    game = tree(["x", "y"], build)
    x, _ = game.field.gens
    says = [
        judge_reactions(game, [always(game.root, n), always(game.root.node, 1 / (1 + x))]) for n in (F(-7, 3), -3, -2)
    ]
    assert certified(says[0])
    assert (gain(says[1]), says[1].objection.deviation) == (F(14, 15), F(-7, 3))
    assert gain(says[2]) == F(14, 15) - F(9, 10)


def test_ranges_that_depend_on_earlier_choices():
    # y goes from x to 2 - x; B wants it small, A wants y - x**2 = x - x**2 large: x = 1/2.
    game = tree(["x", "y"], lambda f, x, y: Choose(0, "x", f(0), f(1), Choose(1, "y", x, 2 - x, end(f, y - x**2, -y))))
    x, _ = game.field.gens
    assert certified(judge_reactions(game, [always(game.root, F(1, 2)), always(game.root.node, x)]))
    verdict = judge_reactions(game, [always(game.root, F(1, 2)), always(game.root.node, 2 - x)])
    assert gain(verdict) == 2 - 2 * verdict.objection.after[0][1]
    assert "out of its range" in undefined(
        judge_reactions(game, [always(game.root, F(1, 2)), always(game.root.node, F(1, 2))])
    )


def by_half(x, below, above):
    """Cases of x below 1/2, and from there on."""
    half = (2 * x - 1).numer
    return Cases((((Sign(half, "<"),), below), ((Sign(half, ">="),), above)))


def test_following_is_compared_where_it_is_worth_that():
    # From x = 1/2 on both players get 10 more, whatever y is: B's best y is x in either case, and A wants to be there, at 1/2.
    def build(f, x, y):
        loss = -((y - x) ** 2)
        ends = (end(f, -x, loss), end(f, 10 - x, 10 + loss))
        return Choose(0, "x", f(0), f(1), Choose(1, "y", f(0), f(1), by_half(x, *ends)))

    game = tree(["x", "y"], build)
    x, _ = game.field.gens
    assert certified(judge_reactions(game, [always(game.root, F(1, 2)), always(game.root.node, x)]))
    assert gain(judge_reactions(game, [always(game.root, 1), always(game.root.node, x)])) == F(1, 2)
    assert gain(judge_reactions(game, [always(game.root, 0), always(game.root.node, x)])) == F(19, 2)

    # The same with two actions, of which the first is worth 1 more to B.
    def decided(f, x):
        nodes = tuple(by_half(x, end(f, -x, more), end(f, 10 - x, 10 + more)) for more in (1, 0))
        return Choose(0, "x", f(0), f(1), Decide(1, "reply", ("Up", "Down"), nodes))

    game = tree(["x"], decided)
    assert certified(judge_reactions(game, [always(game.root, F(1, 2)), always(game.root.node, 0)]))
    assert gain(judge_reactions(game, [always(game.root, F(1, 2)), always(game.root.node, 1)])) == 1


def test_cases_after_chance():
    # With probability 1/2 the prize of 1 is there from x = 1/2 on: 1/2 - x/2 is largest at 1/2, 1/4. At 1 nothing is left.
    def build(f, x):
        half = number(f, F(1, 2))
        prize = by_half(x, end(f, -x / 2), end(f, 1 - x / 2))
        return Lot("luck", ("Good", "Bad"), (half, half), (prize, by_half(x, end(f, -x / 2), end(f, -x / 2))))

    game = alone(build)
    assert certified(judge_reactions(game, [always(game.root, F(1, 2))]))
    assert gain(judge_reactions(game, [always(game.root, 1)])) == F(1, 4)
    assert gain(judge_reactions(game, [always(game.root, 0)])) == F(1, 4)


def test_only_what_is_in_range_is_asked_about():
    # The denominator y - x + 1/2 vanishes at y = x - 1/2, below the range of y, which goes from x to 1.
    game = tree(
        ["x", "y"],
        lambda f, x, y: Choose(
            0, "x", f(0), f(1), Choose(1, "y", x, f(1), end(f, -x, 1 / (y - x + number(f, F(1, 2)))))
        ),
    )
    x, _ = game.field.gens
    assert certified(judge_reactions(game, [always(game.root, 0), always(game.root.node, x)]))


def test_a_range_without_numbers():
    game = alone(end, low=1, high=0)
    assert "out of its range" in undefined(judge_reactions(game, [always(game.root, F(1, 2))]))


# --- what is open, and what is told --------------------------------------------------------------------------------------------


def test_what_stays_open_is_not_certified(offer, monkeypatch):
    monkeypatch.setattr(judging_reactions, "find", lambda *_, **__: Found("undecided"))
    verdict = offer_says(offer, F(1, 3), *accepting(offer, ">="))
    assert not verdict
    assert verdict.certificate is verdict.objection is None
    assert "whether B gains by Reject instead of Accept at 'B'" in verdict.undecided
    assert verdict.why.startswith("it could not be decided whether ")
    assert "were not shown to be a subgame-perfect equilibrium" in str(verdict)


def test_an_objection_stands_though_something_else_is_open(duopoly, monkeypatch):
    # That nothing is said beyond 9 is not noticed; the leader's 4 is still worse than 9/2, and 10, where there is no reply, is not tried.
    def blind(ground, number, **_):
        found = find(ground, number)
        return Found("undecided") if found.point is not None and found.point[0] > 9 else found

    monkeypatch.setattr(judging_reactions, "find", blind)
    verdict = duopoly_says(duopoly, 4, best_replies(duopoly)[0])
    assert (gain(verdict), verdict.objection.deviation) == (F(1, 8), F(9, 2))
    verdict = duopoly_says(duopoly, F(9, 2), best_replies(duopoly)[0])
    assert verdict.certificate is None
    assert verdict.undecided == ("whether no case says what is done at 'q2'",)


def test_what_rests_on_a_word_says_so(offer, monkeypatch):
    def told(ground, number):
        found = find(ground, number)
        return Found("nowhere") if found.status == "nowhere" else found

    monkeypatch.setattr(judging_reactions, "find", told)
    verdict = offer_says(offer, F(1, 3), *accepting(offer, ">="))
    assert certified(verdict)
    assert verdict.told
    assert str(verdict).endswith("no deviation gains at any node, by z3's word")


# --- irrational numbers: x - x**3/6 is largest at the root of 2 ----------------------------------------------------------------


@pytest.fixture(scope="module")
def sale():
    return read_model_text(IRRATIONAL, "sale").tree_at()


def sale_says(game, z, quality, bar=2):
    price = game.field.gens[0]
    go = game.root.node
    yes = (sign(bar - price**2, ">="), 0), (TRUE, 1)
    return judge_reactions(game, [always(game.root, z), Reaction(go, yes), *(always(n, quality) for n in go.nodes)])


def test_an_irrational_choice(sale):
    assert certified(sale_says(sale, 0, ROOT2))


def test_faults_around_an_irrational_choice(sale):
    # A rational number near the root of 2 is not best: 2*sqrt(2)/3 - (7/5 - 343/750).
    verdict = sale_says(sale, 0, F(7, 5))
    assert gain(verdict) == 2 * ROOT2 / 3 - F(707, 750)
    assert verdict.objection.deviation == ROOT2
    # The root of 3 is worth sqrt(3)/2.
    assert gain(sale_says(sale, 0, ROOT3)) == 2 * ROOT2 / 3 - ROOT3 / 2
    # Paying 1 for what may be had for nothing.
    verdict = sale_says(sale, 1, ROOT2)
    assert (verdict.objection.player, gain(verdict), verdict.objection.deviation) == ("Buyer", 1, 0)
    # Buying at prices from the root of 2 to that of 3 loses the difference.
    verdict = sale_says(sale, 0, ROOT2, bar=3)
    assert verdict.objection.deviation == "No"
    assert gain(verdict) == verdict.objection.after[0][1] - ROOT2
    # Not buying just below the root of 2.
    verdict = sale_says(sale, 0, ROOT2, bar=F(19, 10))
    assert verdict.objection.deviation == "Yes"
    assert gain(verdict) == ROOT2 - verdict.objection.after[0][1]


def test_numbers_with_long_names_are_approximated_in_words():
    # x**2/2 - x**4/4 + x/5 is stationary where x - x**3 + 1/5 = 0: best at 1.0880, worth 0.4592; 1 is worth 9/20.
    game = alone(lambda f, x: end(f, x**2 / 2 - x**4 / 4 + x / 5), high=2)
    best = real_roots([F(1, 5), 1, 0, -1])[-1]
    assert certified(judge_reactions(game, [always(game.root, best)]))
    verdict = judge_reactions(game, [always(game.root, 1)])
    assert verdict.objection.deviation == best
    assert gain(verdict) == best**2 / 2 - best**4 / 4 + best / 5 - F(9, 20)
    assert verdict.why.startswith("A gains about 0.00")
    assert verdict.why.endswith(" by about 1.08803 instead of 1 at 'x'")


def test_a_gain_that_is_no_number_to_be_computed():
    # The product of an eleventh root of 2 and one of 3 has degree 121, beyond what is formed; A gains by 2 instead of the former.
    game = tree(["x", "y"], lambda f, x, y: Choose(0, "x", f(0), f(2), Choose(1, "y", f(0), f(2), end(f, x * y, 0))))
    roots = [real_roots([-k, *[0] * 10, 1])[-1] for k in (2, 3)]
    verdict = judge_reactions(game, [always(game.root, roots[0]), always(game.root.node, roots[1])])
    assert not verdict
    assert verdict.certificate is verdict.objection.gain is None
    assert verdict.objection.deviation > roots[0]
    assert verdict.why.startswith("A gains by ")


# --- a law -------------------------------------------------------------------------------------------------------------------------


fractions = st.fractions(min_value=-2, max_value=2, max_denominator=12)


@settings(max_examples=25, deadline=None)
@given(
    steep=st.fractions(min_value=F(1, 10), max_value=5, max_denominator=10),
    level=fractions,
    slope=fractions,
    shift=st.fractions(min_value=-1, max_value=1, max_denominator=10**6),
)
def test_a_shift_in_a_strictly_concave_problem_is_refused(steep, level, slope, shift):
    # B loses steep*(y - level - slope*x)**2, so that a shift by e costs steep*e**2, wherever.
    def build(f, x, y):
        aim = number(f, level) + number(f, slope) * x
        return Choose(0, "x", f(-1), f(1), Choose(1, "y", f(-6), f(6), end(f, 0, -number(f, steep) * (y - aim) ** 2)))

    game = tree(["x", "y"], build)
    reply = number(game.field, level) + number(game.field, slope) * game.field.gens[0]
    verdict = judge_reactions(game, [always(game.root, 0), always(game.root.node, reply + number(game.field, shift))])
    if shift == 0:
        assert certified(verdict)
    else:
        assert gain(verdict) == steep * shift**2
    # The same for who moves first and is followed: A gets -(x - level)**2 less what B does, which is x.
    shifted = min(max(level + shift, F(-3)), F(3))
    game = tree(
        ["x", "y"],
        lambda f, x, y: Choose(
            0,
            "x",
            f(-3),
            f(3),
            Choose(
                1, "y", f(-3), f(3), end(f, -number(f, steep) * (x - number(f, level)) ** 2 + y - x, -((y - x) ** 2))
            ),
        ),
    )
    verdict = judge_reactions(game, [always(game.root, shifted), always(game.root.node, game.field.gens[0])])
    assert certified(verdict) if shift == 0 else gain(verdict) == steep * shift**2


# --- against a grid: where a deviation on it gains, played out by other means, the judge must not certify ---------------------------

GRID = [F(k, 2) for k in range(5)]
coefficients = st.tuples(*[st.integers(-1, 1)] * 5)


def value(c, x, y):
    return c[0] * x + c[1] * y + c[2] * x * y - c[3] * x**2 - c[4] * y**2


@settings(max_examples=60, deadline=None)
@given(
    payoffs=st.tuples(*[st.one_of(st.just((0, 0, 0, 0, 0)), coefficients)] * 3),
    outside=st.tuples(*[st.integers(-1, 1)] * 3),
    first=st.sampled_from(GRID),
    bars=st.tuples(*[st.sampled_from(GRID)] * 2),
    swapped=st.booleans(),
    replies=st.tuples(*[st.sampled_from([(0, 0), (2, 0), (0, 1), (2, -1), (F(1, 2), F(1, 2))])] * 2),
)
def test_no_gain_on_a_grid_is_missed(payoffs, outside, first, bars, swapped, replies):
    # A chooses x from 0 to 2, B goes on or ends, C chooses y from 0 to 2: replies are a + b x, one before and one from a bar on.
    def build(f, x, y):
        last = Choose(2, "y", f(0), f(2), End(tuple(f(value(c, x, y)) for c in payoffs), ()))
        return Choose(0, "x", f(0), f(2), Decide(1, "go", ("On", "End"), (last, end(f, *outside))))

    game = tree(["x", "y"], build, players=("A", "B", "C"))
    x, _ = game.field.gens
    go = game.root.node
    answers = [number(game.field, a) + number(game.field, b) * x for a, b in replies]
    verdict = judge_reactions(
        game,
        [
            always(game.root, first),
            Reaction(go, ((sign(x - number(game.field, bars[0]), "<"), int(swapped)), (TRUE, int(not swapped)))),
            Reaction(go.nodes[0], ((sign(x - number(game.field, bars[1]), "<"), answers[0]), (TRUE, answers[1]))),
        ],
    )

    def reply(at):
        a, b = replies[0] if at < bars[1] else replies[1]
        return a + b * at

    def ends(at):
        return swapped if at < bars[0] else not swapped

    def on(at):
        return [value(c, at, reply(at)) for c in payoffs]

    def worth(at):
        return list(outside) if ends(at) else on(at)

    gains = {"A": 0, "B": 0, "C": 0}
    for at in GRID:
        gains["A"] = max(gains["A"], worth(at)[0] - worth(first)[0])
        gains["B"] = max(gains["B"], (on(at)[1] - outside[1]) * (1 if ends(at) else -1))
        gains["C"] = max([gains["C"], *(value(payoffs[2], at, y) - on(at)[2] for y in GRID)])
    if any(gains.values()):
        gain(verdict)
    if verdict.objection is not None:
        objection = verdict.objection
        taken = dict(objection.after)
        at = taken.get("x", objection.deviation)
        expected = {
            "A": lambda: worth(at)[0] - worth(first)[0],
            "B": lambda: (on(at)[1] - outside[1]) * (1 if ends(at) else -1),
            "C": lambda: value(payoffs[2], at, objection.deviation) - on(at)[2],
        }
        assert gain(verdict) == expected[objection.player]() > 0
    else:
        assert certified(verdict)
