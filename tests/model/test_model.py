"""Models as values: points, games, symbols, many points at once, identity; and the forms that decisions unroll into."""

from __future__ import annotations

import itertools
import pickle
import random
import time
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from hedging_games.algebra.evaluation import evaluate, holds
from hedging_games.errors import CouldNotFinish, ExpressionError, InputError
from hedging_games.games.form import CHANCE
from hedging_games.model.catalogue import every_name, load
from hedging_games.model.model import Model
from hedging_games.model.reader import read_model_text

SIGNAL = """\
title: Cherry-picking
players: {SmallState: {role: small state}, Ally: {role: ally}}
parameters:
  p: {baseline: 1/4, range: [0, 1]}
  autonomy: 2
  cost_reliable: 1/2
  cost_wavering: 3
  trust: 2
  betrayal: 2
assume: [cost_reliable < cost_wavering]
let: {cost: "cost_reliable*[reliable] + cost_wavering*[wavering]"}
play:
  Type: {by: chance, actions: {reliable: p, wavering: 1 - p}}
  Offer: {by: SmallState, actions: [Contribute, Pick], sees: [Type]}
  Reply: {by: Ally, actions: [Tolerate, Downgrade], sees: [Offer]}
payoffs:
  SmallState: autonomy*[Tolerate] - cost*[Contribute]
  Ally: "[Tolerate]*(trust*[reliable] - betrayal*[wavering])"
hedge: Tolerate
cases:
  korea: {p: 1/3, autonomy: 2.5}
"""

GRID = """\
title: A grid
players: [Ally, Small]
parameters:
  top: {baseline: 1, range: [0, 2]}
  levels: {baseline: 3, range: [2, 20]}
  gain: 1
  bar: {baseline: 1/2, range: [0, 1]}
play:
  Penalty: {by: Ally, actions: {levels: levels, from: 0, to: top}}
  Small: {actions: [Defy, Yield], sees: [Penalty], when: Penalty > 0}
payoffs:
  Ally: gain*Penalty*[Yield] - Penalty**2
  Small: "-Penalty*[Defy] - [Yield and Penalty > bar]"
hedge: Penalty == 0
"""


@pytest.fixture
def signal():
    return read_model_text(SIGNAL, "signal")


@pytest.fixture
def grid():
    return read_model_text(GRID, "grid")


# --- points ------------------------------------------------------------------------------------------------------------


def test_a_point_is_the_baseline_changed_by_a_case_changed_by_values(signal):
    assert signal.point()["p"] == Fraction(1, 4)
    assert signal.point("korea")["autonomy"] == Fraction(5, 2)
    assert signal.point("korea", autonomy=7) == {**signal.point("korea"), "autonomy": 7}


@pytest.mark.parametrize("value", [1, Fraction(1), Decimal("1.0"), "1", "1.0", "2/2", " 1 ", np.int64(1), "10e-1"])
def test_exact_values_in_every_writing(signal, value):
    assert signal.point(p=value)["p"] == 1
    assert isinstance(signal.point(p=value)["p"], Fraction)


@pytest.mark.parametrize("value", [0.3, np.float64(0.3), float("nan"), float("inf")])
def test_floats_are_refused_with_the_remedy(signal, value):
    with pytest.raises(InputError, match="which is not exact") as caught:
        signal.at(p=value)
    if value == 0.3:
        assert 'write "0.3" or Fraction(3, 10)' in str(caught.value)


@pytest.mark.parametrize("value", [True, None, "a third", "", [1], "1/0", "1e99999", "0x1"])
def test_what_is_no_number_is_refused(signal, value):
    with pytest.raises(InputError):
        signal.at(p=value)


def test_unknown_names_are_answered_with_the_nearest(signal):
    with pytest.raises(InputError, match="did you mean 'autonomy'"):
        signal.at(autonmy=1)
    with pytest.raises(InputError, match="did you mean 'korea'"):
        signal.at("corea")


def test_a_violated_assumption_is_named(signal):
    with pytest.raises(InputError, match="the assumption 'cost_reliable < cost_wavering' does not hold") as caught:
        signal.at(cost_reliable=3)
    assert "cost_reliable = 3, cost_wavering = 3" in str(caught.value)


