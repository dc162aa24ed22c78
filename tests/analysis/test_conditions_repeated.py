"""Conditions on patience in repeated games, against inequalities derived by hand; refusals."""

import random
from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.algebra.checking import no_check
from hedging_games.algebra.expressions.parser import parse_condition
from hedging_games.algebra.formulas.formula import constraints_of
from hedging_games.algebra.formulas.search import find
from hedging_games.analysis.conditions import repeated
from hedging_games.analysis.conditions.setting import setting_of
from hedging_games.errors import ConceptError, CouldNotFinish, InputError, ModelFileError
from hedging_games.model.reader import read_model_text

DILEMMA = """\
title: A prisoner's dilemma, again and again
players: [Row, Column]
parameters:
  T: {baseline: 5, range: [0, 10]}
  R: {baseline: 3, range: [0, 10]}
  P: {baseline: 1, range: [0, 10]}
  S: {baseline: 0, range: [0, 10]}
  d: {baseline: 9/10, range: [1/10, 19/20]}
assume: [T > R, R > P, P > S]
discount: d
play:
  Row: [C, D]
  Column: [C, D]
payoffs:
  Row: R*[Row.C]*[Column.C] + S*[Row.C]*[Column.D] + T*[Row.D]*[Column.C] + P*[Row.D]*[Column.D]
  Column: R*[Row.C]*[Column.C] + T*[Row.C]*[Column.D] + S*[Row.D]*[Column.C] + P*[Row.D]*[Column.D]
next: [{at: all, to: same}]
hedge: {always: Row.C and Column.C}
"""


THREE_OUTPUTS = """\
title: Three outputs
players: [First, Second]
parameters: {d: {baseline: 4/7, range: [0, 9/10]}, m: {baseline: 7, range: [5, 8]}}
discount: d
play: {First: [L, M, H], Second: [L, M, H]}
payoffs:
  table:
    - {at: First.L and Second.L, First: 10, Second: 10}
    - {at: First.L and Second.M, First: 3, Second: 15}
    - {at: First.L and Second.H, First: 0, Second: 7}
    - {at: First.M and Second.L, First: 15, Second: 3}
    - {at: First.M and Second.M, First: m, Second: m}
    - {at: First.M and Second.H, First: -4, Second: 5}
    - {at: First.H and Second.L, First: 7, Second: 0}
    - {at: First.H and Second.M, First: 5, Second: -4}
    - {at: First.H and Second.H, First: -15, Second: -15}
next: [{at: all, to: same}]
hedge: {always: First.L and Second.L}
"""


@pytest.fixture(scope="module")
def dilemma():
    return read_model_text(DILEMMA, "dilemma.yaml")


def is_where(region, text):
    """Whether a region is proved to be where a condition on parameters holds."""
    ground = region.setting.ground
    known = ground.number(region.setting.condition(parse_condition(text)))
    return all(
        find(ground, ground.joined("all", [one, ground.negated(other)]), questions=200).status == "nowhere"
        for one, other in ((known, region.number), (region.number, known))
    )


def test_cooperation_by_grim_trigger(dilemma):
    """R >= (1 - d)*T + d*P, that is d >= (T - R)/(T - P); no punishment is harder, P being the minmax."""
    for concept in ("grim-trigger", "optimal-penal-code"):
        region = hg.condition(dilemma, "some", concept)
        assert region.complete
        assert is_where(region, "d*(T - P) >= T - R"), concept
        found = hg.threshold(dilemma, "d", concept=concept)
        assert found.values == (F(1, 2),)


def test_cooperation_by_tit_for_tat(dilemma):
    """Against tit for tat one may defect for ever, T, P, P, ...: d >= (T - R)/(T - P); or by turns, T, S, T, S, ...: R*(1 + d) >= T + d*S, that is
    d >= (T - R)/(R - S). Any other reply is no better than one of them, or than cooperation.
    """
    region = hg.condition(dilemma, "some", "tit-for-tat")
    assert region.complete
    assert is_where(region, "d*(T - P) >= T - R and d*(R - S) >= T - R")
    assert hg.threshold(dilemma, "d", concept="tit-for-tat").values == (F(2, 3),)


