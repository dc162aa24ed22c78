"""A decision that is passed over at the baseline is allowed where something else that decides the form reaches it, and only there."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.errors import ModelFileError

CONTINUOUS = """\
title: A choice that may be watched
players: [Small, Ally]
parameters: {watched: {baseline: 0, range: [0, 1]}, value: 1/2}
play:
  engagement: {by: Small, actions: {from: 0, to: 1}}
  Ally: {actions: [Tolerate, Punish], sees: all, when: watched == 1}
payoffs:
  Small: value*engagement - [Punish]
  Ally: "[Punish]*(engagement - 1/2)"
hedge: engagement > 0 and not Punish
"""

OVER_TIME = """\
title: A waiver that is asked for only from far away
players: [Small, Ally]
parameters: {top: {baseline: 1, range: [1, 3]}, cost: 1/2, d: {baseline: 1/2, range: [0, 9/10]}}
state: {k: {from: 0, to: 3}}
start: {k: top}
discount: d
play:
  Small: {actions: [Diversify, Keep], when: k > 0}
  Ally: {actions: [Waive, Sanction], sees: all, when: k > 1 and Diversify}
payoffs:
  Small: "cost*[Diversify] - [Sanction]"
  Ally: "-cost - [Sanction]"
next:
  - {at: Diversify and k > 0, to: {k: k - 1}}
  - {at: Keep or k == 0, to: end}
hedge: {reaches: Diversify}
"""


def test_a_continuous_model_may_pass_over_a_decision_at_its_baseline():
    """Unwatched the small state engages fully and has 1/2. Watched, the ally punishes above 1/2, where it is worth it: 1/4 is left."""
    model = hg.read_model_text(CONTINUOUS)
    (free,) = hg.solve(model.at())
    (watched,) = hg.solve(model.at(watched=1))
    assert (free.payoffs["Small"], watched.payoffs["Small"]) == (F(1, 2), F(1, 4))


def test_a_game_over_time_may_pass_over_a_decision_and_values_of_its_state_at_its_baseline():
    """With one step to go nobody answers and the small state has its 1/2. From three steps it diversifies all the way, as the ally
    never gains by a sanction: 1/2 + 1/4 + 1/8."""
    model = hg.read_model_text(OVER_TIME)
    (near,) = hg.solve(model.at())
    (far,) = hg.solve(model.at(top=3))
    assert (near.payoffs["Small"], far.payoffs["Small"]) == (F(1, 2), F(7, 8))


@pytest.mark.parametrize(
    ("text", "old", "new", "what", "line"),
    [
        (CONTINUOUS, "watched == 1", "watched == 2", "the decision 'Ally' is never reached at the baseline", 6),
        (OVER_TIME, "k > 1 and", "k > 3 and", "the decision 'Ally' is never reached at the baseline", 9),
        (OVER_TIME, "to: 3}}", "to: 4}}", "'k' never becomes 4 at the baseline", 4),
    ],
)
def test_what_nothing_reaches_is_refused_and_the_message_says_where_was_looked(text, old, new, what, line):
    assert old in text
    with pytest.raises(ModelFileError) as refused:
        hg.read_model_text(text.replace(old, new))
    (problem,) = refused.value.problems
    assert what in problem.what
    assert "nor in a case, nor at the ends of the range of" in problem.what
    assert problem.where is not None
    assert problem.where.line == line


@pytest.mark.parametrize(
    ("text", "old", "new", "case"),
    [
        (CONTINUOUS, "watched == 1", "watched == 1/2", "{seen: {watched: 1/2}}"),
        (OVER_TIME, "to: 3}}", "to: 4}}", "{far: {top: 4}}"),
    ],
)
def test_a_case_that_reaches_it_is_the_remedy(text, old, new, case):
    assert hg.read_model_text(text.replace(old, new) + f"cases: {case}\n").cases
