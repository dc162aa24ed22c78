"""A proof is of every equilibrium of the concept, or says of which; each game is small enough to be solved by hand.

Three players, A with four actions, B and C with two, choose at once: of a game of this size the pure equilibria alone are followed, and Nash
equilibrium is what is asked. C never plays c2, which costs 1, and 2 where B plays b1 (so that C's worth is not apart from the others'), and
``out`` and ``off`` cost A 4 whatever the others do, so that none of these is ever played. A and B play the rest:

            b1         b2
    a1    x, -x      -1, 1
    a2   -1,  1       1, -1

For x > 0 these are matching pennies: no pure equilibrium; B mixes so that A is indifferent and the other way round, and every one of a1, a2,
b1, b2 has positive probability. For x < -1, a2 is the only best reply to b1, and to b2: A plays a2, and B answers b1. So a1 is played in some
(indeed in every) equilibrium where x > 0, and in none where x < -1.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

import hedging_games as hg
from hedging_games.model.reader import read_model_text
from hedging_games.report.region_answers import claims_answer

PENNIES = """
title: Matching pennies, with somebody who looks on
players: {A: {role: ally}, B: {role: partner}, C: {role: small state}}
parameters: {x: {baseline: 1, range: [-3, 3], meaning: a stake, source: assumed}}
play:
  Row: {by: A, actions: [a1, a2, out, off]}
  Column: {by: B, actions: [b1, b2]}
  Onlooker: {by: C, actions: [c1, c2]}
payoffs:
  A: "x*[a1 and b1] - [a1 and b2] - [a2 and b1] + [a2 and b2] - 4*[out] - 4*[off]"
  B: "-x*[a1 and b1] + [a1 and b2] + [a2 and b1] - [a2 and b2]"
  C: "-1*[c2] - [c2 and b1]"