def test_nobody_else_is_told_to_be_credible(dilemma):
    """Tit for tat is a best reply to itself, and its threat is not credible but at a knife edge: after a defection the two would take turns,
    worth (1 - d)*(S + d*T + d^2*S + ...) = (S + d*T)/(1 + d) on average to who is to cooperate, who would rather defect: P, or cooperation.
    """
    (path,) = (p for p in hg.solve(dilemma.at(), "tit-for-tat") if p.hedge == 1)
    sustained = path.by["tit-for-tat"]
    assert sustained.certificate.largest_gain == 0
    assert not sustained.perfect
    assert sustained.strategies.certificate.largest_gain > 0
    # T - R = d*(R - S) and T - R = d*(T - P), with d = 2/3: here every state is left by nobody.
    edge = hg.solve(dilemma.at(T="4", R="3", P="5/2", S="3/2", d="2/3"), "tit-for-tat")
    assert [p.by["tit-for-tat"].perfect for p in edge if p.hedge == 1] == [True]


def test_the_penal_codes_gathered_do_all_that_the_others_do():
    """With all parameters open few of the penal codes are needed: at random points, ties included, they sustain what all of them together do."""
    model = hg.load("tightrope")
    setting = setting_of(model)
    game = repeated._punishments(setting, no_check)
    draw = random.Random(11)
    numbers = [F(k, 2) for k in range(21)]
    points = [
        setting.point({name: F(3, 4) if name == "discount" else draw.choice(numbers) for name in setting.names})
        for _ in range(150)
    ]
    told, ground = set(), setting.ground
    for play in game.period.plays[::3]:
        few, all_ = repeated._sustained(setting, game, "optimal-penal-code", play), game.penal_code(play)
        assert len(set(constraints_of(few))) * 5 < len(set(constraints_of(all_)))
        here = [ground.holds(ground.number(few), point) for point in points]
        assert here == [ground.holds(ground.number(all_), point) for point in points], play.profile
        told.update(here)
    assert told == {True, False}


def test_where_no_penal_code_serves_all_are_taken_together():
    """Abreu's three outputs (see docs/concepts/optimal-penal-code.md) where middle output is worth m: the punishment by two bad periods is worth
    (1 - d)*(-4 + d*m) + d**2*10, which is to be no more than 0 for a firm that answers high output by low, and low output is kept if
    10 >= (1 - d)*15 + d*that. For m = 7 it is 0 at d = 1/3, where the discount is critical; a little below nothing that is followed serves.
    """
    model = read_model_text(THREE_OUTPUTS, "outputs.yaml")
    setting = setting_of(model)
    game = repeated._punishments(setting, no_check)
    low = game.period.plays[0]
    assert repeated._covering(setting, game, low, game.bound(low)) is None
    region = hg.condition(model, "some", "optimal-penal-code")
    assert not region.complete
    assert region.contains(m=7, d="1/3")
    assert not region.contains(m=7, d="33/100")


def test_phases_do_not_say_that_all_is_named_where_it_is_not_known():
    """Middle output at 11/2 : other punishments than those that are followed may sustain more, at more than single discount factors."""
    model = read_model_text(THREE_OUTPUTS, "outputs.yaml")
    found = hg.phases(model, ["d"], "optimal-penal-code", fixed={"m": "11/2"})
    assert not found.complete
    assert "punishments other than an equilibrium of the period for ever" in found.notes[-1]
    assert hg.phases(model, ["d"], "grim-trigger", fixed={"m": "11/2"}).complete
    whole = hg.phases(model, ["d"], "optimal-penal-code", fixed={"m": 7})
    assert whole.complete
    assert whole.notes == ()


def test_the_phases_of_patience_and_temptation(dilemma):
    found = hg.phases(dilemma, ["d", "T"], "grim-trigger")
    assert "T <= (d - 3)/(d - 1)" in str(found)


def with_(*changes):
    text = DILEMMA
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_what_does_not_fit_is_refused_with_a_remedy():
    with pytest.raises(ConceptError, match="those that fit: markov-perfect, pure-markov-perfect"):
        hg.solve(hg.load("sanctions-waiver").at(), "grim-trigger")
    horizon = read_model_text(with_(("next:", "horizon: 5\nnext:")), "h.yaml")
    with pytest.raises(ConceptError, match="in the last period nobody can be punished"):
        hg.solve(horizon.at(), "grim-trigger")
    with pytest.raises(ConceptError):
        hg.condition(horizon, "some", "grim-trigger")
    once = hg.load("engagement-card").at()
    with pytest.raises(ConceptError, match="it is for repeated games"):
        hg.solve(once, "tit-for-tat")
    sees = read_model_text(with_(("  Column: [C, D]\n", "  Column: {actions: [C, D], sees: all}\n")), "s.yaml")
    with pytest.raises(
        CouldNotFinish, match="list their decisions first, without 'sees' and 'when', or ask for pure-markov-perfect"
    ):
        hg.solve(sees.at(), "grim-trigger")
    even = read_model_text(with_(("  Column: [C, D]\n", "  Column: {actions: [C, D], even: [C, D]}\n")), "e.yaml")
    with pytest.raises(InputError, match="its player looks ahead"):
        hg.solve(even.at(), "grim-trigger")
    hidden = read_model_text(
        with_(
            ("[Row, Column]", "{Row: {}, Column: {myopic: yes}}"),
            ("  Column: [C, D]\n", "  Column: {actions: [C, D], even: [C, D]}\n"),
        ),
        "c.yaml",
    )
    with pytest.raises(CouldNotFinish, match="add sees: all, or remove 'even'"):
        hg.solve(hidden.at(), "grim-trigger")
    with pytest.raises(ModelFileError, match="grim-triger"):
        read_model_text(with_(("next:", "sustained: {by: [grim-triger]}\nnext:")), "t.yaml")


