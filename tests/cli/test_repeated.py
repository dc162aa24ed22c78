"""Repeated games on the command line: what scripts rely on."""

from fractions import Fraction
from pathlib import Path

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
    assert (told["equilibrium"], told["equilibria"]) == (1, 2)
    assert [period["states"] for period in told["periods"]] == [{"punishment of Ally": "1"}] * 2


def test_the_threshold_is_the_critical_discount():
    told = answer("threshold", "tightrope", "--parameter", "discount", "--concept", "grim-trigger")
    assert told["thresholds"] == ["4/7"]


def test_a_concept_for_repeated_games_is_refused_elsewhere():
    done = run("solve", "engagement-card", "--concept", "grim-trigger")
    assert done.returncode == 2
    assert "grim-trigger does not fit this game: it is for repeated games" in done.stderr


NUMBERS = {"profile", "beliefs", "payoffs", "values", "parameters", "held", "counterexample"}
"""Keys under which there are names and numbers alone."""

NAMED = {"sustained_by", "minmax", "even", "next"}
"""Keys under which there are names, and under these keys again."""


def keys(told, *, named=False):
    """The keys of an answer that are no names of players, information sets, actions, states, parameters, punishments."""
    if isinstance(told, list):
        return set().union(*(keys(one) for one in told))
    if not isinstance(told, dict):
        return set()
    found = set() if named else set(told)
    for key, inner in told.items():
        # States are listed by `show`, and named by `solve` and `path`; discounts are intervals by `solve`, and named by `show`.
        names = not named and (key in NAMED or (key in {"states", "discounts"} and isinstance(inner, dict)))
        found |= set() if key in NUMBERS else keys(inner, named=names)
    return found


def test_every_key_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    answers = [
        answer("solve", "tightrope"),
        answer("solve", "sanctions-waiver-discretionary", "--concept", "pure-markov-perfect", "--set", "loss=0"),
        answer("solve", "forced-choice"),
        answer("show", "tightrope"),
        answer("path", "forced-choice"),
    ]
    asked = set().union(*map(keys, answers))
    assert asked >= {
        "sustained_by",
        "others",
        "minmax",
        "payoff_set",
        "periods",
        "states",
        "at_most",
        "expected_duration",
    }
    # What every game has is said elsewhere: names of players, decisions, histories.
    known = {"title", "players", "decisions", "label", "player", "actions", "histories", "outcomes", "history"}
    assert {key for key in asked - known if f"`{key}`" not in page} == set()
