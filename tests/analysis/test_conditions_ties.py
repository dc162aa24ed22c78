"""Mixing at ties in the regions of subgame-perfect equilibrium: by hand, and against an oracle that starts from the definition."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import pytest

import hedging_games as hg
from hedging_games.algebra.expressions.parser import parse_condition
from hedging_games.algebra.formulas.formula import FALSE, TRUE, holds_at
from hedging_games.algebra.formulas.table import TRUE as ALWAYS
from hedging_games.algebra.inequalities.smt import BY_WORD
from hedging_games.analysis.claims.examine import examine
from hedging_games.analysis.conditions import played as played_module
from hedging_games.analysis.conditions.derive import derivation
from hedging_games.analysis.conditions.played import UNFOLLOWED, played
from hedging_games.analysis.conditions.setting import setting_of
from hedging_games.analysis.conditions.ties import boxes, doubts, paths, plays
from hedging_games.model.declarations import Claim
from word_alone import on_word_alone

TREES = 2_000 if os.environ.get("HG_THOROUGH") == "1" else 40
POINTS = [F(0), F(1, 3), F(1, 2), F(2, 3), F(1), F(7, 9), F(5, 4), F(3, 2), F(5, 3), F(2)]


def model_of(tmp_path: Path, text: str) -> hg.Model:
    path = tmp_path / "game.yaml"
    path.write_text(text)
    return hg.load(str(path))


FIGHT = """
title: an indifferent second mover
players: [A, B]
parameters:
  w: {baseline: 1, range: [0, 2]}
play:
  One: {by: A, actions: [In, Out]}
  Two: {by: B, actions: [Fight, Yield], sees: [One], when: In}
payoffs: {A: "w*[Yield] - [Fight]", B: "0"}
hedge: EVENT
claims:
  - {says: A never meets a fight., outcome: In and Fight, holds: nowhere, among: some}
"""

LAST = """
title: an indifferent last mover
players: [One, Two, Three]
parameters:
  w: {baseline: 2, range: [1, 3]}
play:
  Enter: {by: One, actions: [In, Out]}
  Next: {by: Three, actions: [Go, Stop], sees: [Enter], when: In}
  Last: {by: Two, actions: [c, d], sees: [Enter, Next], when: Go}
payoffs: {One: "2*[d] - [c] - [Stop]", Two: 1, Three: "w*[c] - [d]"}
hedge: EVENT
claims:
  - {says: Nobody ever enters., outcome: Out, holds: everywhere, among: every}
  - {says: Entering never happens., outcome: In and Go, holds: nowhere, among: some}
  - {says: One never earns anything., payoff: One, moves: never rises, with: w}
"""

SCOPES = """
title: an indifferent player before a chance move
players: [A, B]
parameters:
  w: {baseline: 1, range: [0, 3]}
play:
  One: {by: A, actions: [Safe, Risk]}
  Luck: {by: chance, actions: {good: 1/3, bad: 2/3}, when: Risk}
  Two: {by: B, actions: [Help, Hurt], sees: [One, Luck], when: good}
