"""How inequalities are written: each wording says, at random points of the box, what the inequality says."""

from __future__ import annotations

import json
import random
import re
from fractions import Fraction
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

import hedging_games as hg
from hedging_games.algebra.cells.intervals import interval
from hedging_games.algebra.formulas.table import ANY_SIGN, POSITIVE
from hedging_games.algebra.inequalities.system import constraint
from hedging_games.algebra.inequality_text import expression_text, written
from hedging_games.algebra.polynomials import parameter_ring
from hedging_games.analysis.conditions import listing
from hedging_games.analysis.conditions.formula_text import formula_text
from hedging_games.analysis.conditions.region import NOTHING_MORE, trust
from hedging_games.cli.main import cli

RING = parameter_ring(["x", "y", "z"])
X, Y, Z = RING.gens
ONE = [interval(1, 3), interval(1, 3), interval(1, 3)]
ZERO = [interval(0, 3), interval(0, 3), interval(0, 3)]

CASES = [
    # A bound on the first parameter whose coefficient is a number; what is added comes first.
    (X + Y - Z, ">=", ZERO, "x >= z - y"),
    (-2 * X + Y - 1, ">", ZERO, "x < 1/2*y - 1/2"),
    (Y - 1, "==", ZERO, "y == 1"),
    (-X, ">=", ZERO, "x == 0"),
    # A coefficient of one strict sign on the box; where it may vanish, the two sides are compared.
    (X * Y + X * Z - Y * Z, ">=", ONE, "x >= y*z/(y + z)"),
    (X * Y + X * Z - Y * Z, ">=", ZERO, "x*y + x*z >= y*z"),
    # Products.
    ((X - 1) * (Y + Z), ">=", ZERO, "(x - 1)*(y + z) >= 0"),
    ((1 - X) * (Y + Z), ">", ZERO, None),
    (X * (Y - Z) ** 2, ">", ZERO, None),
    (-3 * (X - Y) * (Z - 1), "==", ZERO, None),
    (X**2 + Y**2 - Z, ">=", ZERO, "z <= x^2 + y^2"),
    (-Z * (X - 2 * Y) ** 2, ">=", ZERO, "-z*(x - 2*y)^2 >= 0"),
]


def says(text, point):
    names = dict(zip("xyz", point, strict=True))
    exact = re.sub(r"(?<![\w^])(\d+)", r"Fraction(\1)", text).replace("^", "**")
    return eval(exact, {"Fraction": Fraction}, names)


@pytest.mark.parametrize(("polynomial", "relation", "box", "text"), CASES)
def test_wordings(polynomial, relation, box, text):
    asked = constraint(polynomial, relation)
    said = written(asked, box)
    if text is not None:
        assert said == text
    rng = random.Random(str(polynomial))
    seen = set()
    for _ in range(300):
        point = [Fraction(rng.randint(int(i.low) * 4, int(i.high) * 4), 4) for i in box]
        assert says(said, point) == asked.holds_at(point), (said, point)
        assert says(f"{expression_text(asked)} {asked.relation} 0", point) == asked.holds_at(point)
        seen.add(asked.holds_at(point))
    assert seen == {True, False}