hedge: a1
claims:
"""


def finding(claim, text=PENNIES):
    (found,) = hg.examine(replace(read_model_text(text + f"  - {{says: It is so, {claim}}}\n"), name="pennies"))
    return found


# Without ``off`` the game is small enough to be followed support by support, and what is said above is found.
@pytest.mark.parametrize(
    ("claim", "some", "every"),
    [
        ('holds: nowhere, if: "x > 0"', "refuted", "refuted"),
        ('holds: everywhere, if: "x > 0"', "proved", "proved"),
        ('holds: nowhere, if: "x < -1"', "proved", "proved"),
        ('outcome: a2, holds: everywhere, if: "x < -1"', "proved", "proved"),
        # At x = -1 A may play a1 as well against b1, which B answers with b1 as long as a1 is not more likely than a2.
        ("needs: x >= -1", "proved", "proved"),
        ("needs: x > -1", "refuted", "proved"),
        ('region: never widens, with: x, if: "x > -1"', "proved", "proved"),
        ("region: never shrinks, with: x", "proved", "proved"),
    ],
)
def test_mixed_equilibria_of_three_players_are_followed_where_there_are_few_supports(claim, some, every):
    small = PENNIES.replace(", off]", "]").replace(" - 4*[off]", "")
    found = finding(f"{claim}, among: some", small)
    assert (found.concept, found.verdict_among("some"), found.verdict_among("every")) == ("nash", some, every)


def test_nowhere_of_pure_equilibria_is_not_proved_of_nash():
    found = finding('holds: nowhere, among: some, if: "x > 0"')
    assert found.verdict == "undecided"
    assert found.why.startswith("proved of pure equilibria; mixed equilibria are not derived")
    assert (found.concept, found.among) == ("nash", "some")


def test_where_the_third_player_is_apart_mixed_equilibria_are_followed_as_those_of_the_two():
    apart = PENNIES.replace(" - [c2 and b1]", "")
    for claim, verdict in (("holds: nowhere", "refuted"), ("holds: everywhere", "proved")):
        assert finding(f'{claim}, among: some, if: "x > 0"', apart).verdict == verdict


def test_of_pure_equilibria_it_is_proved_where_these_are_asked_for():
    found = finding('holds: nowhere, among: some, if: "x > 0", concept: pure-nash')
    assert (found.verdict, found.concept) == ("proved", "pure-nash")


def test_what_is_played_in_some_pure_equilibrium_is_played_in_some():
    found = finding('outcome: a2, holds: everywhere, among: some, if: "x < -1"')
    assert found.verdict == "proved"


def test_what_every_pure_equilibrium_has_is_not_proved_of_every_equilibrium():
    found = finding('outcome: a2, holds: everywhere, among: every, if: "x < -1"')
    assert (found.verdict, found.why.split(";")[0]) == ("undecided", "proved of pure equilibria")


def test_a_counterexample_of_pure_equilibria_is_none_where_a_mixed_one_has_the_event():
    # a1 is played in no pure equilibrium for x > 0, and in the mixed one: 'everywhere' is true there, though nothing proves it.
    found = finding('holds: everywhere, among: some, if: "x > 0"')
    assert found.verdict == "undecided"
    assert found.why.startswith("refuted, if at all, of pure equilibria")
    assert not found.counterexample


def test_a_counterexample_that_all_equilibria_bear_out_stands():
    found = finding('holds: everywhere, among: some, if: "x < -1"')
    assert (found.verdict, found.why) == ("refuted", "confirmed by solving there")


def test_a_region_that_stays_empty_in_pure_strategies_does_not_prove_that_it_never_moves():
    found = finding('region: never widens, with: x, if: "x > -1"')
    assert (found.verdict, found.why.split(";")[0]) == ("undecided", "proved of pure equilibria")


# A's payoff: x < -1 gives -1 in the only equilibrium; for x > 0, A's value of the pennies is (x - 1)/(x + 3), which rises.
def test_a_payoff_is_proved_of_the_equilibria_that_were_followed_only():
    found = finding('payoff: A, moves: never falls, with: x, if: "x < -1"')
    assert (found.verdict, found.why.split(";")[0]) == ("undecided", "proved of pure equilibria")
    assert found.among == "every"


CHAIN = (
    PENNIES.replace("  Row: {", "  Start: {by: C, actions: [go, stay]}\n  Row: {sees: [Start], when: go, ")
    .replace('C: "-1*[c2] - [c2 and b1]"', 'C: "[go] - [c2]"')
    .replace("  Column: {", "  Column: {sees: [Start], when: go, ")
    .replace("  Onlooker: {", "  Onlooker: {sees: [Start], when: go, ")
)


def test_a_stage_of_three_is_followed_in_pure_strategies_alone():
    found = finding('holds: nowhere, among: some, if: "x > 0"', CHAIN)
    assert (found.verdict, found.concept) == ("undecided", "subgame-perfect")
    assert found.why.startswith("proved of the equilibria that were followed; equilibria with randomisation")


def test_what_was_tested_is_in_text_and_json():
    model = replace(
        hg.load("hedging-triangle"),
        claims=tuple(replace(c, at={"wedge": hg.load("hedging-triangle").parameters["wedge"].baseline})
                     for c in hg.load("hedging-triangle").claims[:1]),
    )  # fmt: skip
    (found,) = hg.examine(model)
    (said,) = claims_answer([found])["claims"]
    assert (said["concept"], said["among"]) == (found.concept, "some")
    assert "wedge" in said["held"]
    assert f"in some {found.concept} equilibrium" in str(found)
    assert "held" in str(found)


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        # The value of the pennies rises on [1, 3], strictly: (x - 1)/(x + 3) has the derivative 4/(x + 3)**2.
        ('payoff: A, moves: rises, with: x, if: "x >= 1"', "proved"),
        ('payoff: A, moves: falls, with: x, if: "x >= 1"', "refuted"),
        ('region: same, with: x, if: "x >= 1"', "proved"),
        ('region: widens, with: x, if: "x >= 1"', "refuted"),
        ("region: same, with: x", "refuted"),
    ],
)
def test_mixed_equilibria_count(claim, verdict):
    """Without ``out`` and with two players all equilibria are followed: the third player's costly action is nobody's move."""
    two = (
        PENNIES.replace(", out]", "]")
        .replace(" - 4*[out] - 4*[off]", "")
        .replace("  Onlooker: {by: C, actions: [c1, c2]}\n", "")
    )
    two = two.replace(", C: {role: small state}", "").replace('  C: "-1*[c2] - [c2 and b1]"\n', "")
    assert finding(claim, two).verdict == verdict