payoffs: {A: "w*[Safe] + 6*[Help] - 3*[Hurt]", B: "[bad]"}
hedge: Risk and Hurt
"""


def test_a_fight_is_met_wherever_entering_can_pay(tmp_path: Path) -> None:
    # B fights with any probability p. A weakly prefers In iff w*(1 - p) - p >= 0, p <= w/(w + 1): with p > 0 exactly if w > 0.
    region = hg.condition(model_of(tmp_path, FIGHT.replace("EVENT", "In and Fight")), "some", "subgame-perfect")
    assert region.complete
    for w in POINTS:
        assert region.contains(w=w) == (w > 0)
    # With p = 1 A stays out, so it is never in every equilibrium.
    every = hg.condition(model_of(tmp_path, FIGHT.replace("EVENT", "In and Fight")), "every", "subgame-perfect")
    assert not any(every.contains(w=w) for w in POINTS)


def test_the_claim_that_a_fight_is_never_met_is_refuted(tmp_path: Path) -> None:
    (finding,) = examine(model_of(tmp_path, FIGHT.replace("EVENT", "In and Fight")))
    assert finding.verdict == "refuted"


def test_an_indifferent_last_mover_supports_entry_everywhere(tmp_path: Path) -> None:
    # c with probability p: Three goes iff p >= 1/(1 + w), One then enters iff p <= 2/3; 1/(1 + w) <= 1/2 for w in [1, 3].
    model = model_of(tmp_path, LAST.replace("EVENT", "In and Go"))
    assert all(hg.condition(model, "some").contains(w=w) for w in (1, "3/2", 2, 3))
    assert not any(hg.condition(model, "every").contains(w=w) for w in (1, "3/2", 2, 3))


def test_nothing_false_is_proved_of_an_indifferent_last_mover(tmp_path: Path) -> None:
    model = model_of(tmp_path, LAST.replace("EVENT", "Out"))
    out, enters, earns = examine(model)
    assert (out.verdict, enters.verdict) == ("refuted", "refuted")
    # One earns up to 2 - 3/(1 + w) (p = 1/(1 + w)), which rises with w.
    assert earns.verdict == "refuted"


def test_the_mixture_that_keeps_a_player_in_before_chance(tmp_path: Path) -> None:
    # After good B hurts with probability p: Risk is worth (6 - 9p)/3 + 0 = 2 - 3p, at least w iff p <= (2 - w)/3. So Risk and Hurt
    # (p > 0) is played in some equilibrium iff w < 2, and never in every one (p = 0).
    region = hg.condition(model_of(tmp_path, SCOPES), "some", "subgame-perfect")
    for w in (0, "1/2", 1, "3/2", "199/100"):
        assert region.contains(w=w)
    for w in (2, "201/100", 3):
        assert not region.contains(w=w)


def test_a_tie_on_a_thin_set_is_followed(tmp_path: Path) -> None:
    # B is indifferent at w = 1 alone. There it may fight with p: A enters iff 1 - p - p >= 0, so In and Fight needs 0 < p <= 1/2.
    # For w < 1 B fights and A stays out; for w > 1 it yields.
    text = FIGHT.replace("EVENT", "In and Fight").replace(
        'A: "w*[Yield] - [Fight]", B: "0"', 'A: "[Yield] - [Fight]", B: "w*[Yield] + [Fight]"'
    )
    region = hg.condition(model_of(tmp_path, text), "some", "subgame-perfect")
    assert [w for w in POINTS if region.contains(w=w)] == [1]


THRESHOLD = """
title: what entering is worth lies with an indifferent second mover
players: [A, B]
parameters:
  c: {baseline: 1, range: [0, 3]}
  p: {baseline: 1, range: [0, 1]}
play:
  One: {by: A, actions: [In, Out]}
  Luck: {by: chance, actions: {open: p, shut: 1 - p}, when: In}
  Two: {by: B, actions: [Left, Right], sees: [One, Luck], when: open}
payoffs: {A: "c*[Out] + 2*[Right] + [shut]", B: "[Out]"}
hedge: Left
"""


def test_the_end_of_what_a_mixture_is_worth_belongs_to_it_or_not(tmp_path: Path) -> None:
    # B is indifferent and goes left with probability l. In is worth p*2*(1 - l) + 1 - p to A, from 1 - p (l = 1) to 1 + p (l = 0).
    # Left is played iff p > 0 and some l > 0 makes In worth at least c: iff p > 0 and (c < 1 + p or c <= 1 - p). At c = 1 + p itself A
    # enters only if B goes right for sure. With l = 1, c >= 1 - p keeps A out, and l = 0 never goes left: missed everywhere.
    model = model_of(tmp_path, THRESHOLD)
    some, every = hg.condition(model, "some"), hg.condition(model, "every")
    assert some.complete
    assert every.complete
    grid = [F(k, 4) for k in range(5)]
    for p in grid:
        for c in [*(F(k, 4) for k in range(13)), 1 + p, 1 - p]:
            assert some.contains(c=c, p=p) == (p > 0 and c < 1 + p), (c, p)
            assert not every.contains(c=c, p=p)


def test_a_player_who_moves_twice_compares_ranges_of_its_own_worth(tmp_path: Path) -> None:
    # B answers a second invitation of A's; it is indifferent, so A expects any x in [0, 4] of asking again, and stopping is worth w.
    # A asks again only if x >= w; so A expects max(x, w), in [w, 4] for w <= 4. B, when asked at first, expects 1 where A stops (possible
    # for every w >= 0, with x = 0) and 0 where it asks again (possible for w <= 4, with x = 4), and declines for 1/2. So B declines
    # in some equilibrium iff A may ask again often enough: mixing needs x = w <= 4, and A asking again for sure needs w <= 4 too.
    text = """
title: asking twice
players: [A, B]
parameters:
  w: {baseline: 1, range: [0, 5]}
play:
  First: {by: B, actions: [Accept, Decline]}
  Again: {by: A, actions: [Ask, Stop], sees: [First], when: Accept}
  Last: {by: B, actions: [Yes, No], sees: [First, Again], when: Ask}
