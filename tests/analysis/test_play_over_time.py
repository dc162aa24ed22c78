"""Play over time in an equilibrium: periods, and how long hedging lasts, by hand and against paths written out."""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from command_line import answer, run
from hedging_games.analysis.play_over_time import ERROR
from hedging_games.errors import InputError


@pytest.fixture(scope="module")
def forced():
    found = hg.solve(hg.load("forced-choice").at(hazard="1/20"))
    assert len(found) == 1
    return found


# Hedging goes on with probability 19/20 a period: the period in which it stops is geometric, 20 in expectation.
def test_hedging_lasts_until_the_partner_commits(forced):
    told = hg.path_of_play(forced.game, forced[0], 5)
    assert told.exact
    assert [p.states.get("open") for p in told.periods] == [F(19, 20) ** k for k in range(5)]
    assert told.periods[3].states == {
        "open": F(19, 20) ** 3,
        "forced": F(19, 20) ** 2 / 20,
        "settled": 1 - F(19, 20) ** 2,
    }
    assert [p.lasts for p in told.periods] == [F(19, 20) ** k for k in range(5)]
    assert [p.realigns for p in told.periods] == [0, *(F(19, 20) ** k / 20 for k in range(4))]
    assert (told.expected_duration, told.for_ever) == (20, 0)
    assert "expected duration of hedging, in periods: 20" in str(told)


def test_from_another_state(forced):
    told = hg.path_of_play(forced.game, forced[0], 2, start="forced")
    assert [dict(p.states) for p in told.periods] == [{"forced": 1}, {"settled": 1}]
    assert (told.expected_duration, told.for_ever) == (0, 0)


def test_without_hazard_it_lasts_for_ever():
    found = hg.solve(hg.load("forced-choice").at(hazard=0))
    told = hg.path_of_play(found.game, found[0])
    assert (told.expected_duration, told.for_ever) == (None, 1)
    assert "without end" in str(told)


# Ten thousand paths: a share is within five standard deviations, 5*sqrt(p*(1 - p)/10000) <= 1/40, of its probability.
def test_long_horizons_are_drawn_by_seed(forced):
    long, again = (hg.path_of_play(forced.game, forced[0], 201, seed=3) for _ in range(2))
    assert not long.exact
    assert long.periods == again.periods != hg.path_of_play(forced.game, forced[0], 201, seed=4).periods
    short = hg.path_of_play(forced.game, forced[0], 60)
    for drawn, exact in zip(long.periods, short.periods, strict=False):
        assert abs(drawn.lasts - exact.lasts) < 1 / 40
        assert abs(drawn.realigns - exact.realigns) < 1 / 40
        for state in ("open", "forced", "settled"):
            assert abs(drawn.states.get(state, 0) - exact.states.get(state, 0)) < 1 / 40
    assert long.expected_duration == 20
    # A share is within sqrt(log(2/0.05)/(2*10000)) = 0.01358 of its probability in 95 % of samples (Hoeffding).
    assert pytest.approx(0.01358, abs=1e-5) == ERROR
    assert "each within 0.014 with 95% confidence" in str(long)


def test_the_verb():
    told = answer("path", "sanctions-waiver", "--periods", "4")
    assert told["periods"][0] == {"period": 1, "states": {"k=2": "1"}, "lasts": "1", "realigns": "0"}
    assert told["periods"][2] == {"period": 3, "states": {"k=0": "1"}, "lasts": "0", "realigns": "1"}
    assert told["periods"][3] == {"period": 4, "states": {}, "lasts": "0", "realigns": "0"}
    assert (told["expected_duration"], told["for_ever"], told["exact"], told["error"]) == ("2", "0", True, "0")
    for words, said in (
        (["path", "engagement-card"], "'engagement-card' is played once"),
        (["path", "forced-choice", "--equilibrium", "7"], "there is no equilibrium 7: 1 were found"),
        (["path", "forced-choice", "--periods", "0"], "0 periods cannot be told"),
        (["path", "forced-choice", "--from", "opne"], "there is no state 'opne'"),
        (["eliminate", "forced-choice"], "is played over time, which this does not cover"),
        (["convert", "forced-choice", "--to", "efg"], "is played over time, which this does not cover"),
    ):
        refused = run(*words)
        assert refused.returncode == 2
        assert said in refused.stderr


def test_what_cannot_be_told_is_refused(forced):
    for wrong in (0, 10_001, True, 1.5):
        with pytest.raises(InputError, match="periods cannot be told"):
            hg.path_of_play(forced.game, forced[0], wrong)


def test_what_covers_games_played_once_refuses(forced):
    for refused in (lambda: hg.judge(forced.game, {}), lambda: hg.eliminate(forced.game)):
        with pytest.raises(InputError, match="is played over time, which this does not cover"):
            refused()


# Sweeps solve point by point; one parameter at a time is told by the exact region. At the baseline hedging needs hazard <= 1/6.
def test_sweeps_and_sensitivity():
    model = hg.load("forced-choice")
    swept = hg.sweep(model, {"hazard": hg.span(0, 1, 7)})
    assert swept.data["some"].tolist() == [1, 1, 0, 0, 0, 0, 0]
    assert swept.data["every"].tolist() == [1, 0, 0, 0, 0, 0, 0]
    index = next(i for i in hg.sensitivity(model, points=16).indices if i.name == "hazard")
    assert [str(interval) for interval in index.intervals] == ["[0, 1/6]"]
