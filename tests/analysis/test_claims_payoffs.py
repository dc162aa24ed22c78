"""Claims about payoffs, on the engagement card with all but the card held at the baseline.

By hand, backwards: the partner restrains its client, since 4 - 1 > 1/2 * 4. The ally tolerates for card - 5 against -2 for punishing, hence
if card >= 3, and the small state gets 2 by engaging then, against 3 - 2 = 1 by aligning and -4 if punished. So the outcome is
Align with payoffs 1 to the small state and 0 to the ally for card < 3; Engage with 2 and card - 5 for card > 3; both at card = 3.
The ally's payoff therefore falls from 0 to card - 5 < 0 where the card passes 3 without reaching 5.
"""

from dataclasses import replace
from fractions import Fraction

import pytest

import hedging_games as hg
from hedging_games.algebra.expressions.parser import parse_condition
from hedging_games.analysis.claims import asked as asking
from hedging_games.model.declarations import Claim
from hedging_games.model.reader import read_model_text

MODEL = hg.load("engagement-card")
HELD = {name: p.baseline for name, p in MODEL.parameters.items() if name != "card"}


def finding(player, moves, given=None):
    condition = None if given is None else parse_condition(given)
    claim = Claim("the payoff moves", payoff=player, moves=moves, with_=("card",), given=condition, at=HELD)
    (found,) = hg.examine(replace(MODEL, claims=(claim,)))
    return found


def test_a_payoff_that_falls_is_refuted_at_points_that_are_solved_again():
    found = finding("Ally", "never falls")
    before, after = (point["card"] for point in found.counterexample)
    assert (found.verdict, found.why) == ("refuted", "confirmed by solving there")
    assert before <= 3 <= after < 5
    assert before < after


def test_a_payoff_that_rises_is_refuted_the_other_way():
    # The small state's payoff rises from 1 to 2 as the card passes 3.
    found = finding("SmallState", "never rises")
    before, after = (point["card"] for point in found.counterexample)
    assert (found.verdict, found.why) == ("refuted", "confirmed by solving there")
    assert before <= 3 <= after
    assert before < after


@pytest.mark.parametrize(
    ("player", "given", "verdict"),
    [
        # At the tie the ally may mix, and payoffs between 1 and 2 come up: what is proved, is proved of those who do not.
        ("SmallState", None, "undecided"),
        ("SmallState", "card > 3", "proved"),
        ("SmallState", "card < 3", "proved"),
        # card - 5 grows with the card once the small state engages at both values ...
        ("Ally", "card > 3", "proved"),
        # ... but at the tie it may align still, with 0 to the ally, and at card = 4 the ally has -1.
        ("Ally", "card >= 3", "refuted"),
    ],
)
def test_what_a_claim_about_a_payoff_supposes(player, given, verdict):
    assert finding(player, "never falls", given).verdict == verdict


TIE = """
title: an indifferent last mover
players: [One, Two, Three]
parameters:
  w: {baseline: 2, range: [1, 3]}
play:
  Enter: {by: One, actions: [In, Out]}
  Next: {by: Three, actions: [Go, Stop], sees: [Enter], when: In}
  Last: {by: Two, actions: [c, d], sees: [Enter, Next], when: Go}
payoffs:
  One: "2*[d] - [c] - [Stop]"
  Two: 1
  Three: w*[c] - [d]
hedge: Out
claims:
  - {says: One never earns more, payoff: One, moves: never rises, with: w}
  - {says: Two always has the same, payoff: Two, moves: never rises, with: w}
"""


def test_a_payoff_that_moves_by_mixing_alone_is_refuted_where_the_range_ends():
    # Last mixes c with p >= 1/(1 + w), so that Three goes on, and One enters for 2 - 3p >= 0: One has up to 2 - 3/(1 + w), which is 1/2
    # at w = 1 and 5/4 at w = 3. Where nobody mixes, One has 0 everywhere. Two has 1 whatever happens: no counterexample, and no
    # proof, as mixing is not followed in payoffs.
    one, two = hg.examine(read_model_text(TIE))
    assert (one.verdict, one.why) == ("refuted", "confirmed by solving there")
    assert [point["w"] for point in one.counterexample] == [1, 3]
    assert two.verdict != "refuted"


def test_a_solver_that_disagrees_is_not_passed_over(monkeypatch):
    solved = []

    def at_ten(game, concept):
        solved.append(game)
        return hg.solve(MODEL.at(card=Fraction(10)), concept)

    monkeypatch.setattr(asking, "solve", at_ten)
    # At card = 10 the ally has 5 in the only equilibrium: nothing falls.
    with pytest.raises(AssertionError, match="does not confirm the counterexample"):
        finding("Ally", "never falls")
    assert len(solved) == 2


ANYTHING = """
title: Any number, all the same to who chooses it
players: [A, B]
parameters: {k: {baseline: 1, range: [0, 2]}}
play: {x: {by: A, actions: {from: 0, to: 1}}}
payoffs: {A: "0", B: k*x*(1 - x)}
hedge: x > 0
claims:
  - {says: B never gains by k, payoff: B, moves: never rises, with: k}
  - {says: B never loses by k, payoff: B, moves: never falls, with: k}
  - {says: A never gains by k, payoff: A, moves: never rises, with: k}
"""


def test_numbers_inside_an_interval_of_best_ones_count_for_others():
    # B gets 0 at both ends, and anything up to k/4 between: with x = 1/2 at k = 1 and x = 0 at k = 2 it loses, the other way round it gains. Neither was
    # to be proved from the ends. A gets 0.
    gains, loses, own = hg.examine(read_model_text(ANYTHING))
    assert "proved" not in (gains.verdict, loses.verdict)
    assert own.verdict == "proved"