def condition(*arguments):
    done = CliRunner().invoke(cli, ["condition", *arguments, "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


# By hand (test_claims_payoffs): the ally tolerates for card + example - alignment_loss, and punishes at punishment_cost.
def test_what_two_actions_pay_is_said():
    cell = condition("engagement-card", "--among", "some")["cells"][0]
    (asked,) = (
        readable
        for c, readable in zip(cell["conditions"], cell["readable"], strict=True)
        if c["because"] == "else Ally would play Punish"
    )
    assert asked["written"] == "card >= alignment_loss - example - punishment_cost"
    assert asked["pays"] == {"Tolerate": "card + example - alignment_loss", "Punish": "-punishment_cost"}
    text = str(hg.condition(hg.load("engagement-card"), "some"))
    assert "(Tolerate pays card + example - alignment_loss, Punish -punishment_cost)" in text


# A plays l where x >= 0, and B, who cares for nothing, may answer as it likes; C plays u only where y = 2 exactly: a tie.
TIES = """
title: A tie
players: {A: {role: ally}}
parameters:
  x: {baseline: 1, range: [-1, 3], meaning: a number, source: assumed}
  y: {baseline: 1, range: [0, 4], meaning: a number, source: assumed}
play: {Move: {by: A, actions: [tie, l, r]}}
payoffs: {A: "x*[l] - (y - 2)**2*[tie]"}
hedge: l or tie
"""


def test_knife_edges_come_last_and_can_be_left_out(tmp_path):
    path = tmp_path / "ties.yaml"
    path.write_text(TIES, encoding="utf-8")
    # l for x >= 0; tie, which pays no more than 0, for y = 2 and x <= 0.
    every = condition(str(path), "--among", "some")
    assert [cell["knife_edge"] for cell in every["cells"]] == [False, True]
    assert every["cells"][1]["profile"] == {"Move": {"tie": "1"}}
    generic = condition(str(path), "--among", "some", "--generic")
    assert [cell["profile"] for cell in generic["cells"]] == [{"Move": {"l": "1"}}]
    assert "were left out" in generic["notes"][0]


def test_a_condition_as_it_was_derived_is_written_with_its_branches():
    # The card's two ways to be tolerated, each with what the partner, the ally and the small state would do otherwise: the
    # partner restrains if the gain it forgoes is covered, and then the card is worth something to the ally.
    assert formula_text(hg.condition(hg.load("engagement-card"), "some").formula).splitlines() == [
        "  as it was derived, not reduced:",
        "  any of",
        "    all of",
        "      -engagement_gain*retained_share + engagement_gain - restraint_cost >= 0  else Partner would play Support",
        "      card + example - alignment_loss + punishment_cost >= 0  else Ally would play Punish",
        "      -alignment_reward + trade_loss + restraint_benefit >= 0  else SmallState would play Align",
        "    all of",
        "      engagement_gain*retained_share - engagement_gain + restraint_cost >= 0  else Partner would play Restrain",
        "      example - alignment_loss + punishment_cost >= 0  else Ally would play Punish",
        "      -alignment_reward + trade_loss >= 0  else SmallState would play Align",
    ]


def test_what_rests_on_z3_alone_is_said_and_nothing_else():
    def region(basis, *cells, listed=True, told=False):
        found = [SimpleNamespace(basis=cell) for cell in cells]
        return SimpleNamespace(basis=basis, is_listed=listed, cells=found, told=told, what_is_told=NOTHING_MORE)

    by_word = "by z3's word, without a proof of our own: "
    assert trust(region("proof", "proof", "proof")) == []
    assert trust(region("proof", "proof", "smt", "smt")) == [f"{by_word}that cells lie in the region (2, 3 of 3)"]
    assert trust(region("smt", "proof")) == [f"{by_word}that the list is complete"]
    assert trust(region("smt", "smt")) == [
        f"{by_word}that cells lie in the region (1 of 1) and that the list is complete"
    ]
    # Of a list that was cut short nobody says that it is complete.
    assert trust(region("smt", "proof", listed=False)) == []
    # Where z3 says that mixing adds nothing, the basis is its word for that reason already.
    assert trust(region("smt", "proof", told=True)) == [
        f"{by_word}that mixing where players are indifferent adds nothing more"
    ]


def test_of_two_cells_one_within_the_other_is_seen_to_be():
    # The third asks for more than the first, the second for the same: of two alike the later one lies in the earlier.
    one = SimpleNamespace(found=[{1: POSITIVE}, {1: POSITIVE}, {1: POSITIVE, 2: POSITIVE}])
    search = SimpleNamespace(ground=SimpleNamespace(static={1: ANY_SIGN, 2: ANY_SIGN}))
    within = {(i, j) for i in range(3) for j in range(3) if i != j and listing._Search._within(search, one, i, j)}
    assert within == {(1, 0), (2, 0), (2, 1)}