def test_short_sighted_players_play_the_period_alone():
    """If both are myopic nothing but the equilibrium of the period is played; if one is, the other one has nobody to punish for it."""
    for players in ("{Row: {myopic: yes}, Column: {myopic: yes}}", "{Row: {}, Column: {myopic: yes}}"):
        model = read_model_text(with_(("[Row, Column]", players)), "m.yaml")
        for concept in ("grim-trigger", "optimal-penal-code"):
            found = hg.solve(model.at(), concept)
            assert found.complete == "all"
            assert [path.said for path in found] == [{"Row": {"D": 1}, "Column": {"D": 1}}]
            assert hg.condition(model, "some", concept).cells == ()


def test_who_moves_alone_does_what_is_best():
    text = """\
title: Alone
players: [A]
parameters: {x: {baseline: 1, range: [0, 2]}, d: {baseline: 1/2, range: [0, 9/10]}}
discount: d
play: {A: [Go, Stay]}
payoffs: {A: "x*[Go] + [Stay]"}
next: [{at: all, to: same}]
hedge: {first: Go}
"""
    model = read_model_text(text, "alone.yaml")
    for concept in ("grim-trigger", "optimal-penal-code", "tit-for-tat"):
        found = hg.solve(model.at(), concept)
        assert found.complete == "all"
        assert len(found) == (0 if concept == "tit-for-tat" else 2)  # a tie at x = 1
    assert is_where(hg.condition(model, "some", "grim-trigger"), "x >= 1")


def test_punishments_that_a_file_names_are_the_default():
    text = with_(("next:", "sustained: {by: [tit-for-tat, grim-trigger]}\nnext:"))
    model = read_model_text(text, "named.yaml")
    found = hg.solve(model.at())
    assert found.concept == "repeated"
    assert all(list(path.by) == ["tit-for-tat", "grim-trigger"] for path in found)
    assert read_model_text(model.dump(), "again.yaml").dump() == model.dump()
    region = hg.condition(model, "some")
    assert region.concept == "repeated"
    assert is_where(region, "d*(T - P) >= T - R")


def test_three_players_and_discounts_of_their_own():
    """A public good among three: each gives 1 or not, all get 1/2 of what is given. Giving is worth 3/2 - 1 = 1/2, keeping while the two others give
    1; nobody giving is worth 0. So player k gives if 1/2 >= (1 - d_k)*1: d_k >= 1/2.
    """
    text = """\
title: Three givers
players: [A, B, C]
parameters: {a: {baseline: 1/2, range: [0, 9/10]}, b: {baseline: 3/4, range: [0, 9/10]}}
discount: {A: a, B: b, C: b}
play: {A: [Give, Keep], B: [Give, Keep], C: [Give, Keep]}
let: {given: "([A.Give] + [B.Give] + [C.Give])/2"}
payoffs: {A: "given - [A.Give]", B: "given - [B.Give]", C: "given - [C.Give]"}
next: [{at: all, to: same}]
hedge: {always: A.Give and B.Give and C.Give}
sustained: {by: [grim-trigger, optimal-penal-code]}
"""
    model = read_model_text(text, "givers.yaml")
    region = hg.condition(model, "some")
    assert region.complete
    assert is_where(region, "a >= 1/2 and b >= 1/2")
    found = hg.solve(model.at())
    (all_give,) = (path for path in found if path.hedge == 1)
    assert {name: by.critical.value for name, by in all_give.by.items()} == {
        "grim-trigger": F(1, 2),
        "optimal-penal-code": F(1, 2),
    }
    assert not [path for path in hg.solve(model.at(a="49/100")) if path.hedge == 1]
    assert found.minmax["A"].pure == 0
    assert found.minmax["A"].mixed is None
