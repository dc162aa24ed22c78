"""Continuous choices and uniform moves of chance as a model file declares them, and the grids that stand for them."""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from command_line import run
from hedging_games.errors import ModelFileError
from hedging_games.model.catalogue import form_of
from hedging_games.model.declarations import Continuum, Grid
from hedging_games.model.reader import read_model_text

WEDGE = """\
title: A wedge
players: [Ally, SmallState, Partner]
parameters:
  pull: {baseline: 1/2, range: [0, 1]}
  value: {baseline: 1/5, range: [0, 1]}
  bar: {baseline: 1/10, range: [0, 1]}
  top: {baseline: 1, range: [1/2, 2]}
play:
  penalty: {by: Ally, actions: {from: 0, to: top}}
  engagement: {by: SmallState, actions: {from: 0, to: 1}, sees: all}
  Partner: {actions: [Side, Stay], sees: all, when: engagement > bar}
payoffs:
  Ally: -engagement - [Side]
  SmallState: (value - penalty)*engagement - engagement**2/2 - max(pull, 1/3)*[Side]
  Partner: "[Side]*(pull - abs(engagement - value))"
hedge: engagement > value/2
cases:
  wide: {top: 2}
"""

TYPE = """\
title: A uniform type
players: [A, B]
parameters:
  top: 1
  cost: {baseline: 1/2, range: [0, 1]}
play:
  kind: {by: chance, actions: {uniform: [0, top]}}
  A: {actions: [In, Out], sees: [kind]}
  B: {actions: [Yes, No], sees: [A]}
payoffs:
  A: "[In]*(kind - cost) + [Yes]"
  B: "[Yes]*(kind - 1/3)"
hedge: In
"""

PENALTY = "{from: 0, to: top}"


@pytest.fixture(scope="module")
def wedge():
    return read_model_text(WEDGE, "wedge")


@pytest.fixture(scope="module")
def uniform():
    return read_model_text(TYPE, "uniform")


def problems(text):
    with pytest.raises(ModelFileError) as refused:
        read_model_text(text)
    return refused.value.problems


def only(text, topic="play"):
    """The one problem of a topic."""
    found = [p for p in problems(text) if p.topic == topic]
    assert len(found) == 1, found
    return found[0]


def test_both_are_declared(wedge, uniform):
    assert isinstance(wedge.decisions["penalty"].choice, Continuum)
    assert [str(end) for end in wedge.decisions["penalty"].choice.formulas] == ["0", "top"]
    assert isinstance(uniform.decisions["kind"].choice, Continuum)
    assert uniform.decisions["kind"].player is None
    assert wedge.is_continuous
    assert uniform.is_continuous
    assert not hg.load("engagement-card").is_continuous


def test_the_canonical_text_is_read_again(wedge, uniform):
    for model in (wedge, uniform, wedge.on_grid(3), uniform.on_grid(3)):
        again = read_model_text(model.dump(), model.name)
        assert again == model
        assert again.dump() == model.dump()
        assert again.fingerprint == model.fingerprint
    assert "abs(engagement - value)" in wedge.dump()
    assert len({wedge.fingerprint, wedge.on_grid(3).fingerprint, wedge.on_grid(4).fingerprint}) == 3


# bar decides whether Partner moves at all; pull, value and top stand in an order among payoffs, in the event or in an end only.
def test_what_is_structural(wedge):
    assert wedge.structural == ("bar",)
    assert wedge.on_grid(3).structural == ("pull", "value", "bar", "top")


def test_the_kind_of_game(wedge, uniform):
    assert form_of(wedge) == "perfect information"
    assert form_of(uniform) == "incomplete information"


@pytest.mark.parametrize(
    ("actions", "what", "remedy", "column"),
    [
        ("{from: 0}", "the choice of 'penalty' among numbers has no 'to'", "write {from: 0, to: 1}", 32),
        ("{to: top}", "has no 'from'", "write {from: 0, to: 1}", 32),
        ("{step: 1, to: top}", "has no 'from'", "write {step: 1, from: 0, to: 10}", 32),
        ("{levels: 5, to: top}", "has no 'from'", "write {levels: 11, from: 0, to: 1}", 32),
        ("{from: 0, to: top, levels: 3, step: 1}", "has both 'levels' and 'step'", "give one of them", 32),
        ("{uniform: [0, top]}", "is uniform, but a player takes it", "write actions: {from: 0, to: top}", 32),
        ("{uniform: [0]}", "needs two ends, and has 1 entry", "uniform: [0, 1]", 42),
        ("{from: top, to: 0}", "goes from 1 to 0 at the baseline", "write the smaller end first", 39),
    ],
)
def test_what_cannot_be_read(actions, what, remedy, column):
    found = only(WEDGE.replace(PENALTY, actions, 1))
    assert what in found.what
    assert remedy in found.remedy
    assert (found.where.line, found.where.column) == (9, column)