def test_a_value_outside_its_range_is_a_note(signal):
    assert signal.at().notes == ()
    assert signal.at(autonomy=11).notes == ("autonomy = 11 lies outside its declared range [0, 10]",)


def test_a_probability_below_zero_is_refused(signal):
    with pytest.raises(InputError, match=r"the probability of 'wavering' at 'Type' is -1/2, below 0"):
        signal.at(p="3/2")


def test_open_ranges():
    model = read_model_text(SIGNAL.replace("range: [0, 1]", 'range: "(0, 1)"'))
    assert model.at(p=0).notes == ("p = 0 lies outside its declared range (0, 1)",)
    assert model.at(p=1).notes != ()
    assert model.at(p="1/2").notes == ()


# --- games -------------------------------------------------------------------------------------------------------------


def test_the_game_at_a_point(signal):
    game = signal.at()
    form = game.form
    assert [(s.label, s.player, s.actions, s.decision) for s in form.information_sets] == [
        ("Type", CHANCE, ("reliable", "wavering"), "Type"),
        ("Offer after reliable", 0, ("Contribute", "Pick"), "Offer"),
        ("Offer after wavering", 0, ("Contribute", "Pick"), "Offer"),
        ("Reply after Contribute", 1, ("Tolerate", "Downgrade"), "Reply"),
        ("Reply after Pick", 1, ("Tolerate", "Downgrade"), "Reply"),
    ]
    assert [form.history_labels[h] for h in form.terminals] == [
        ", ".join(history)
        for history in itertools.product(["reliable", "wavering"], ["Contribute", "Pick"], ["Tolerate", "Downgrade"])
    ]
    # By hand: autonomy 2 if tolerated, cost 1/2 or 3 if contributed; the ally gets 2 or -2 if it tolerates.
    half = Fraction(1, 2)
    assert game.payoffs.tolist() == [[2 - half, -half, 2, 0, -1, -3, 2, 0], [2, 0, 2, 0, -2, 0, -2, 0]]
    assert game.chance.tolist() == [Fraction(1, 4), Fraction(3, 4)] + [0] * 8
    assert game.hedge.tolist() == [True, False] * 4
    assert game.parameters["p"] == Fraction(1, 4)
    assert (game.title, game.name) == ("Cherry-picking", "signal")
    assert all(isinstance(value, Fraction) for value in game.payoffs.ravel())


def test_payoffs_at_random_points_by_hand(signal):
    rng = random.Random(1)
    for _ in range(50):
        a, low, trust, betrayal = (Fraction(rng.randint(0, 40), rng.randint(1, 9)) for _ in range(4))
        high = low + Fraction(rng.randint(1, 9), 7)
        game = signal.at(autonomy=a, cost_reliable=low, cost_wavering=high, trust=trust, betrayal=betrayal)
        small = [a - low, -low, a, 0, a - high, -high, a, 0]
        assert game.payoffs.tolist() == [small, [trust, 0, trust, 0, -betrayal, 0, -betrayal, 0]]


def test_a_grid_and_a_guard(grid):
    form = grid.at().form
    assert [(s.label, s.actions) for s in form.information_sets] == [
        ("Penalty", ("0", "1/2", "1")),
        ("Small after Penalty=1/2", ("Defy", "Yield")),
        ("Small after Penalty=1", ("Defy", "Yield")),
    ]
    game = grid.at(gain=3)
    # Histories: 0; 1/2 Defy; 1/2 Yield; 1 Defy; 1 Yield. The bar of 1/2 is exceeded at 1 only.
    quarter = Fraction(1, 4)
    assert game.payoffs[0].tolist() == [0, -quarter, 3 * Fraction(1, 2) - quarter, -1, 2]
    assert game.payoffs[1].tolist() == [0, -Fraction(1, 2), 0, -1, -1]
    assert game.hedge.tolist() == [True, False, False, False, False]
    assert grid.structural == ("top", "levels", "bar")
    assert [s.label for s in grid.at(levels=2).form.information_sets] == ["Penalty", "Small"]
    assert grid.at(levels=2, top="1/3").form.information_sets[0].actions == ("0", "1/3")