payoffs: {A: "w*[Stop] + 4*[Yes]", B: "[Stop] + 1/2*[Decline]"}
hedge: Decline
"""
    model = model_of(tmp_path, text)
    some, every = hg.condition(model, "some"), hg.condition(model, "every")
    for w in (0, 1, "7/2", 4, "9/2", 5):
        assert some.contains(w=w) == (F(w) <= 4)
        # At w = 0 alone A may not stop unless x = 0: B says No for sure, which it may. So declining is never forced.
        assert not every.contains(w=w)


@pytest.mark.parametrize("limit", ["weights", "boxes"])
def test_what_is_not_followed_is_never_proved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(*{"weights": (plays, "MOST_WEIGHTS", 0), "boxes": (boxes, "MOST_BOXES", 0)}[limit])
    text, event = {"weights": (LAST, "In and Go"), "boxes": (FIGHT, "In and Fight")}[limit]
    model = model_of(tmp_path, text.replace("EVENT", event))
    region = hg.condition(model, "some", "subgame-perfect")
    assert not region.complete
    assert UNFOLLOWED in region.notes
    for finding in examine(model):
        assert finding.verdict != "proved"


def test_bounds_on_what_was_not_followed_can_be_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # At w = 1, the one tie, A may enter and meet a fight. So "never for w > 1" is true whatever mixing is; "never for w >= 1" is false.
    monkeypatch.setattr(boxes, "MOST_BOXES", 0)
    text = FIGHT.replace("EVENT", "In and Fight").replace(
        'A: "w*[Yield] - [Fight]", B: "0"', 'A: "[Yield] - [Fight]", B: "w*[Yield] + [Fight]"'
    )
    claim = "{says: A never meets a fight., outcome: In and Fight, holds: nowhere, among: some}"
    for given, verdict in (("w > 1", "proved"), ("w >= 1", "undecided")):
        changed = claim.replace("among: some", f'among: some, if: "{given}"')
        (finding,) = examine(model_of(tmp_path, text.replace(claim, changed)))
        assert finding.verdict == verdict, given


def test_with_too_many_paths_mixing_may_add_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plays, "MOST_WEIGHTS", 0)
    monkeypatch.setattr(paths, "MOST_PATHS", 0)
    region = hg.condition(model_of(tmp_path, LAST.replace("EVENT", "In and Go")), "some")
    assert not region.complete
    # Entry is an equilibrium everywhere, by mixing that was not followed.
    assert all(holds_at(region.at_most, [w]) for w in (1, F(3, 2), 2, 3))


def test_trees_of_two_players_need_no_weights(tmp_path: Path) -> None:
    # The same random trees, with many ties: comparing the ends of ranges is enough wherever `is_boxed` says so, at every point.
    pytest.importorskip("z3")
    from oracles.ties import as_model_text, random_event, random_tree, verdicts

    compared = 0
    for seed in range(100_000, 100_000 + TREES):
        rng = random.Random(seed)
        tree = random_tree(rng, stage=0, ties=0.5)
        event = random_event(rng, tree)
        try:
            model = model_of(tmp_path, as_model_text(tree, event))
            setting = setting_of(model)
        except hg.InputError:
            continue  # no parameter is left open
        if not boxes.is_boxed(setting.game.form):
            continue
        found = boxes.boxed(setting)
        ground = setting.ground
        some, missed = ground.number(found.some), ground.number(found.missed)
        for w in POINTS:
            right = verdicts(tree, event, w)
            assert (ground.holds(some, (w,)), not ground.holds(missed, (w,))) == (right.some, right.every), (seed, w)
        compared += 1
    assert compared > TREES // 4


def test_mixing_is_not_followed_where_pure_choices_are_proved_to_be_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("weights were followed")

    monkeypatch.setattr(played_module, "mixed", refuse)
    assert hg.condition(hg.load("engagement-card"), "some").complete


STAYING_OUT = """
title: staying out never pays, whatever an indifferent second mover does
players: [A, B]
parameters:
  v: {baseline: 1, range: [0, 2]}
  w: {baseline: 1, range: [0, 2]}
play:
  One: {by: A, actions: [In, Out]}
  Two: {by: B, actions: [Fight, Yield], sees: [One], when: In}
