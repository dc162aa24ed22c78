"""Robustness without cells: a bracket by proofs and points, against radii worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

import hedging_games as hg
from hedging_games.analysis.conditions.region import Region
from hedging_games.errors import CouldNotFinish, could_not_finish

CARD = hg.load("engagement-card")


@pytest.fixture
def without_cells(monkeypatch):
    """A region whose cells are too many."""

    def systems(_region):
        raise could_not_finish("region", "the region has too many cells to list them all", "fix some parameters")

    monkeypatch.setattr(Region, "systems", property(systems))


# The radius is 1/30 (tests/cli/test_regions.py): a margin of 1, and three ranges of 10 that move.
@pytest.mark.usefixtures("without_cells")
def test_the_box_around_the_baseline():
    found = hg.robustness(CARD)
    # At the radius itself the margin is 0, and the event still played: losses lie just beyond.
    assert found.low == Fraction(1, 30)
    assert 0 < found.high - found.low < Fraction(1, 10_000)
    # Two margins are 1 and contain three parameters that can move: that of tolerating, and trade_loss + restraint_benefit - alignment_reward.
    (binding,) = found.binding
    assert str(binding.reason) in ("else Ally would play Punish", "else SmallState would play Align")
    assert binding.holds_at(tuple(found.point.values()))
    assert not binding.holds_at(tuple(found.nearest.values()))
    assert not hg.condition(CARD, "some").contains(found.nearest)
    low, high = found.share.value - 4 * found.share.error, found.share.value + 4 * found.share.error
    assert low < _share() < high


def _share():
    # The same share from the cells, by another way (systems are looked at apart from the fixture).
    from hedging_games.algebra.inequalities.volume import share

    return float(share(tuple(dict.fromkeys(cell.system for cell in hg.condition(CARD, "some").cells))).value)


# In a ball the square of the radius is 1/300: the proved bound is that of the box inside it, the other that of a point.
@pytest.mark.usefixtures("without_cells")
def test_the_ball_around_the_baseline():
    found = hg.robustness(CARD, norm="ball")
    assert 0 < found.low**2 <= Fraction(1, 300) <= found.high**2
    assert found.low >= Fraction(1, 33)


def test_on_a_border_the_nearest_loss_is_beside_the_point():
    # The ally tolerates from a card of 3 on.
    held = {name: p.baseline for name, p in CARD.parameters.items() if name != "card"}
    found = hg.robustness(CARD, fixed={"card": 3}, held=held)
    assert (found.low, found.high) == (0, 0)
    assert "nearest loss: beside the point itself, which lies on a border" in str(found)


@pytest.mark.usefixtures("without_cells")
def test_where_nothing_can_be_lost():
    # At a card of 10 and all else but the card held, the event is played for every card from 3 on; for card >= 3 assumed, everywhere.
    from dataclasses import replace

    from hedging_games.algebra.expressions.parser import parse_condition

    held = {name: p.baseline for name, p in CARD.parameters.items() if name != "card"}
    safe = replace(CARD, assumptions=(parse_condition("card >= 3"),))
    found = hg.robustness(safe, fixed={"card": 5}, held=held)
    assert (found.low, found.high, found.nearest) == (None, None, None)
    assert found.share.value == 1


@pytest.mark.usefixtures("without_cells")
@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_the_time_limit_leaves_what_is_known(monkeypatch, rounds):
    from hedging_games.analysis import bracket, robust

    # The time is over after so many rounds of the bracket, wherever the clock is: what is known by then holds the radius, 1/30,
    # and after no round nothing is proved.
    true, asked = bracket.lost_within, []

    def lost_within(*given, **options):
        if len(asked) == rounds:
            raise could_not_finish("time", "the time limit was reached", "raise --time-limit")
        asked.append(given)
        return true(*given, **options)

    monkeypatch.setattr(bracket, "lost_within", lost_within)
    monkeypatch.setattr(robust, "_tightened", lambda _region, _start, radius: radius)
    found = hg.robustness(CARD, time_limit=600)
    assert len(asked) == rounds
    assert found.low <= Fraction(1, 30)
    assert found.high is None or found.high >= Fraction(1, 30)
    assert (found.low > 0) == (rounds > 1)
    with pytest.raises(CouldNotFinish):
        hg.robustness(CARD)
