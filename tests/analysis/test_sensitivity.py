"""Sensitivity against what is known exactly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.hits import EstimatedShare
from hedging_games.analysis.robust import robustness
from hedging_games.analysis.sensitivity import sensitivity
from hedging_games.analysis.variance_indices import variance_indices
from hedging_games.model.reader import read_model_text
from hedging_games.report.region_answers import robustness_answer

F = Fraction

PLANE = ["card", "alignment_loss"]


@pytest.fixture(scope="module")
def plane():
    return sensitivity(hg.load("engagement-card"), PLANE, points=1024, seed=1)


def test_the_share_is_that_of_the_exact_region(plane):
    # Hedging is an equilibrium where card >= alignment_loss - 2: of the square [0, 10]² all but a triangle with sides of 8.
    assert abs(plane.share.value - 0.68) < 4 * plane.share.error + 1e-4
    assert 0 < plane.share.error < 0.005


def test_sobol_indices_of_a_linear_margin(plane):
    # The margin card - alignment_loss + 2 is additive with equal ranges: half of its variance each, and no interaction.
    for index in plane.indices:
        for value, low, high in (index.first, index.total):
            assert abs(value - 0.5) < 0.03
            assert low < value < high
            assert low - 0.03 < 0.5 < high + 0.03


def test_the_distance_between_distributions(plane):
    # Given the event the density of alignment_loss on [0, 10] is (10 - max(0, a - 2)) / 68, without it (a - 2) / 32 beyond
    # 2. Both distribution functions are furthest apart where the densities cross: (12 - a) / 68 = (a - 2) / 32, a = 5.2.
    # There F1 = (20 + 10*3.2 - 3.2²/2) / 68 = 46.88 / 68 and F0 = 3.2² / 64 = 0.16, so the distance is 0.5294.
    loss = next(index for index in plane.indices if index.name == "alignment_loss")
    assert abs(loss.ks - (46.88 / 68 - 0.16)) < 0.02


def test_only_the_ally_ends_the_event_on_this_plane(plane):
    assert plane.deviations == {"Ally would play Punish": 1.0}
    assert plane.holds


@pytest.mark.parametrize(
    ("name", "concept"),
    [
        ("engagement-card", None),
        ("gradual-decoupling", None),
        ("hedging-triangle", "pure-nash"),
        ("cherry-picking", None),
    ],
)
@pytest.mark.parametrize("among", ["some", "every"])
def test_the_ends_of_every_interval_are_exact(name, concept, among):
    model = hg.load(name)
    found = sensitivity(model, concept=concept, among=among, points=16)
    tiny = Fraction(1, 10**30)
    ends = 0
    for index in found.indices:
        declared = model.parameters[index.name].range
        asked = {declared.low, declared.high, index.baseline}
        for part in index.intervals:
            asked |= {end + shift for end in (part.low, part.high) for shift in (-tiny, 0, tiny)}
            ends += 2
        for value in asked:
            if value < declared.low or value > declared.high:
                continue
            try:
                hedged = [e.hedge > 0 for e in hg.solve(model.at(**{index.name: value}), concept)]
            except hg.InputError:
                hedged = []
            holds = any(hedged) if among == "some" else bool(hedged) and all(hedged)
            assert any(value in part for part in index.intervals) == holds, (index.name, value)
    assert ends or among == "every"


def test_it_is_reproducible_by_seed():
    model = hg.load("engagement-card")
    one, same, other = (sensitivity(model, points=64, seed=seed).as_dict() for seed in (3, 3, 4))
    assert one == same
    assert one["share"] != other["share"]


def test_a_rare_event_earns_a_note():
    # Card against loss with the cost of punishing at 0 and cards up to 1: the event holds on a twentieth of the box.
    model = hg.load("engagement-card")
    box = {"card": (0, 1), "alignment_loss": (0, 10)}
    found = sensitivity(model, box, at={"punishment_cost": 0}, points=256, indicator=True)
    assert abs(found.share.value - 0.05) < 0.01
    assert found.of == "the event"
    assert any("rare" in note for note in found.notes)
    assert not sensitivity(model, box, points=64).notes


def test_without_formulas_there_is_still_a_share_and_a_distance():
    found = sensitivity(hg.load("restraining-pyongyang"), ["offer_cost"], points=16)
    assert any("no margin" in note for note in found.notes)
    # One at a time, the event's own formulas tell: an offer's cost alone ends nothing at the baseline.
    assert str(found.indices[0].intervals[0]) == str(
        hg.threshold(hg.load("restraining-pyongyang"), "offer_cost").intervals[0]
    )
    assert 0 <= found.share.value <= 1


def test_variance_indices_of_the_ishigami_function():
    # Ishigami and Homma (1990), a = 7, b = 0.1: S = (0.3139, 0.4424, 0), T = (0.5576, 0.4424, 0.2437).
    def ishigami(x):
        return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])

    first, total = variance_indices(ishigami, np.full(3, -np.pi), np.full(3, np.pi), 1 << 13, 0)
    assert np.allclose([s[0] for s in first], [0.3139, 0.4424, 0], atol=0.02)
    assert np.allclose([s[0] for s in total], [0.5576, 0.4424, 0.2437], atol=0.02)
    assert all(low <= value <= high for value, low, high in (*first, *total))
    assert variance_indices(lambda x: np.ones(x.shape[1]), np.zeros(2), np.ones(2), 16, 0) is None


def test_among_is_some_or_every():
    with pytest.raises(hg.InputError, match="some or every"):
        sensitivity(hg.load("engagement-card"), PLANE, among="most")


def test_the_radius_and_what_binds_first():
    # The ally tolerates while card + example - alignment_loss + punishment_cost >= 0: 4 + 0 - 5 + 2 = 1 at the baseline. All
    # ranges are [0, 10] and example stands at the end of its own, so the worst is to move three of them by 10r: 30r = 1.
    found = sensitivity(hg.load("engagement-card"), points=16)
    assert (found.robustness.low, found.robustness.high) == (Fraction(1, 30), Fraction(1, 30))
    answer = found.as_dict()["robustness"]
    assert answer["radius"] == {"low": "1/30", "high": "1/30"}
    assert [b["because"] for b in answer["binding"]] == ["else Ally would play Punish"]
    # On the plane only two of them move: 20r = 1.
    plane = sensitivity(hg.load("engagement-card"), PLANE, points=16)
    assert plane.robustness.low == plane.robustness.high == Fraction(1, 20)
    assert "1/20" in str(plane)


def test_without_the_event_or_a_region_it_is_said_why_there_is_no_radius():
    lost = sensitivity(hg.load("engagement-card"), PLANE, at={"sanction": 4, "trade_loss": 0}, points=16)
    assert not lost.holds
    assert lost.robustness is None
    assert any("not played at this point" in note for note in lost.notes)
    joint = sensitivity(hg.load("cherry-picking"), ["p", "autonomy"], concept="correlated", points=2)
    assert joint.robustness is None
    assert any("no robustness radius" in note for note in joint.notes)


def test_points_that_are_solved_one_by_one_are_few_unless_asked_for():
    found = sensitivity(hg.load("hedging-triangle"), ["card", "leverage"])
    assert found.sample.points == 16
    assert any("by itself" in note for note in found.notes)
    assert sensitivity(hg.load("hedging-triangle"), ["card", "leverage"], points=32).sample.points == 32


# --- shares that a sample does not hit, or always hits -------------------------------------------------------------------------

RARE = """
title: the event is rare
players: [Ally, Client]
parameters:
  a: {{baseline: 1, range: [0, 10000]}}
  b: {{baseline: 1, range: [0, 2]}}
