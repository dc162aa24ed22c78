"""Play over time as a model file declares it: what is read, every mistake with its place and remedy, and the game that it makes."""

from fractions import Fraction as F

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.errors import InputError, ModelFileError
from hedging_games.model.catalogue import form_of
from hedging_games.model.declarations import PathEvent
from hedging_games.model.reader import read_model_text

SOUND = """\
title: A door that may close
players: {Small: {role: small state}, Ally: {role: ally}}
parameters:
  benefit: 2
  hazard: {baseline: 1/4, range: [0, 1]}
  d: {baseline: 9/10, range: [1/2, 19/20]}
  top: {baseline: 2, range: [1, 4]}
state:
  door: [open, closed]
  k: {from: 0, to: top}
start: {door: open, k: top}
discount: d
play:
  Small: {actions: [Hedge, Align], when: open and k > 0}
  Reply: {by: Ally, actions: [Tolerate, Press], sees: all, when: Hedge}
payoffs:
  Small: benefit*[Hedge] - 3*[closed] - [Press]
  Ally: k*[Tolerate]
next:
  - {at: Tolerate, to: {k: k - 1, door: {closed: hazard, open: 1 - hazard}}}
  - {at: Press, to: same}
  - {at: not Hedge and open, to: end, worth: {Small: 1}}
  - {at: closed, to: end}
hedge: {first: Hedge}
"""


