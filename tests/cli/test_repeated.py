"""Repeated games on the command line: what scripts rely on."""

from fractions import Fraction

from command_line import answer, run


def test_solve_says_which_punishment_sustains_what():
    told = answer("solve", "tightrope", "--set", "discount=3/5")
    assert (told["concept"], told["method"], told["complete"], told["grouped"]) == (
        "repeated",
        "automata",
        "all",
        "path",
    )
    (held,) = (path for path in told["equilibria"] if path["hedge"] == "1")
    assert set(held["sustained_by"]) == {"grim-trigger", "optimal-penal-code"}
    grim = held["sustained_by"]["grim-trigger"]
    assert (grim["stands"], grim["critical"], grim["exact"], grim["perfect"]) == (True, "4/7", True, True)
    assert abs(grim["decimal"] - 4 / 7) < 1e-15
    assert grim["discounts"] == [{"low": "4/7", "high": "1", "low_closed": True, "high_closed": False}]
    assert grim["certificate"] == {"exact": True, "largest_gain": "0"}
    states = grim["states"]
    assert list(states) == ["agreement", "punishment of Ally", "punishment of Partner"]
    assert states["punishment of Ally"]["next"] == "punishment of Ally"
    pressed = states["punishment of Ally"]["profile"]
    assert pressed["Ally"] == {"Press": "1", "Leave": "0"}
    assert pressed["SmallState after Ally.Press, Partner.Press"] == {
        "YieldAlly": "1/2",
        "YieldPartner": "1/2",
        "Hold": "0",
    }
    assert held["payoffs"] == {"Ally": "0", "Partner": "0", "SmallState": "2"}
    assert told["minmax"] == {patron: {"pure": "-3/2", "mixed": "-3/2"} for patron in ("Ally", "Partner")}
    assert told["payoff_set"]["players"] == ["Ally", "Partner"]
    assert all(min(map(Fraction, corner)) > Fraction(-16, 10) for corner in told["payoff_set"]["corners"])


def test_show_says_who_looks_at_the_period_alone():
    told = answer("show", "tightrope")
    assert (told["myopic"], told["even"]) == (["SmallState"], {"SmallState": ["YieldAlly", "YieldPartner"]})
    assert told["sustained"] == ["grim-trigger", "optimal-penal-code"]
    shown = run("show", "tightrope").stdout
    assert "myopic: SmallState" in shown
    assert "a fair coin where equally good: SmallState: YieldAlly, YieldPartner" in shown


def test_what_is_not_sustained_is_listed_with_its_critical_discount():
    told = answer("solve", "tightrope", "--set", "discount=11/20", "--concept", "grim-trigger")
    assert [path["hedge"] for path in told["equilibria"]] == ["0"]
    (held,) = (path for path in told["others"] if path["hedge"] == "1")
    assert held["sustained_by"]["grim-trigger"]["stands"] is False
    assert held["sustained_by"]["grim-trigger"]["critical"] == "4/7"


def test_the_path_of_play_begins_where_one_likes():
    told = answer("path", "tightrope", "--equilibrium", "1", "--periods", "2", "--from", "punishment of Ally")
    assert [period["states"] for period in told["periods"]] == [{"punishment of Ally": "1"}] * 2


def test_the_threshold_is_the_critical_discount():
    told = answer("threshold", "tightrope", "--parameter", "discount", "--concept", "grim-trigger")
    assert told["thresholds"] == ["4/7"]


def test_a_concept_for_repeated_games_is_refused_elsewhere():
    done = run("solve", "engagement-card", "--concept", "grim-trigger")
    assert done.returncode == 2
    assert "grim-trigger does not fit this game: it is for repeated games" in done.stderr
