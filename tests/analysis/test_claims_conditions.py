"""Claims that hold in a part of the ranges only: the condition that is printed, against one derived by hand."""

import pytest

import hedging_games as hg
from hedging_games.analysis.claims import examine as examine_module
from hedging_games.analysis.conditions import listing
from hedging_games.model.reader import read_model_text
from hedging_games.report.region_answers import claims_table
from word_alone import on_word_alone

WORDS = """
title: words that cost nothing
extends: cherry-picking
claims:
  - says: Words alone do, whether bare picking is tolerated or not.
    holds: everywhere
    at: {cost_reliable: 0, cost_wavering: 0}
"""


# Words cost nothing: both types of the small state send what is tolerated with the larger probability, unless autonomy = 0, where they do
# not care. If autonomy > 0 and both replies were answered differently, both types would pool on the better one; so what is played is
# tolerated with positive probability only if Ally tolerates at its prior, p*trust_gain >= (1 - p)*betrayal. If autonomy = 0, the reliable
# type alone may contribute and be tolerated, for any p > 0; p = 1 is in the first part already.
def test_words_alone():
    (finding,) = hg.examine(read_model_text(WORDS))
    prior, indifferent = finding.condition.split(" or ")
    assert prior == "(p*trust_gain + p*betrayal >= betrayal)"
    assert set(indifferent.strip("()").split(" and ")) == {"p > 0", "p < 1", "autonomy == 0"}
    table = claims_table([finding])
    row = dict(zip(table.header, table.rows[0], strict=True))
    assert (row["verdict"], row["counterexample or condition"]) == ("conditional", finding.condition)


OVERLAPPING = """
title: three ways to agree, each where its product is not negative
players: [A, B]
parameters: {x: {baseline: 0, range: [0, 2]}}
play: {A: [One, Two, Three, Out], B: [One, Two, Three, Out]}
let:
  one: x*(6/5 - x)
  two: (x - 4/5)*(8/5 - x)
  three: (x - 1/2)*(13/10 - x)
  same: "[A.One and B.One] + [A.Two and B.Two] + [A.Three and B.Three]"
  agreed: one*[A.One and B.One] + two*[A.Two and B.Two] + three*[A.Three and B.Three] + [A.Out and B.Out] + (same - 1)*[not A.Out and not B.Out]
payoffs: {A: agreed, B: agreed}
hedge: A.One or A.Two or A.Three
claims: [{says: they agree to act, outcome: A.One or A.Two or A.Three, holds: everywhere, concept: pure-nash, among: some}]
"""


# Two who act differently lose 1, and whoever stays out while the other acts gets nothing: so an agreement stands exactly where its product is not negative: in [0, 6/5], [4/5, 8/5] and
# [1/2, 13/10], of which the first two cover the third. Whether this is known by a proof or by z3's word is said.
def test_a_cell_left_unprinted_by_z3s_word_alone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    model = read_model_text(OVERLAPPING)

    def asked() -> tuple[str | None, str]:
        (finding,) = hg.examine(model)
        assert finding.verdict == "conditional"
        return finding.condition, finding.why

    condition, why = asked()
    assert condition is not None
    assert condition.count(" or ") == 1
    note = "the cells which are not printed lie in the others"
    assert note not in why
    monkeypatch.setattr(examine_module, "find", on_word_alone)
    assert note in asked()[1]


# Where exploitation or dependence is 0, Partner is indifferent and may accommodate whatever Voter does: a knife edge, listed last.
def test_that_a_cell_has_no_inside_by_z3s_word_alone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "find", on_word_alone)
    cells = hg.condition(hg.load("dependence-backlash"), "some").cells
    assert [(cell.knife_edge, cell.basis) for cell in cells] == [(False, "proof"), (True, "smt")]


SQUARE = """
title: a square
players: [A]
parameters: {x: {baseline: 1, range: [0, 4]}, y: {baseline: 1, range: [0, 4]}}
play: {A: [Go, Stay]}
payoffs: {A: "(x - y)*[Go]"}
hedge: Go
claims:
  - {says: It goes., holds: everywhere}
  - {says: It goes for sure., holds: everywhere, among: every}
  - {says: It goes where there is much., holds: everywhere, if: x >= 2}
  - {says: Much is needed., needs: x >= 2}
  - {says: Much is needed where y is small., needs: x >= 2, if: y <= 1}
  - {says: It needs more than it costs., needs: x >= y}
  - {says: It goes sometimes., holds: somewhere}
  - {says: It goes where it costs nothing and pays nothing., holds: everywhere, if: x == y}
"""


# Go is played where x >= y, on half of the square of side 4. Of the half with x >= 2, whose area is 8, all but a triangle of 2 has it. Without
# x >= 2 it is played on a triangle of 2; where y <= 1 (an area of 4) on 2 - 1/2. For a claim that something holds somewhere, and under a
# condition that leaves nothing with an area, there is no share (but where it is proved it holds on all of it).
def test_the_share_of_the_box_in_which_claims_hold() -> None:
    told = [None if f.share is None else str(f.share) for f in hg.examine(read_model_text(SQUARE))]
    assert told == ["1/2", "1/2", "3/4", "7/8", "5/8", "1", None, "1"]


def test_a_share_needs_a_condition_that_leaves_something() -> None:
    thin = SQUARE.replace("if: x == y}", "if: x == y, among: every}")
    finding = hg.examine(read_model_text(thin))[-1]
    assert finding.verdict == "refuted"
    assert finding.share is None