def test_the_game_that_a_file_makes():
    model = read_model_text(SOUND, "door")
    assert model.is_over_time
    assert form_of(model) == "over time"
    assert model.structural == ("top",)
    assert model.hedge == PathEvent("first", model.hedge.event)
    game = model.at(hazard="1/3")
    assert game.states == ("open, k=2", "closed, k=1", "open, k=1", "closed, k=0", "open, k=0")
    assert (game.start, game.event, game.discounts) == (0, "first", (F(9, 10), F(9, 10)))
    first = game.stages[0]
    assert [first.form.history_labels[h] for h in first.form.terminals] == ["Hedge, Tolerate", "Hedge, Press", "Align"]
    # Hedge-Tolerate 2 and k = 2; Hedge-Press 2 - 1 and 0; Align 0 and the end is worth 1.
    assert first.payoffs.tolist() == [[2, 1, 1], [2, 0, 0]]
    assert game.moves[0].tolist() == [[0, F(1, 3), F(2, 3), 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
    assert first.hedge.tolist() == [True, True, False]
    # Where the door is closed nobody moves, and -3 is paid once.
    assert game.stages[1].payoffs.tolist() == [[-3], [0]]
    assert not game.moves[1].any()


def test_a_structural_parameter_shapes_the_states():
    model = read_model_text(SOUND)
    assert len(model.at(top=4).states) == 9
    with pytest.raises(InputError, match="goes from 0 to 0"):
        model.at(top=0)


def test_parameters_left_open_agree_with_numbers():
    model = read_model_text(SOUND)
    opened, game = model.open_markov(), model.at(hazard="2/7", d="3/5", benefit=5)
    point = {"benefit": F(5), "hazard": F(2, 7), "d": F(3, 5)}

    def at(value):
        numbers = [point[str(symbol)] for symbol in value.field.symbols]
        return F(str(value.numer.evaluate(list(zip(value.numer.ring.gens, numbers, strict=False)))))

    assert opened.states == game.states
    for here, there in zip((*opened.stages, *opened.moves), (*game.stages, *game.moves), strict=True):
        one, other = (getattr(table, "payoffs", table) for table in (here, there))
        assert [at(value) for value in one.ravel()] == other.ravel().tolist()


def test_a_file_is_written_back_as_it_was():
    model = read_model_text(SOUND.replace("hedge:", "horizon: top + 1\nhedge:"))
    again = read_model_text(model.dump())
    assert again == model
    assert again.dump() == model.dump()
    assert again.fingerprint == model.fingerprint != read_model_text(SOUND).fingerprint
    assert model.at().horizon == 3


def test_a_repeated_game_has_one_state():
    text = (
        SOUND[: SOUND.index("state:")]
        .replace("  top: {baseline: 2, range: [1, 4]}\n", "")
        .replace("  hazard: {baseline: 1/4, range: [0, 1]}\n", "")
    )
    text += "discount: {Small: d, Ally: d/2}\nplay: {Small: [A, B], Reply: {by: Ally, actions: [C, D], even: [C, D]}}\n"
    text += "payoffs: {Small: 'benefit*[A]', Ally: '[C]'}\nnext: [{at: all, to: same}]\nsustained: {by: grim-trigger}\n"
    text = text.replace("{role: ally}", "{role: ally, myopic: yes}")
    game = read_model_text(text).at()
    assert game.is_repeated
    assert game.states == ("every period",)
    assert game.discounts == (F(9, 10), F(9, 20))
    assert (game.myopic, dict(game.even), game.sustained) == ({1}, {"Reply": ("C", "D")}, ("grim-trigger",))
    with pytest.raises(InputError, match="Ally is myopic, which stationary equilibria do not cover"):
        hg.solve(game, "markov-perfect")


SINGLE = [
    # what belongs together
    (("discount: d\n", ""), 9, 3, "play over time has no 'discount'", "add discount:"),
    (("start: {door: open, k: top}\n", ""), 9, 3, "the state has no 'start'", "add start: {door: open, k: top}"),
    (("start: {door: open, k: top}", "start: {door: open}"), 11, 8, "'start' does not say where 'k' begins", "write start: {door: open, k: top}"),
    (("door: open, k: top}", "door: open, k: top, m: 1}"), 11, 29, "unknown key 'm' in 'start'", "known here: door, k"),
    (("door: open, k: top}", "door: opne, k: top}"), 11, 15, "the start of 'door' is 'opne'", "did you mean 'open'?"),
    (("k: top}\n", "k: top + 1}\n"), 11, 24, "'k' starts at 3, which is not among its values 0 to 2", "start at one of them"),
    # the state
    (("[open, closed]", "[open, closed, open]"), 9, 24, "'door' has the value 'open' twice", "once"),
    (("[open, closed]", "[open, closed, lost]"), 9, 3, "'door' never becomes lost at the baseline", "let a row of 'next' lead there"),
    (("to: top}", "til: top}"), 10, 16, "unknown key 'til' in the values of 'k'", "from, to"),
    (("{from: 0, to: top}", "{from: 0, to: Hedge}"), 10, 20, "unknown name 'Hedge'", "known here: benefit"),
    (("  k: {", "  Small: {"), 14, 3, "'Small' is a state variable and also a decision", "rename one of them"),
    (("[open, closed]", "[open, Hedge]"), 14, 3, "'Hedge' is an action and also a value of the state", "rename"),
    # discounts
    (("range: [1/2, 19/20]", "range: [1/2, 1]"), 12, 11, "the discount 'd', whose range is [1/2, 1], can be 1 or more", "give d a range below 1"),
    (("discount: d\n", "discount: 2*d\n"), 12, 11, "the discount '2*d' can be 1 or more", "below 1"),
    (("discount: d\n", "discount: d - 3/4\n"), 12, 11, "the discount 'd - 3/4' can be negative", "from 0"),
    (("discount: d\n", "discount: max(d, 0)\n"), 12, 11, "compares parameters", "without comparisons"),
    (("discount: d\n", "discount: {Small: d}\n"), 12, 11, "'discount' says nothing of 'Ally'", "add Ally:"),
    (("discount: d\n", "discount: d*k\n"), 12, 13, "a discount speaks of the state variable 'k'", "parameters and numbers"),
    # how play goes on
    (("  - {at: closed, to: end}\n", ""), 22, 10, "no row of 'next' says how play goes on after the outcome closed, k=1", "add a row: {at: closed and k == 1, to: end}"),
    (("at: closed, to", "at: closed or Press, to"), 23, 10, "about the outcome open, k=2, Hedge, Press, which another one covers (line 21 does too)", "only one"),
    (("k: k - 1,", "k: k - 3,"), 20, 28, "'k' becomes -1 after open, k=2, which is not among its values 0 to 2", "widen its range"),
    (("{closed: hazard, open: 1 - hazard}", "{closed: hazard, open: hazard}"), 20, 64, "the probabilities of what 'door' becomes do not sum to 1 for all parameters: hazard + hazard", "1 minus the others"),
    (("to: same", "to: stay"), 21, 21, "'to' is 'stay'", "write to: same, or to: end, or to: {door: open, k: top}"),
    (("to: same", "to: {door: shut}"), 21, 28, "what 'door' becomes is 'shut'", "known here: open, closed"),
    (("to: same", "to: {dor: open}"), 21, 22, "unknown key 'dor' in 'to'", "did you mean 'door'?"),
    (("{at: Press, to: same}", "{to: same}"), 21, 5, "a row of 'next' has no 'at'", "add at:"),
    (("to: same", "to: same, worth: {Small: 1}"), 21, 34, "this row does not end the game", "write to: end"),
    (("worth: {Small: 1}", "worth: {Smal: 1}"), 22, 47, "unknown key 'Smal' in 'worth'", "did you mean 'Small'?"),
    (("at: closed, to", "at: clsoed, to"), 23, 10, "unknown action 'clsoed'", "did you mean 'closed'?"),
    (("hedge:", "horizon: 0\nhedge:"), 24, 10, "the horizon is 0 periods", "a whole number from 1"),
    (("hedge:", "sustained: {by: [grim]}\nhedge:"), 24, 18, "a punishment is 'grim'", "grim-trigger"),
    (("hedge:", "sustained: {by: [grim-trigger]}\nhedge:"), 9, 3, "'sustained' is about a repeated game, and this one has a state", "remove one"),
    # events
    (("{first: Hedge}", "Hedge"), 24, 8, "'hedge' does not say in which periods, and this game is played over time", "write hedge: {always: Hedge}, or never"),
    (("{first: Hedge}", "{}"), 24, 8, "'hedge' is empty", "{always: Hedge}"),
    (("{from: 0, to: top}", "{from: 0, to: top/4}"), 10, 20, "the grid of 'k' does not meet its end", "change an end"),
    (("{from: 0, to: top}", "{from: 0, to: 99999}"), 10, 6, "the grid of 'k' has more than 10,001 levels", "coarser"),
    (("{first: Hedge}", "{frist: Hedge}"), 24, 9, "unknown key 'frist' in 'hedge'", "did you mean 'first'?"),
    (("{first: Hedge}", "{first: Hedge, never: Press}"), 24, 8, "'hedge' has 'first' and 'never'", "keep one"),
    # decisions
    (("when: open and k > 0", "when: open and k > 5"), 14, 42, "the decision 'Small' is never reached at the baseline", "mend its condition"),
    (("actions: [Hedge, Align]", "actions: {from: 0, to: 1}"), 14, 3, "continuous choice, which play over time does not cover", "add levels: 11"),
    (("when: Hedge}", "when: Hedge, even: [Tolerate, Pres]}"), 15, 90, "'even' of 'Reply' is 'Pres'", "did you mean 'Press'?"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line", "column", "what", "remedy"), SINGLE, ids=[s[3][:50] for s in SINGLE])
def test_one_mistake_is_told_with_its_place_and_a_remedy(change, line, column, what, remedy):
    old, new = change
    assert old in SOUND
    with pytest.raises(ModelFileError) as caught:
        read_model_text(SOUND.replace(old, new), file="door.yaml")
    found = [p for p in caught.value.problems if what in p.what]
    assert found, caught.value
    assert remedy in found[0].remedy, found[0]
    assert (found[0].where.line, found[0].where.column) == (line, column), found[0]


ONCE = """\
title: Once
players: {Small: {role: small state}}
parameters: {benefit: 2}
play: {Small: [Hedge, Align]}
payoffs: {Small: "benefit*[Hedge]"}
hedge: Hedge
"""


@pytest.mark.parametrize(
    ("old", "new", "what", "remedy"),
    [
        ("play:", "state: {k: {from: 0, to: 2}}\nplay:", "'state' is for play over time, and this game is played once", "remove it, or add"),
        ("hedge: Hedge", "hedge: {always: Hedge}", "'hedge' says 'always', and this game is played once", "write hedge: Hedge"),
        ("hedge: Hedge", "hedge: Hedge\nclaims: [{says: x, outcome: {never: Hedge}, holds: nowhere}]", "'outcome' says 'never'", "write outcome: Hedge"),
        ("{role: small state}", "{myopic: yes}", "'Small' is myopic, and this game is played once", "remove 'myopic'"),
        ("{Small: [Hedge, Align]}", "{Small: {actions: [Hedge, Align], even: [Hedge, Align]}}", "'Small' has 'even'", "remove 'even'"),
    ],
)  # fmt: skip
def test_what_is_said_of_periods_is_refused_of_a_game_played_once(old, new, what, remedy):
    with pytest.raises(ModelFileError) as caught:
        read_model_text(ONCE.replace(old, new))
    (problem,) = caught.value.problems
    assert what in problem.what
    assert remedy in problem.remedy
    assert problem.where is not None


def test_what_is_not_a_game_at_a_point_is_refused_there():
    model = read_model_text(SOUND)
    with pytest.raises(InputError, match=r"a probability of what the state becomes is -1/2, below 0"):
        model.at(hazard="3/2")
    with pytest.raises(InputError, match=r"the discount of Small is 1"):
        model.at(d=1)
    assert read_model_text(SOUND.replace("hedge:", "horizon: 3\nhedge:")).at(d=1).discounts == (1, 1)
    for refused in (model.finite_at, model.symbolic):
        with pytest.raises(InputError, match="goes on from period to period"):
            refused()


def test_a_horizon_unfolds_into_states_of_each_period():
    game = read_model_text(SOUND.replace("hedge:", "horizon: 2\nhedge:")).at()
    unfolded = game.unfolded()
    assert unfolded.states == (
        "open, k=2, period 1",
        "open, k=2, period 2",
        "closed, k=1, period 2",
        "open, k=1, period 2",
    )
    assert unfolded.horizon is None
    assert unfolded.moves[0].tolist() == [[0, 0, F(1, 4), F(3, 4)], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert not np.concatenate(unfolded.moves[1:]).any()