play:
  Client: [Hedge, Align]
  Ally: {{actions: [Tolerate, Punish], sees: [Client]}}
payoffs:
  Client: ({gain})*[Hedge] - 2*b*[Hedge and Punish]
  Ally: "[Tolerate]"
hedge: Hedge and Tolerate
"""


@pytest.mark.parametrize(
    ("gain", "share"),
    [
        ("a - 9999", F(1, 10000)),  # the ally tolerates, so the event is played where a >= 9999
        ("9999 - a", F(9999, 10000)),
        ("1 - a - b", F(1, 40000)),  # a triangle with sides of 1 in a box of 10,000 × 2
        ("-1 - a", F(0)),
        ("1 + a", F(1)),
    ],
)
def test_where_all_points_agree_the_exact_share_is_given(gain, share):
    found = sensitivity(read_model_text(RARE.format(gain=gain)), points=16)
    assert found.share.hits in (0, found.share.points) == (0, 128)
    assert found.share.exact == share
    assert found.as_dict()["share"]["exact"] == str(share)
    assert f"share of the box: {share} (exact)" in str(found)


@pytest.mark.parametrize(("gain", "share"), [("a - 9999", F(1, 9000)), ("9999 - a", F(8999, 9000))])
def test_where_it_is_not_known_exactly_the_share_has_bounds(gain, share):
    # Of the box [1000, 10000] that is asked for there is no exact share.
    found = sensitivity(read_model_text(RARE.format(gain=gain)), {"a": (1000, 10000)}, points=16)
    told = found.as_dict()["share"]
    assert told["standard_error"] is None
    assert told["low"] <= share <= told["high"]
    assert told["exact"] is None
    assert "with 95% confidence" in str(found)
    assert "of 128 points" in str(found)


def test_bounds_of_a_share_are_the_exact_binomial_ones():
    # No hit in n: (1 - p)^n = 0.05. One in 10: P(at most one | high) = 0.025 = P(at least one | low).
    none, one, every = (EstimatedShare(hits, 10, None) for hits in (0, 1, 10))
    assert none.ends == (0, pytest.approx(1 - 0.05 ** (1 / 10)))
    assert every.ends == (pytest.approx(0.05 ** (1 / 10)), 1)
    low, high = one.ends
    assert (1 - low) ** 10 == pytest.approx(0.975)
    assert (1 - high) ** 10 + 10 * high * (1 - high) ** 9 == pytest.approx(0.025)
    assert EstimatedShare(0, 0, None).ends == (0, 1)
    assert 3 / 1000 * 0.99 < EstimatedShare(0, 1000, None).ends[1] < 3 / 1000


def test_samples_that_agree_to_the_last_point_have_no_standard_error():
    # Half of the box, by a line through the middle of a dyadic grid: each scrambled net has exactly half of its points there.
    found = sensitivity(read_model_text(RARE.format(gain="a - 5000")), ["a"], points=16)
    assert (found.share.hits, found.share.points, found.share.error) == (64, 128, None)
    assert found.share.ends[0] < 0.5 < found.share.ends[1]


@pytest.mark.parametrize("gain", ["100000*a*b - 1/1000000", "a**2 + b**2 - 1/100000000"])
def test_robustness_gives_no_error_where_its_samples_agree(gain):
    # A hyperbola and a circle close to the box's corner: no polyhedra, so the share is estimated, and no point misses the event.
    text = RARE.format(gain=gain).replace("[0, 10000]", "[0, 1]").replace("[0, 2]", "[0, 1]")
    found = robustness(read_model_text(text), "every")
    assert (found.share.value, found.share.exact) == (1.0, False)
    assert "share of the box with the event: 1, its error unknown" in str(found)
    assert robustness_answer(found)["share_error"] is None