def test_structural_numbers_that_make_no_grid(grid):
    with pytest.raises(ExpressionError, match="the grid of 'Penalty' has 5/2 levels"):
        grid.at(levels="5/2")
    with pytest.raises(ExpressionError, match="the grid of 'Penalty' goes from 0 to 0"):
        grid.at(top=0)
    with pytest.raises(ExpressionError, match="more than 10,001 levels"):
        grid.at(levels=10**6)
    many = read_model_text(GRID.replace("sees: [Penalty]", "sees: [Penalty]").replace(
        "  Small: {actions", "  Other: {by: Small, actions: {levels: levels, from: 0, to: 1}, sees: all}\n  Small: {actions"
    ).replace("sees: [Penalty], when", "sees: all, when").replace("-Penalty*[Defy]", "-Other*[Defy]"))  # fmt: skip
    with pytest.raises(CouldNotFinish, match="more than 200,000 histories"):
        many.at(levels=1000)


def test_steps():
    model = read_model_text(GRID.replace("levels: levels,", "step: 1/levels,"))
    assert model.at(levels=4).form.information_sets[0].actions == ("0", "1/4", "1/2", "3/4", "1")


def test_a_grid_value_is_zero_where_the_decision_is_not_taken():
    model = read_model_text(
        GRID.replace("  Penalty: {by: Ally,", "  Ally: [Wait, Act]\n  Penalty: {by: Ally, sees: all, when: Act,").replace(
            "sees: [Penalty], when: Penalty > 0", "sees: all"
        ).replace("- Penalty**2", "- Penalty**2 + [Wait]*(7 + Penalty)")
    )  # fmt: skip
    game = model.at()
    labels = [game.form.history_labels[h] for h in game.form.terminals]
    assert labels[:2] == ["Wait, Defy", "Wait, Yield"]
    assert game.payoffs[0][:2].tolist() == [7, 7]
    assert [s.label for s in game.form.information_sets][2] == "Small after Wait"


def test_labels_of_what_is_seen_where_names_are_shared():
    model = read_model_text(
        "title: Two patrons\nplayers: [Beijing, Moscow, Pyongyang]\n"
        "play:\n  Beijing: [Restrain, Support]\n  Moscow: [Restrain, Support]\n"
        "  Pyongyang: {actions: [Provoke, Quiet], sees: all}\n"
        "payoffs:\n  Beijing: '[Quiet] - [Beijing.Restrain]'\n  Moscow: '[Quiet] - [Moscow.Restrain]'\n"
        "  Pyongyang: '[Provoke]*([Beijing.Support] + [Moscow.Support] - 1)'\n"
    )
    labels = [s.label for s in model.at().form.information_sets]
    assert labels == ["Beijing", "Moscow"] + [
        f"Pyongyang after Beijing.{b}, Moscow.{m}" for b in ("Restrain", "Support") for m in ("Restrain", "Support")
    ]


def test_chance_knows_everything_and_may_depend_on_the_past():
    model = read_model_text(
        "title: A late move of chance\nplayers: [Small]\nparameters: {p: {baseline: 1/3, range: [0, 1]}}\n"
        "play:\n  Small: [Careful, Bold]\n"
        "  Luck: {by: chance, actions: {good: 'p*[Careful] + p/2*[Bold]', bad: '1 - p*[Careful] - p/2*[Bold]'}}\n"
        "payoffs: {Small: '[good] - [Careful]/4'}\n"
    )
    game = model.at()
    assert [s.label for s in game.form.information_sets] == ["Small", "Luck after Careful", "Luck after Bold"]
    assert game.chance.tolist() == [0, 0, Fraction(1, 3), Fraction(2, 3), Fraction(1, 6), Fraction(5, 6)]
    assert game.form.has_perfect_information


def test_a_denominator_that_is_zero_at_a_point():
    model = read_model_text(SIGNAL.replace("autonomy*[Tolerate]", "autonomy/(1 - p)*[Tolerate]"), file="signal.yaml")
    with pytest.raises(ExpressionError, match=r"the denominator '1 - p' is zero at p = 1") as caught:
        model.at(p=1)
    assert caught.value.problems[0].where.line == 17


def test_a_term_that_the_history_switches_off_may_divide_by_zero():
    model = read_model_text(GRID.replace("Ally: gain*Penalty*[Yield]", "Ally: 1*[Penalty > 0]*gain/Penalty"))
    assert model.at().payoffs[0].tolist() == [0, Fraction(7, 4), Fraction(7, 4), 0, 0]


