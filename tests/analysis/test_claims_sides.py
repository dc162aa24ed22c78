"""Every claim among some and among every equilibrium: what one side says of the other, and payoffs of some."""

from __future__ import annotations

from dataclasses import replace

import pytest

import hedging_games as hg
from hedging_games.algebra.checking import no_check
from hedging_games.analysis.claims.examine import _finished, examined
from hedging_games.analysis.claims.sides import follows, opposite
from hedging_games.report.region_answers import claims_answer, claims_table

# Stag pays x to each if both hunt it, else nothing; Hare pays 1 whatever the other does. Both Hare is an equilibrium everywhere, both Stag where x >= 1,
# and lots with 1/x Stag where x > 1. So Stag is played in some equilibrium from x = 1 on, in every one nowhere.
HUNT = """\
title: A hunt
players: [A, B]
parameters: {x: {baseline: 2, range: [0, 3]}}
play:
  A: [Stag, Hare]
  B: [Stag, Hare]
payoffs:
  A: x*[A.Stag and B.Stag] + [A.Hare]
  B: x*[A.Stag and B.Stag] + [B.Hare]
hedge: A.Stag and B.Stag
claims:
  - {says: It holds., CLAIM}
"""


def hunt(claim):
    model = hg.read_model_text(HUNT.replace("CLAIM", claim))
    return examined(model, model.claims[0])


@pytest.mark.parametrize(
    ("claim", "some", "every"),
    [
        ("holds: everywhere", "conditional", "refuted"),
        ("holds: everywhere, if: x >= 1", "proved", "refuted"),
        ("holds: somewhere", "proved", "refuted"),
        ("holds: nowhere", "refuted", "proved"),
        ("holds: nowhere, if: x < 1", "proved", "proved"),
        ("needs: x >= 1", "proved", "proved"),
        ("needs: x >= 2", "refuted", "proved"),
        ("region: widens, with: x", "proved", "refuted"),
        ("region: never shrinks, with: x", "proved", "proved"),
        ("region: never widens, with: x", "refuted", "proved"),
        # Hare is worth 1 at any two values of x. Stag is worth x, and lots 1.
        ("payoff: A, moves: never rises, with: x", "proved", "refuted"),
        ("payoff: A, moves: never falls, with: x", "proved", "refuted"),
        ("payoff: A, moves: rises, with: x", "proved", "refuted"),
        # Below 1 there is nothing but Hare: no pair of equilibria there has a payoff that moves.
        ("payoff: A, moves: falls, with: x, if: x < 1", "refuted", "refuted"),
        ("outcome: A.Hare, holds: everywhere", "proved", "conditional"),
    ],
)
@pytest.mark.parametrize("own", ["some", "every"])
def test_both_sides_of_a_claim_are_judged_whichever_its_file_is_about(claim, some, every, own):
    found = hunt(f"{claim}, among: {own}")
    assert (found.among, found.verdict) == (own, some if own == "some" else every)
    assert (found.verdict_among("some"), found.verdict_among("every")) == (some, every)
    assert found.opposite is not None
    assert found.opposite.opposite is None


# With one decision, A is paid x for sure: whatever equilibria are compared, more x is more for A.
ALONE = """\
title: Alone
players: [A]
parameters: {x: {baseline: 2, range: [0, 3]}}
play: {A: [Go, Stay]}
payoffs: {A: "x + [Go]"}
hedge: Go
claims:
  - {says: It never pays., payoff: A, moves: never rises, with: x}
"""


def test_a_payoff_that_always_moves_breaks_a_claim_in_some_equilibrium_too():
    model = hg.read_model_text(ALONE)
    found = examined(model, model.claims[0])
    assert (found.verdict_among("some"), found.verdict_among("every")) == ("refuted", "refuted")
    assert found.opposite.counterexample[0]["x"] < found.opposite.counterexample[1]["x"]


SMALL = ("allied-resistance", "blockade-given-diversification", "dependence-backlash", "engagement-card", "joint-statement", "sanctions-waiver", "public-goods-alliance")  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
def test_what_follows_from_one_side_is_what_the_other_is_found_to_be(name):
    model = hg.load(name)
    for claim in model.claims:
        for own in (claim, opposite(claim)):
            said = follows(_finished(model, own, no_check))
            if said is not None:
                assert said.verdict == _finished(model, opposite(own), no_check).verdict, claim.says


def test_both_verdicts_are_in_the_text_the_json_and_the_table():
    found = hunt("holds: everywhere, among: some, if: x >= 1")
    assert str(found).splitlines()[-1] == "  in every nash equilibrium: refuted, fails at the baseline"
    (said,) = claims_answer([found])["claims"]
    assert (said["among"], said["verdict"], said["concept"]) == ("some", "proved", "nash")
    assert said["verdicts"] == {"some": "proved", "every": "refuted"}
    assert (said["opposite"]["among"], said["opposite"]["verdict"]) == ("every", "refuted")
    table = claims_table([found])
    row = dict(zip(table.header, table.rows[0], strict=True))
    assert (row["verdict"], row["among some"], row["among every"]) == ("proved", "proved", "refuted")


# With thirds the patrons threaten a third of trade. At harm = concession/share they may ask or not, by lot: all of it is followed.
def test_lots_of_patrons_at_ties_are_followed():
    region = hg.condition("three-patrons", "every")
    assert region.complete
    for point in ({"harm": 3}, {"harm": 6}, {"harm": 3, "value_one": 5}):
        found = hg.solve("three-patrons", **point)
        assert found.complete != "some"
        assert region.contains(point) is all(e.hedge for e in found), point


def test_an_equilibrium_that_is_missed_at_more_wedge_counts_among_every():
    triangle = hg.load("hedging-triangle")
    wedge = next(claim for claim in triangle.claims if claim.with_ == ("wedge",))
    found = examined(triangle, replace(wedge, among="every"))
    assert (found.verdict_among("some"), found.verdict_among("every")) == ("refuted", "refuted")