@pytest.mark.parametrize(
    ("actions", "what", "remedy"),
    [
        ("{from: 0, to: top}", "taken by chance, which does not choose", "write actions: {uniform: [0, top]}"),
        ("{from: 0, to: top, levels: 5}", "taken by chance", "write actions: {uniform: [0, top], levels: 5}"),
        ("{uniform: [0, 1, top]}", "needs two ends, and has 3 entries", "write the lowest and the highest number"),
        ("{uniform: top}", "needs two ends, and has a text", "write the lowest and the highest number"),
    ],
)
def test_what_chance_cannot_do(actions, what, remedy):
    found = only(TYPE.replace("{uniform: [0, top]}", actions))
    assert what in found.what
    assert remedy in found.remedy
    if "write actions" in remedy:
        read_model_text(TYPE.replace("{uniform: [0, top]}", found.remedy.removeprefix("write actions: ")))


def test_a_lottery_may_have_an_outcome_called_uniform():
    text = TYPE.replace("{uniform: [0, top]}", "{uniform: 1/2, other: 1/2}").replace("kind - ", "top*[uniform] - ")
    assert read_model_text(text).decisions["kind"].labels == ("uniform", "other")


def test_a_case_in_which_the_ends_cross():
    found = only(WEDGE.replace("{top: 2}", "{top: 0}"), "case")
    assert "goes from 0 to 0 in the case 'wide'" in found.what
    assert found.where.line == 18


def test_the_number_is_no_event():
    for event in ("engagement", "engagement.Engage"):
        found = only(WEDGE.replace("hedge: engagement > value/2", f"hedge: {event}"), "hedge")
        assert found.remedy == "compare it: engagement == 0, or engagement > 0"


def test_ends_speak_of_what_comes_before():
    text = WEDGE.replace("actions: {from: 0, to: 1}, sees: all", "actions: {from: 0, to: top - penalty/2}, sees: all")
    model = read_model_text(text)
    with pytest.raises(hg.InputError, match="its ends depend on 'penalty'") as refused:
        model.on_grid(3)
    assert refused.value.problems[0].where.line == 10
    assert form_of(model) == "perfect information"
    later = only(WEDGE.replace(PENALTY, "{from: 0, to: top + engagement}", 1))
    assert later.what == "'engagement' is used, which does not come before 'penalty'"
    unknown = only(WEDGE.replace(PENALTY, "{from: 0, to: topp}", 1))
    assert unknown.remedy == "did you mean 'top'?"


def test_ends_are_known_to_who_chooses():
    text = TYPE.replace("A: {actions: [In, Out], sees: [kind]}", "A: {actions: {from: 0, to: kind + 1}}").replace(
        "[In]*", "A*"
    )
    found = only(text.replace("hedge: In", "hedge: A > 0"))
    assert found.what == "the ends of 'A' depend on 'kind', which it does not see"
    assert found.remedy == "add 'kind' to 'sees' of 'A'"


def test_a_continuous_choice_is_seen_by_whoever_moves_later():
    found = only(WEDGE.replace("sees: all, when", "sees: [engagement], when"))
    assert "'Partner' does not see the continuous choice 'penalty'" in found.what
    assert found.remedy == "write sees: all; or make 'penalty' a grid: levels: 11"
    assert (found.where.line, found.where.column) == (11, 3)
    # Two simultaneous answers see the choice and not each other.
    text = """\
title: A band
players: [S, A, P]
play:
  tilt: {by: S, actions: {from: -1, to: 1}}
  A: {actions: [HitA, SpareA], sees: [tilt]}
  P: {actions: [HitP, SpareP]}
payoffs: {S: tilt - tilt**2, A: "[HitA]*tilt", P: "-[HitP]*tilt"}
"""
    found = only(text)
    assert found.remedy == "write sees: all, or sees: [tilt]; or make 'tilt' a grid: levels: 11"
    assert read_model_text(text.replace("to: 1}", "to: 1, levels: 11}")).structural == ()
    assert form_of(read_model_text(text.replace("SpareP]}", "SpareP], sees: [tilt]}"))) == "sequential"


AT_ONCE = """\
title: Numbers at once
players: [A, B, C]
parameters: {k: {baseline: 1, range: [0, 2]}}
play:
  D: {by: A, actions: [L, R]}
  x: {by: A, actions: {from: 0, to: 1}, sees: [D]}
  y: {by: B, actions: {from: 0, to: 1}, sees: [D]}
  z: {by: C, actions: {from: 0, to: 1}, sees: [D]}
payoffs:
  A: k*x - x**2 - x*y*[L]
  B: y - y**2
  C: z - z**2
"""
Z = "z: {by: C, actions: {from: 0, to: 1}, sees: [D]}"


def test_numbers_at_once():
    found = hg.solve(read_model_text(AT_ONCE).at())
    assert [one.choices for one in found] == [dict.fromkeys("xyz", F(1, 2))]
    # Where they are passed over, they are 0.
    passed = AT_ONCE.replace("sees: [D]}", "sees: [D], when: R}") + 'hedge: "x + y + z == 0"\n'
    model = read_model_text(passed.replace("A: k*x", "A: 2*[L] + k*x"))
    assert [(one.choices, one.actions, one.hedge) for one in hg.solve(model.at())] == [({}, (("D", "L"),), 1)]