payoffs: {A: "[Yield] - (1/4 + (v - w)*(v - w))*[Out]", B: "0"}
hedge: Fight
"""


def test_a_doubt_left_out_by_z3s_word_alone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    model = hg.load("engagement-card")
    note = "by z3's word, without a proof of our own: that mixing where players are indifferent adds nothing more"

    def notes() -> list[bool]:
        regions = [hg.condition(model, among) for among in ("some", "every")]
        assert {region.basis for region in regions} == {"smt" if regions[0].told else "proof"}
        threshold, robust = hg.threshold(model, "card"), hg.robustness(model)
        texts = [
            *map(str, regions),
            str(threshold),
            str(robust),
            str(hg.phases(model, ["alignment_reward"])),
        ]
        return [note in text for text in texts]

    assert notes() == [False] * 5
    monkeypatch.setattr(played_module, "find", on_word_alone)
    assert notes() == [True] * 5


def test_that_borders_alone_are_in_doubt_by_z3s_word_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    model = hg.load("dependence-backlash")
    note = "by z3's word, without a proof of our own: that it supports no more elsewhere"
    assert note not in hg.phases(model, ["dependence"]).notes
    monkeypatch.setattr(played_module, "find", on_word_alone)
    assert note in hg.phases(model, ["dependence"]).notes


def test_a_weight_left_out_by_z3s_word_alone_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In is worth 0 or 1 to A, Out less than 0: that B is indifferent cannot change what A does.
    setting = setting_of(model_of(tmp_path, STAYING_OUT))
    everywhere = plays.Within(ALWAYS, frozenset(range(len(setting.game.form.information_sets))))
    assert not plays.mixed(setting, frozenset(), everywhere).told
    monkeypatch.setattr(plays, "find", on_word_alone)
    assert plays.mixed(setting, frozenset(), everywhere).told


def test_a_word_given_for_ties_is_not_forgotten_where_more_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As for play over time, something beyond the outcomes is asked for as well; here it is proved to add nothing.
    setting = setting_of(model_of(tmp_path, STAYING_OUT))
    derived = derivation(setting.model, setting.posed, None)
    asked = replace(derived, beyond=lambda *_: {"some": FALSE, "missed": FALSE})
    assert not played(setting, asked).told
    by_mixing = played_module._by_mixing
    monkeypatch.setattr(played_module, "_by_mixing", lambda *args: replace(by_mixing(*args), told=True))
    answer = played(setting, asked)
    assert answer.told
    assert answer.beyond is None


def test_that_pure_choices_at_ties_are_enough_by_z3s_word_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    model = hg.load("engagement-card")
    held = {name: p.baseline for name, p in model.parameters.items() if name != "card"}
    condition = parse_condition("card > 3")
    claim = Claim("", payoff="SmallState", moves="never falls", with_=("card",), given=condition, at=held)

    def found() -> tuple[str, str]:
        (finding,) = examine(replace(model, claims=(claim,)))
        return finding.verdict, finding.why

    assert found() == ("proved", "")
    monkeypatch.setattr(doubts, "find", on_word_alone)
    assert found() == ("proved", BY_WORD)


def test_random_trees_agree_with_the_definition(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    from oracles.ties import as_model_text, random_event, random_tree, verdicts

    followed = 0
    for seed in range(TREES):
        rng = random.Random(seed)
        tree = random_tree(rng)
        event = random_event(rng, tree)
        try:
            model = model_of(tmp_path, as_model_text(tree, event))
            setting = setting_of(model)
        except hg.InputError:
            continue  # no parameter is left open
        answer = played(setting, derivation(model, setting.posed, "subgame-perfect"))
        followed += answer.mixing is not None
        ground = setting.ground
        some, every = ground.number(answer.some), ground.number(answer.every)
        for w in POINTS:
            right = verdicts(tree, event, w)
            mine = ground.holds(some, (w,)), ground.holds(every, (w,))
            if not answer.complete:
                # One side of each still stands.
                assert right.some or not mine[0], (seed, w)
                assert not right.every or mine[1], (seed, w)
            elif right.some is not None and right.every is not None:
                assert mine == (right.some, right.every), (seed, w)
    assert followed > TREES // 50


def test_a_subgame_is_in_doubt_where_its_outcomes_differ_in_worth():
    # 1 and -1 differ everywhere, though they sum to zero; 1 and 1 differ nowhere; a card and 4 differ but where the card is 4.
    setting = setting_of(hg.load("engagement-card"), None, None)
    functions = setting.functions
    card = functions.gens[setting.names.index("card")]

    def varies(one, other):
        return doubts._varies(setting, [(one, TRUE), (other, TRUE)])

    assert varies(functions(1), functions(-1)) == TRUE
    assert varies(functions(1), functions(1)) == FALSE
    values = [3, 4, 5]
    at = [[F(value if name == "card" else 1) for name in setting.names] for value in values]
    assert [holds_at(varies(card, functions(4)), point) for point in at] == [True, False, True]