def test_taking_a_game_writes_nothing_into_the_model(signal):
    before = (signal.dump(), signal.point(), signal.fingerprint)
    first = signal.at(autonomy=3)
    first.payoffs[...] = 0
    assert signal.at(autonomy=3).payoffs[0][2] == 3
    assert (signal.dump(), signal.point(), signal.fingerprint) == before
    with pytest.raises(TypeError):
        signal.at().parameters["p"] = 1


def test_the_form_is_shared_between_points(signal):
    assert signal.at().form is signal.at(autonomy=3).form


# --- symbols -------------------------------------------------------------------------------------------------------------


def substituted(value, generators, point):
    from sympy import QQ

    pairs = [(g.numer, QQ(q.numerator, q.denominator)) for g, q in zip(generators, point, strict=True)]
    top, bottom = value.numer.evaluate(pairs), value.denom.evaluate(pairs)
    ratio = QQ.convert(top) / QQ.convert(bottom)
    return Fraction(int(ratio.numerator), int(ratio.denominator))


ONCE = [name for name in every_name() if not load(name).is_over_time and name != "agenda-setter"]
"""The models that are played once (for the others see `test_time`), but for one all of whose parameters decide an order on a grid."""


@pytest.mark.parametrize("name", ONCE)
def test_symbols_agree_with_numbers(name):
    model = load(name)
    model = model.on_grid(3) if model.is_continuous else model
    game = model.symbolic()
    free = [parameter for parameter in model.parameters if parameter not in model.structural]
    generators = [game.parameters[parameter] for parameter in free]
    rng = random.Random(name)
    for _ in range(3):
        point = {
            parameter: model.parameters[parameter].baseline + Fraction(rng.randint(0, 8), 101) for parameter in free
        }
        if model.violated(model.point(**point)):
            continue
        try:
            exact = model.at(**point)
        except InputError:
            continue  # a probability below zero
        values = [point[parameter] for parameter in free]
        terminals = rng.sample(range(game.payoffs.shape[1]), min(12, game.payoffs.shape[1]))
        for player, z in itertools.product(range(len(game.players)), terminals):
            assert substituted(game.payoffs[player, z], generators, values) == exact.payoffs[player, z]
        for slot in range(len(game.chance)):
            assert substituted(game.chance[slot], generators, values) == exact.chance[slot]


def test_fixed_and_structural_parameters_are_numbers(grid):
    game = grid.symbolic(levels=2)
    assert game.parameters["levels"] == 2
    assert game.parameters["bar"] == Fraction(1, 2)
    assert str(game.parameters["gain"]) == "gain"
    assert [str(v) for v in game.payoffs[0]] == ["0", "-1", "gain - 1"]
    assert [str(v) for v in grid.symbolic(levels=2, gain=5).payoffs[0]] == ["0", "-1", "4"]
    assert game.form == grid.at(levels=2).form


def test_what_a_compared_expression_is_made_of_is_structural():
    text = SIGNAL.replace("let: {", "let: {net: trust - half, half: betrayal/2, ").replace(
        "Tolerate]*(trust*", "Tolerate]*([net > 0]*trust*"
    )
    model = read_model_text(text)
    assert model.structural == ("trust", "betrayal")
    assert model.symbolic().parameters["trust"] == 2
    assert [str(v) for v in model.symbolic(trust=1).payoffs[1][:2]] == ["0", "0"]


def test_symbols_take_a_case_for_what_stays_a_number():
    model = read_model_text(GRID + "cases: {coarse: {levels: 2, gain: 4}}\n")
    game = model.symbolic("coarse")
    assert len(game.form.information_sets[0].actions) == 2
    assert str(game.parameters["gain"]) == "gain"


def test_symbols_refuse_what_numbers_refuse(signal):
    with pytest.raises(InputError, match="did you mean 'trust'"):
        signal.symbolic(trst=1)
    with pytest.raises(InputError, match="the assumption"):
        signal.symbolic(cost_reliable=3, cost_wavering=1)
    assert signal.symbolic(cost_reliable=3)  # the other side is still open