@pytest.mark.parametrize(
    ("line", "unseen", "remedy"),
    [
        ("z: {by: C, actions: {from: 0, to: 1}, sees: [D, y]}", "the continuous choice 'x'", "write sees: all"),
        ("z: {by: C, actions: {from: 0, to: 1}, sees: [D], when: L}", "the continuous choice 'x'", "write sees: all"),
        ("z: {by: C, actions: {levels: 3, from: 0, to: 1}, sees: [D]}", "the continuous choice 'x'", "write sees: all"),
        ("z: {by: C, actions: {from: 0, to: 1}}", "'D'", "write sees: [D]"),
    ],
)
def test_what_is_not_at_once(line, unseen, remedy):
    """What sees some of the numbers, comes at other times, is on a grid, or does not know what went before."""
    with pytest.raises(hg.HedgingGamesError) as refused:
        hg.solve(read_model_text(AT_ONCE.replace(Z, line)).at())
    (found,) = refused.value.problems
    assert f"'z' does not see {unseen}" in found.what
    assert found.remedy.startswith(remedy)
    assert (found.where.line, found.where.column) == (8, 3)
    followed = (
        line.replace(", sees: [D, y]", "")
        .replace(", sees: [D]", "")
        .replace("1}", f"1}}, {remedy.removeprefix('write ')}", 1)
    )
    assert len(hg.solve(read_model_text(AT_ONCE.replace(Z, followed)).at()))


def test_nobody_chooses_two_numbers_at_once():
    found = only(AT_ONCE.replace("z: {by: C", "z: {by: A").replace(", C]", "]").replace("  C: z - z**2\n", ""))
    assert "'z' does not see the continuous choice 'x'" in found.what
    assert "sees: [D, x]" in found.remedy


def test_the_ends_of_numbers_at_once_do_not_depend_on_each_other():
    found = only(AT_ONCE.replace(Z, Z.replace("to: 1", "to: y")))
    assert found.what == "the ends of 'z' depend on 'y', which it does not see"
    assert (found.where.line, found.where.column) == (8, 37)


def test_what_does_not_depend_on_the_numbers_is_checked():
    found = only(WEDGE.replace("Partner: {actions", "Luck: {by: chance, actions: {good: 1/3, bad: 1/3}}\n  Partner: {actions"))  # fmt: skip
    assert "do not sum to 1" in found.what


def test_histories_cannot_be_listed(wedge):
    with pytest.raises(hg.InputError, match="'penalty' is a continuous choice") as refused:
        wedge.unrolled(wedge.point())
    assert "model.on_grid(21)" in refused.value.problems[0].remedy
    assert refused.value.problems[0].where.line == 9


def test_on_a_grid(wedge):
    grid = wedge.on_grid(5)
    assert isinstance(grid.decisions["penalty"].choice, Grid)
    assert not grid.is_continuous
    assert grid.at("wide").form.information_sets[0].actions == ("0", "1/2", "1", "3/2", "2")
    with pytest.raises(hg.InputError, match="no continuous choice"):
        grid.on_grid(5)
    for levels in (1, 0, -3, True, 2.0, "3"):
        with pytest.raises(hg.InputError, match="has no two ends"):
            wedge.on_grid(levels)


# Four equal parts of [0, 1]: midpoints 1/8, ..., 7/8, each as likely.
def test_a_uniform_type_on_a_grid(uniform):
    game = uniform.on_grid(4).at()
    assert game.form.information_sets[0].actions == ("1/8", "3/8", "5/8", "7/8")
    assert list(game.chance[:4]) == [F(1, 4)] * 4


# Everybody in: the mean of kind, 1/2, is above 1/3, so Yes, and kind - 1/2 + 1 > 0 is more than No after Out. Worth 1/2 - 1/2 + 1 to A and
# 1/2 - 1/3 to B.
def test_a_uniform_type_is_solved_on_a_grid(uniform):
    found = hg.solve(uniform.on_grid(4).at(), concept="pure-nash")
    assert [dict(e.payoffs) for e in found if e.hedge == 1] == [{"A": 1, "B": F(1, 6)}]


def test_the_option_levels(tmp_path):
    (tmp_path / "wedge.yaml").write_text(WEDGE)
    path = str(tmp_path / "wedge.yaml")
    shown = run("show", path, "--levels", "3")
    assert "penalty (Ally): 0, 1/2, 1" in shown.stdout
    assert run("solve", path, "--levels", "3").returncode == 0
    (tmp_path / "type.yaml").write_text(TYPE)
    asked = ("condition", str(tmp_path / "type.yaml"), "--among", "some", "--set", "top=1", "--concept", "pure-nash")
    assert run(*asked, "--levels", "2").returncode == 0
    assert run("claims", path, "--levels", "2").returncode == 0
    refused = run("solve", path, "--levels", "1")
    assert refused.returncode != 0
    for name in ("engagement-card", "game.nfg"):
        refused = run("solve", name, "--levels", "3")
        assert refused.returncode == 2
        assert "continuous choice" in refused.stderr