# --- many points at once -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ONCE)
def test_many_points_agree_with_single_ones(name):
    model = load(name)
    model = model.on_grid(3) if model.is_continuous else model
    rng = np.random.default_rng(3)
    free = [p for p in model.parameters if p not in model.structural]
    columns = {p: float(model.parameters[p].baseline) + rng.integers(0, 8, 5) / 128 for p in free}
    try:
        game = model.fast(**columns)
    except InputError:
        pytest.skip("a probability below zero among the points")
    assert game.payoffs.shape == (len(model.players), len(game.form.terminals), 5)
    assert game.payoffs.dtype == np.float64
    admissible = model.admissible(**columns)
    for k in range(5):
        point = {p: Fraction(float(columns[p][k])) for p in free}
        assert admissible[k] == (not model.violated(model.point(**point)))
        if admissible[k]:
            exact = model.at(**point)
            np.testing.assert_allclose(game.payoffs[..., k], exact.payoffs.astype(float), rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(game.chance[..., k], exact.chance.astype(float), rtol=1e-12)


def test_arrays_broadcast(signal):
    game = signal.fast(p=np.linspace(0, 1, 3)[:, None], autonomy=np.arange(4.0), trust="1/3")
    assert game.payoffs.shape == (2, 8, 3, 4)
    assert game.payoffs[0, 0, 0].tolist() == [-0.5, 0.5, 1.5, 2.5]
    assert game.chance[:2, :, 0].tolist() == [[0, 0.5, 1], [1, 0.5, 0]]


def test_structural_parameters_do_not_vary_within_an_array(grid):
    with pytest.raises(InputError, match="'levels' decides the form of the game"):
        grid.fast(levels=np.array([2.0, 3.0]))
    assert grid.fast(levels=2, gain=np.array([1.0, 2.0])).payoffs.shape == (2, 3, 2)


def test_a_zero_denominator_among_many_points():
    model = read_model_text(SIGNAL.replace("autonomy*[Tolerate]", "autonomy/(1 - p)*[Tolerate]"))
    with pytest.raises(ExpressionError, match="'1 - p' is zero at p = 1"):
        model.fast(p=np.array([0.5, 1.0]))


def test_named_expressions_in_assumptions():
    text = SIGNAL.replace("assume: [cost_reliable", "assume: [spread > 0, cost_reliable").replace(
        "let: {", "let: {spread: cost_wavering - cost_reliable, "
    )
    model = read_model_text(text)
    assert model.admissible(cost_wavering=np.array([0.25, 0.5, 0.75])).tolist() == [False, False, True]
    with pytest.raises(InputError, match="'spread > 0' does not hold at cost_reliable = 1/2, cost_wavering = 1/4"):
        model.at(cost_wavering="1/4")


# --- identity --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", every_name())
def test_a_dumped_model_reads_back_equal(name):
    model = load(name)
    again = read_model_text(model.dump())
    assert again == model
    assert again.dump() == model.dump()
    assert again.fingerprint == model.fingerprint
    assert hash(again) == hash(model)


@pytest.mark.parametrize("text", [SIGNAL, GRID])
def test_dumping_keeps_everything(text):
    model = read_model_text(text)
    full = replace(
        model,
        title='A "quoted" title: with \\ and # and \u2028 and \x85 in it',
        notes="two\nlines\tand a tab",
        source="- not a list",
        concept="sequential",
    )
    assert read_model_text(full.dump()) == full


def test_claims_and_tables_are_dumped():
    text = (
        "title: t\nplayers: [A, B]\nparameters: {c: 1}\nplay:\n  A: [x, y]\n  B: [u, v]\n"
        "payoffs:\n  table:\n    - {at: x, A: c, B: 0}\n    - {at: y and u, A: 1, B: 2}\n    - {at: y and v, A: 0, B: 0}\n"
        "claims:\n  - {says: One., region: widens, with: c, among: some, concept: nash, compare: other, note: n}\n"
        "  - {says: 'Two: it rises.', payoff: A, moves: rises, with: c, at: {c: 1/3}, outcome: x or y, needs: c > 0, if: c < 2}\n"
        "cases: {plain: {}, 'a case': {c: 1/3, note: 'n: m'}}\n"
    )
    model = read_model_text(text)
    assert read_model_text(model.dump()) == model


def test_two_models_differ_in_whatever_they_say_differently(signal):
    for old, new in (
        ("Cherry-picking", "Cherries"), ("role: ally", "role: friend"), ("1/4", "1/5"), ("[0, 1]", "[0, 2]"),
        ("autonomy*[T", "2*autonomy*[T"), ("hedge: Tolerate", "hedge: Downgrade"), ("korea: {p: 1/3", "korea: {p: 1/4"),
        ("cost_reliable < cost_wavering", "cost_reliable <= cost_wavering"), ("[Contribute, Pick]", "[Pick, Contribute]"),
    ):  # fmt: skip
        assert read_model_text(SIGNAL.replace(old, new)) != signal
    assert read_model_text(SIGNAL.replace("autonomy*[Tolerate]", "autonomy * [ Tolerate ]") + "# a comment\n") == signal


def test_the_fingerprint_changes_with_the_game_only(signal):
    same = [("Cherry-picking", "Cherries"), ("role: ally", "role: friend"), ("korea: {p: 1/3", "korea: {p: 1/4")]
    other = [("1/4", "1/5"), ("[0, 1]", "[0, 2]"), ("hedge: Tolerate", "hedge: Downgrade"), ("trust*[r", "2*trust*[r")]
    assert len(signal.fingerprint) == 64
    for old, new in same:
        assert read_model_text(SIGNAL.replace(old, new)).fingerprint == signal.fingerprint
    for old, new in other:
        assert read_model_text(SIGNAL.replace(old, new)).fingerprint != signal.fingerprint


def test_models_pickle(signal, grid):
    for model in (signal, grid):
        model.at()
        again = pickle.loads(pickle.dumps(model))
        assert again == model
        assert again.at().payoffs.tolist() == model.at().payoffs.tolist()


def test_a_model_is_not_its_name(signal):
    assert isinstance(signal, Model)
    assert signal != SIGNAL
    assert replace(signal, name="other") == signal


# --- an independent unrolling --------------------------------------------------------------------------------------------


def histories_by_definition(model, point):
    """Every combination of actions is tried; those of decisions that are passed over are struck out. No walk, no stack."""
    decisions = list(model.decisions.values())
    options = []
    for decision in decisions:
        if decision.labels:
            options.append([(label, None) for label in decision.labels])
        else:
            choice = decision.choice
            low, high = (evaluate(part, model.scope(point)) for part in (choice.low, choice.high))
            if choice.levels is not None:
                count = int(evaluate(choice.levels, model.scope(point)))
            else:
                count = int((high - low) / evaluate(choice.step, model.scope(point))) + 1
            values = [low + (high - low) * Fraction(k, count - 1) for k in range(count)]
            options.append([(str(value), value) for value in values])
    found = []
    for combination in itertools.product(*options):
        happened, values, path = set(), {d.name: Fraction(0) for d in decisions if not d.labels}, []
        for decision, (label, value) in zip(decisions, combination, strict=True):
            if decision.when is not None and not holds(
                decision.when, model.scope({**point, **values}, frozenset(happened)), happened
            ):
                path.append(None)
                continue
            path.append(label)
            if value is None:
                happened |= {label, f"{decision.name}.{label}"}
            else:
                values[decision.name] = value
        entry = (tuple(path), frozenset(happened), tuple(values.items()))
        if entry not in found:
            found.append(entry)
    return found


@pytest.mark.parametrize("name", [*ONCE, "grid"])
def test_terminal_histories_and_payoffs_agree_with_the_definition(name, grid):
    model = grid if name == "grid" else load(name)
    model = model.on_grid(4) if model.is_continuous else model
    point = model.point()
    game = model.at(**point)
    form = game.form
    expected = histories_by_definition(model, point)
    assert len(form.terminals) == len(expected)
    for z, (terminal, (path, happened, values)) in enumerate(zip(form.terminals, expected, strict=True)):
        actions = [form.action_of_slot[slot] for slot in form.path(terminal)]
        assert actions == [label for label in path if label is not None]
        scope = model.scope({**point, **dict(values)}, happened)
        if isinstance(model.payoffs, dict):
            for player, payoff in enumerate(model.payoffs.values()):
                assert evaluate(payoff, scope, happened) == game.payoffs[player, z]
        if model.hedge is not None:
            assert holds(model.hedge, scope, happened) == game.hedge[z]


def test_speed_of_taking_a_game(signal):
    signal.at()
    start = time.process_time()
    for k in range(200):
        signal.at(p=Fraction(k, 200))
    assert (time.process_time() - start) / 200 < 0.005  # about 0.0001 on an idle machine
