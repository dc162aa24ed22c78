"""Ties: who may mix with whom, what is extreme in the printed probabilities, and cells where sets are curved.

The first part is derived by hand. Then points are drawn from every set that answers list, for games of many kinds, and judged by
the definition; and equilibria found by the definition on grids of probabilities are looked for in the answers.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction as F
from itertools import product
from typing import Any

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.algebra.positive.hull import in_hull
from hedging_games.formats import parse_efg
from hedging_games.games.game import Game, matrix_game
from hedging_games.games.profile import MixedProfile, profile_from
from hedging_games.games.values import expected_payoffs
from hedging_games.theory.beliefs.supporting import belief_sets
from hedging_games.theory.certificate import certify, judge
from hedging_games.theory.concepts import NASH, SUBGAME_PERFECT, concept_named
from hedging_games.theory.equilibria import Candidate, ContinuumCell, Equilibria
from tree_builders import CHANCE, Move, Naive, game_from, random_game, random_table

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def lines(found: Equilibria) -> set[str]:
    return {str(e.profile) for e in found}


def sets_of(found: Equilibria) -> set[frozenset[str]]:
    """The maximal sets of an answer by what is played at their corners."""
    return {frozenset(str(found[k].profile) for k in subset) for subset in found.subsets or ()}


# --- by hand: trees ---------------------------------------------------------------------------------------------------


def test_an_indifferent_second_mover() -> None:
    # Two is indifferent after A: c with probability p. A pays One -4*p + 2*(1 - p) = 2 - 6*p, Out -1: A if p <= 1/2, Out if p >= 1/2,
    # any mixture at p = 1/2. Three convex sets, four extreme points.
    left = Move("Left", 1, {"c": (-4, 3), "d": (2, 3)})
    found = hg.solve(game_from(["One", "Two"], Move("First", 0, {"A": left, "Out": (-1, 0)})))
    half = "Left: 1/2 c + 1/2 d"
    assert found.complete == "extreme"
    assert sets_of(found) == {
        frozenset({"First: A; Left: d", f"First: A; {half}"}),
        frozenset({"First: Out; Left: c", f"First: Out; {half}"}),
        frozenset({f"First: A; {half}", f"First: Out; {half}"}),
    }
    assert found.components == ((0, 1, 2, 3),)


def test_the_same_with_three_actions() -> None:
    # After A the second mover chooses between worths 0, 2 and 4 to One, who has 1 outside: with weights (x, y, z) A is best if 2*y + 4*z >= 1,
    # Out if <= 1. The line 2*y + 4*z = 1 meets the edges of the triangle at (1/2, 1/2, 0) and (3/4, 0, 1/4). A: the corners y, z and these two;
    # Out: the corner x and these two; both on the line.
    left = Move("Left", 1, {"x": (0, 3), "y": (2, 3), "z": (4, 3)})
    found = hg.solve(game_from(["One", "Two"], Move("First", 0, {"A": left, "Out": (1, 0)})))
    line = ("1/2 x + 1/2 y", "3/4 x + 1/4 z")
    assert found.complete == "extreme"
    assert sets_of(found) == {
        frozenset(f"First: A; Left: {at}" for at in ("y", "z", *line)),
        frozenset(f"First: Out; Left: {at}" for at in ("x", *line)),
        frozenset(f"First: {first}; Left: {at}" for first in ("A", "Out") for at in line),
    }


def last_mover(w: int) -> Game:
    last = Move("Last", 1, {"c": (-1, 1, w), "d": (2, 1, -1)})
    following = Move("Next", 2, {"Go": last, "Stop": (-1, 1, 0)})
    return game_from(["One", "Two", "Three"], Move("Enter", 0, {"In": following, "Out": (0, 1, 0)}))


@pytest.mark.parametrize("w", [1, 2, 3])
def test_an_indifferent_last_mover(w: int) -> None:
    # Last takes c with any probability p. Three goes if w*p >= 1 - p, that is p >= 1/(1 + w) = t; One then enters if 2 - 3*p >= 0, p <= 2/3. If
    # Three stops, One stays out. At p = t Three goes with any g, and entering is worth g*(2 - 3*t) - (1 - g) = g*(3 - 3*t) - 1, which
    # is 0 at g = 1/(3 - 3*t) = (1 + w)/(3*w).
    t, g = F(1, 1 + w), F(1 + w, 3 * w)
    c, d = "Last: c", "Last: d"

    def last(p: F) -> str:
        return f"Last: {p} c + {1 - p} d"

    go = "Next: Go"
    mixed = f"Next: {g} Go + {1 - g} Stop"
    found = hg.solve(last_mover(w))
    assert found.complete == "extreme"
    assert sets_of(found) == {
        frozenset({f"Enter: In; {go}; {last(t)}", f"Enter: In; {go}; {last(F(2, 3))}"}),
        frozenset({f"Enter: {e}; {go}; {last(F(2, 3))}" for e in ("In", "Out")}),
        frozenset({f"Enter: Out; {go}; {last(F(2, 3))}", f"Enter: Out; {go}; {c}"}),
        frozenset({f"Enter: In; {go}; {last(t)}", f"Enter: In; {mixed}; {last(t)}"}),
        frozenset({f"Enter: {e}; {mixed}; {last(t)}" for e in ("In", "Out")}),
        frozenset({f"Enter: Out; {mixed}; {last(t)}", f"Enter: Out; Next: Stop; {last(t)}"}),
        frozenset({f"Enter: Out; Next: Stop; {last(t)}", f"Enter: Out; Next: Stop; {d}"}),
    }
    # The most that One can get: p = t and Go, 2 - 3/(1 + w).
    assert max(e.payoffs["One"] for e in found) == 2 - 3 * t


def test_a_tie_within_a_tie_is_a_curve() -> None:
    # B passes with probability p, and then C goes left with probability q; both are indifferent. A gets 1 if B passes and C goes left,
    # else 0; and 1/2 from Out. In is best if p*q >= 1/2, Out if p*q <= 1/2: regions of the unit square with a curved border.
    third = Move("C", 2, {"left": (1, 0, 0), "right": (0, 0, 0)})
    second = Move("B", 1, {"pass": third, "stop": (0, 0, 0)})
    found = hg.solve(
        game_from(
            ["P", "Q", "R"],
            Move("A", 0, {"In": second, "Out": ("1/2", 0, 0)}),
            hedge=np.array([True, False, False, False]),
        )
    )
    assert found.complete == "all"
    cells = [(cell, dict(cell.support)) for cell in found.continua]
    assert {support["A"] for _, support in cells} == {("In",), ("Out",), ("In", "Out")}
    for cell, support in cells:
        assert cell.sample is not None
        at = found[cell.sample].profile.as_dict()
        border = at["B"]["pass"] * at["C"]["left"] - F(1, 2)
        assert {("In",): border > 0, ("Out",): border < 0, ("In", "Out"): border == 0}[support["A"]] or border == 0
        if support["A"] == ("In",) and set(support["B"]) | set(support["C"]) == {"pass", "stop", "left", "right"}:
            # In: P gets between 1/2 and 1; so often is the event.
            assert cell.ranges["P"] == cell.ranges["hedge"] == (F(1, 2), 1)
    # Every equilibrium with In or Out, and pure replies: (In, pass, left), and Out against the three others.
    assert {str(e.profile) for e in found if e.profile.is_pure} == {
        "A: In; B: pass; C: left",
        "A: Out; B: pass; C: right",
        "A: Out; B: stop; C: left",
        "A: Out; B: stop; C: right",
    }


def test_a_tie_that_does_not_matter_is_a_face() -> None:
    # B is indifferent and A prefers In, worth 1 or 2, to Out, worth 0: In with any reply. And Out being worth 1: equally good against a, so that
    # A may mix if the reply is a, and not otherwise.
    def game(outside: int) -> Game:
        return game_from(
            ["P", "Q"], Move("A", 0, {"In": Move("B", 1, {"a": (1, 0), "b": (2, 0)}), "Out": (outside, 0)})
        )

    assert sets_of(hg.solve(game(0))) == {frozenset({"A: In; B: a", "A: In; B: b"})}
    found = hg.solve(game(1))
    assert found.complete == "extreme"
    assert sets_of(found) == {frozenset({"A: In; B: a", "A: In; B: b"}), frozenset({"A: In; B: a", "A: Out; B: a"})}


def test_an_isolated_equilibrium_of_a_later_stage_is_no_resolution_of_a_tie() -> None:
    # After In, a battle of the sexes is worth 3, 1 or 3/4 to P1: in three isolated equilibria, between which nobody can mix. An outside option of 2 is
    # better than some and worse than others of them; nobody is indifferent.
    def two(left: tuple[int, int], right: tuple[int, int]) -> Move:
        return Move("Two", 1, {"L": left, "R": right})

    stay = Move("One", 0, {"T": two((3, 1), (0, 0)), "B": two((0, 0), (1, 3))})
    found = hg.solve(game_from(["P1", "P2"], Move("Enter", 0, {"Out": (2, 2), "In": stay})))
    assert (found.complete, len(found)) == ("all", 3)


def test_a_stage_of_two_upon_a_tie() -> None:
    # After (T, L) the last mover makes good or bad of it. Bad with probability q makes (T, L) worth (3 - 3*q, 1 - q) to the two: battle of the sexes
    # for q < 1; for q = 1 everything against L or T is a tie. Every listed set has been judged by the test that draws points; here: the five
    # equilibria with a pure last mover are listed, and nothing is said to be isolated.
    last = Move("Three", 2, {"good": (3, 1, 0), "bad": (0, 0, 0)})

    def two(left: object, right: object) -> Move:
        return Move("Two", 1, {"L": left, "R": right})

    game = game_from(["P1", "P2", "P3"], Move("One", 0, {"T": two(last, (0, 0, 0)), "B": two((0, 0, 0), (1, 3, 0))}))
    found = hg.solve(game)
    assert found.continua
    assert found.complete == "all"
    assert {"One: T; Two: L; Three: good", "One: B; Two: R; Three: bad"} <= lines(found)


# --- by hand: players who decide again, and chance that does not happen -----------------------------------------------

IN_A_ROW = """EFG 2 R "own moves in a row" { "One" "Two" }
p "" 1 1 "first" { "L" "R" } 0
p "" 2 1 "two" { "c" "d" } 0
t "" 1 "" { 0 0 }
t "" 2 "" { 0 -1 }
p "" 1 2 "second" { "a" "b" } 0
p "" 2 1 "two" { "c" "d" } 0
t "" 3 "" { 0 -3 }
t "" 4 "" { 0 0 }
p "" 2 1 "two" { "c" "d" } 0
t "" 5 "" { 0 0 }
t "" 6 "" { 0 -1 }
"""


def test_own_moves_in_a_row_do_not_average() -> None:
    # One is indifferent to everything. Two: c is best iff P(R and a) <= 1/4, d iff >= 1/4. With l = P(L), s = P(a): (1 - l)*s <= 1/4, which is
    # not convex in (l, s): (3/4, 1) and (0, 1/4) belong to it, their midpoint (3/8, 5/8) does not.
    game = parse_efg(IN_A_ROW)
    found = hg.solve(game, "nash")
    assert (found.complete, found.subsets) == ("all", ())
    assert any("mixtures of plans" in note for note in found.notes)
    assert {cell.support["two"]: (cell.equations, cell.inequalities) for cell in found.continua} == {
        ("c",): ((), ("4*P(L at first)*P(a at second) - 4*P(a at second) + 1 >= 0",)),
        ("d",): ((), ("-4*P(L at first)*P(a at second) + 4*P(a at second) - 1 >= 0",)),
        ("c", "d"): (("4*P(L at first)*P(a at second) - 4*P(a at second) + 1 = 0",), ()),
    }
    # Plans L, (R, a), (R, b): c for weights of (R, a) up to 1/4: vertices L, Rb, and 1/4 of Ra with either.
    assert lines(found) == {
        *(f"first: {x}; second: {y}; two: c" for x, y in (("L", "a"), ("R", "b"))),
        *(f"first: {x}; second: {y}; two: {z}" for x, y in TIED_PLANS for z in "cd"),
        "first: R; second: a; two: d",
    }
    assert certify(game, between(found, "3/4 L + 1/4 R; second: a; two: c", "R; second: 1/4 a + 3/4 b; two: c"), NASH)[
        0
    ].largest_gain == F(9, 16)


TIED_PLANS = (("3/4 L + 1/4 R", "a"), ("R", "1/4 a + 3/4 b"))


def between(found: Equilibria, one: str, other: str) -> MixedProfile:
    at = {str(e.profile): e.profile for e in found}
    both = at[f"first: {one}"].probabilities + at[f"first: {other}"].probabilities
    return MixedProfile(found.game.form, both / 2)


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_own_moves_in_a_row_where_one_reply_is_best(names: str) -> None:
    # One alone: L is worth 1, R leads to a (1) or b (0). L with any reply, and R with a, are best: what is printed for the reply after L for sure is
    # arbitrary, so the set is given as a cell: a at the second set, any mixture at the first.
    second = Move("second", 0, {name: (int(name == "a"), 0) for name in names})
    found = hg.solve(game_from(["One", "Two"], Move("first", 0, {"L": (1, 0), "R": second})), "nash")
    assert (found.complete, len(found)) == ("all", 2)
    [cell] = found.continua
    assert (cell.conditions, cell.dimension) == ("any probabilities", 1)
    assert dict(cell.support) == {"first": ("L", "R"), "second": ("a",)}


def test_a_square_of_own_moves_is_not_spanned_by_its_plans() -> None:
    # One alone and indifferent to everything: l and s anywhere in the square, which the three plans L, Ra, Rb do not span.
    game = game_from(
        ["One", "Two"], Move("first", 0, {"L": (1, 0), "R": Move("second", 0, {"a": (1, 0), "b": (1, 0)})})
    )
    found = hg.solve(game, "nash")
    assert (found.complete, len(found)) == ("all", 3)
    [cell] = found.continua
    assert (cell.conditions, cell.dimension, dict(cell.support)) == (
        "any probabilities",
        2,
        {"first": ("L", "R"), "second": ("a", "b")},
    )


def card_game(never: str) -> Game:
    def holding(name: str, stakes: tuple[int, int, int]) -> Move:
        call, fold, check = ((x, -x) for x in stakes)
        return Move(f"V{name}", 0, {"bet": Move("H", 1, {"call": call, "fold": fold}), "check": check})

    hands = {"strong": holding("s", (2, 1, 1)), "weak": holding("w", (-2, 1, -1)), "never": holding("n", (-100, 1, 50))}
    odds = {"strong": F(1, 4), "weak": F(3, 4) - F(never), "never": F(never)}
    return game_from(["V", "H"], Move("deal", CHANCE, hands, odds))


@pytest.mark.parametrize("concept", ["nash", "subgame-perfect"])
def test_a_branch_of_probability_zero(concept: str) -> None:
    # V bets a strong hand; a weak one so often that H is indifferent: 1/4*(-2) + 3/4*b*2 = 1/4*(-1) + 3/4*b*(-1), b = 1/9; H calls so often that
    # a weak hand is indifferent: -2*q + (1 - q) = -1, q = 2/3. What V does at the branch that never happens is free: a segment with two ends.
    found = hg.solve(card_game("0"), concept)
    played = "Vs: bet; H: 2/3 call + 1/3 fold; Vw: 1/9 bet + 8/9 check; Vn: "
    assert found.complete == "extreme"
    assert sets_of(found) == {frozenset({played + "bet", played + "check"})}
    assert lines(found) == {played + "bet", played + "check"}
    assert {tuple(e.payoffs.values()) for e in found} == {(F(-1, 3), F(1, 3))}


def test_a_branch_of_small_probability_is_not_free() -> None:
    # The same branch with probability 1/100: V checks there, as betting is worth -100*q + 1 - q < 50. One equilibrium.
    found = hg.solve(card_game("1/100"), "nash")
    assert (found.complete, len(found)) == ("all", 1)
    assert found[0].profile.at("Vn")["check"] == 1


def test_two_branches_of_probability_zero_make_a_square() -> None:
    # V decides at two branches that never happen: any two probabilities, the corners of a square.
    never = {n: Move(f"V{n}", 0, {"x": (1, 0), "y": (0, 0)}) for n in ("1", "2")}
    game = game_from(["V", "H"], Move("deal", CHANCE, {"end": (0, 0), **never}, {"end": 1, "1": 0, "2": 0}))
    found = hg.solve(game, "nash")
    corners = {f"V1: {a}; V2: {b}" for a in "xy" for b in "xy"}
    assert (found.complete, lines(found), sets_of(found)) == ("extreme", corners, {frozenset(corners)})
    # In the subgames there x is better.
    assert lines(hg.solve(game, "subgame-perfect")) == {"V1: x; V2: x"}


# --- every point of every listed set, judged ----------------------------------------------------------------------------


def drawn(found: Equilibria, draw: random.Random, count: int) -> Iterator[Candidate]:
    """Averages of the corners of each listed set, in the printed probabilities."""
    for subset in found.subsets or ():
        for _ in range(count if len(subset) > 1 else 1):
            weights = [F(draw.randrange(5)) for _ in subset]
            weights[draw.randrange(len(weights))] += 1
            shares = [w / sum(weights) for w in weights]
            points = [found[k] for k in subset]
            average = sum((w * e.profile.probabilities for w, e in zip(shares, points, strict=True)), start=F(0))
            lots: dict[Any, F] = {}
            for w, e in zip(shares, points, strict=True):
                for cell, p in (e.distribution or {}).items():
                    lots[cell] = lots.get(cell, F(0)) + w * p
            yield Candidate(MixedProfile(found.game.form, average), distribution=lots or None)


TERM = re.compile(r"P\((?P<action>[^()]*?)(?: at (?P<label>[^()]*))?\)")


def terms_at(text: str, profile: MixedProfile, owner: Mapping[str, str]) -> Any:
    """An expression in probabilities at a profile. ``owner``: the decision of an action that is named alone."""
    at = profile.as_dict()
    values = {}

    def value(match: re.Match[str]) -> str:
        name = f"v{len(values)}"
        label = match["label"] or owner[match["action"]]
        values[name] = at[label].get(match["action"], F(0))
        return name

    code = re.sub(r"(?<![\w.])(\d+)", r"F(\1)", TERM.sub(value, text).replace("^", "**"))
    code = re.sub(r"\*\*F\((\d+)\)", r"**\1", code)
    return eval(code, {"F": F, **values})


def satisfies(profile: MixedProfile, cell: ContinuumCell, *, closed: bool = False) -> bool:
    """Whether a profile lies in a cell (or in what its conditions leave if strict ones may hold with equality)."""
    owner = {action: label for label, actions in cell.support.items() for action in actions}
    at = profile.as_dict()
    for label, mixture in at.items():
        if label in cell.support and any(p != 0 for action, p in mixture.items() if action not in cell.support[label]):
            return False
    for text in (*cell.equations, *cell.inequalities):
        left, relation, right = re.split(r" (>=|>|=) ", text)
        try:
            gap = terms_at(left, profile, owner) - terms_at(right, profile, owner)
        except ZeroDivisionError:
            return False
        if not {"=": gap == 0, ">=": gap >= 0, ">": gap > 0 or (closed and gap == 0)}[relation]:
            return False
    return True


def in_cell(found: Equilibria, cell: ContinuumCell, draw: random.Random, count: int) -> Iterator[MixedProfile]:
    """Profiles in a cell: random probabilities on its support, those that its equations determine put in."""
    for _ in range(count):
        mixtures = {}
        for label, mixture in found[cell.points[0]].profile.as_dict().items():
            names = cell.support.get(label, tuple(a for a, p in mixture.items() if p != 0))
            weights = [F(draw.randrange(4)) for _ in names]
            weights[draw.randrange(len(weights))] += 1
            mixtures[label] = {a: w / sum(weights) for a, w in zip(names, weights, strict=True)}
        profile = profile_from(found.game.form, mixtures)
        probabilities = profile.probabilities.copy()
        slot = {
            (s.label, action): found.game.form.slots(k)[j]
            for k, s in enumerate(found.game.form.information_sets)
            for j, action in enumerate(s.actions)
        }
        try:
            for _again in cell.equations:
                for text in cell.equations:
                    left, right = text.split(" = ")
                    match = TERM.fullmatch(left)
                    if match and match["label"]:
                        here = MixedProfile(found.game.form, probabilities.copy())
                        probabilities[slot[match["label"], match["action"]]] = terms_at(right, here, {})
        except ZeroDivisionError:
            continue
        profile = MixedProfile(found.game.form, probabilities)
        if all(min(m.values()) >= 0 and sum(m.values()) == 1 for m in profile.as_dict().values()) and satisfies(
            profile, cell
        ):
            yield profile


def judged(found: Equilibria, candidate: Candidate) -> bool:
    """Whether a point of an answer is an equilibrium of its concept."""
    concept = concept_named(found.concept)
    if found.concept == "sequential":
        return bool(belief_sets(found.game, candidate.profile, consistent=True).exist)
    return bool(judge(found.game, candidate, concept)[0].largest_gain == 0)


def check_sets(found: Equilibria, seed: int, count: int = 3) -> Counter[str]:
    """Judges points of all sets and cells of an answer; says how many."""
    draw = random.Random(seed)
    tally: Counter[str] = Counter([found.complete])
    if found.complete == "extreme":
        assert found.subsets
        assert {k for subset in found.subsets for k in subset} == set(range(len(found)))
    for candidate in drawn(found, draw, count):
        assert judged(found, candidate), (seed, str(candidate.profile), str(found))
        tally["drawn"] += 1
    for cell in found.continua:
        assert cell.sample is not None
        if any(text.endswith("(too long to be written out)") for text in (*cell.equations, *cell.inequalities)):
            # Only its points are given.
            tally["not written out"] += 1
            continue
        for profile in in_cell(found, cell, draw, 4 * count):
            assert judged(found, Candidate(profile)), (seed, str(profile), cell)
            tally["in cells"] += 1
            for k, player in enumerate(found.game.players):
                low, high = cell.ranges.get(player) or cell.bounds.get(player) or (None, None)
                if low is not None:
                    assert low <= expected_payoffs(found.game, profile.probabilities)[k] <= high, (seed, cell)
    return tally


def two_player_kinds(seed: int) -> Game:
    """Two players with ties, hidden chance, moves in a row, branches of probability zero."""
    return random_game(seed, players=2, depth=2 + seed % 2, width=2, values=2 + seed % 2, kinds="dhecpp")


def card_like(seed: int) -> Game:
    """A signalling game of two types with few different payoffs, and now and then a type of probability zero."""
    draw = random.Random(seed)

    def reply(message: str) -> Move:
        return Move(f"R{message}", 1, {a: (draw.randrange(3), draw.randrange(2)) for a in "xy"})

    types = {t: Move(f"S{t}", 0, {m: reply(m) for m in "mn"}) for t in "ab"}
    p = draw.choice([F(0), F(1, 2), F(1, 3)])
    return game_from(["S", "R"], Move("Nature", CHANCE, types, {"a": p, "b": 1 - p}))


def of_three(seed: int) -> Game:
    tables = random_table(seed, (2, 2, 2), values=2)
    return matrix_game(*tables, actions=[["a", "b"], ["c", "d"], ["e", "f"]])


KINDS = {
    "bimatrix": ("nash", lambda seed: matrix_game(*random_table(seed, (2 + seed % 2, 3), values=2)), 40, 400),
    "two players in trees": ("nash", two_player_kinds, 12, 300),
    "correlated": ("correlated", lambda seed: matrix_game(*random_table(seed, (2, 2), values=3)), 20, 200),
    "three players": ("nash", of_three, 25, 250),
    "perfect information": (
        "subgame-perfect",
        lambda seed: random_game(seed, kinds="ddddc", depth=3, width=2, leaf=0.2),
        60,
        600,
    ),
    "stages": ("subgame-perfect", lambda seed: random_game(seed, kinds="dsdc", depth=2, width=2), 40, 400),
    "hidden moves": ("subgame-perfect", lambda seed: random_game(seed, kinds="dhpe", depth=2, width=2), 40, 400),
    "signalling": ("sequential", card_like, 40, 400),
    "beliefs": ("sequential", lambda seed: random_game(seed, kinds="dhe", depth=2, width=2), 12, 250),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_point_of_every_listed_set_is_an_equilibrium(kind: str) -> None:
    concept, build, usual, full = KINDS[kind]
    count = full if THOROUGH else usual
    tally: Counter[str] = Counter()
    for seed in range(count):
        try:
            found = hg.solve(build(seed), concept, time_limit=20)
        except hg.CouldNotFinish:
            tally["unfinished"] += 1
            continue
        tally += check_sets(found, seed)
    print(kind, dict(tally))
    assert tally["drawn"] + tally["in cells"] > usual
    assert tally["extreme"] + tally["in cells"] > usual / 8, "sets are rare: the test is weak"


# --- nothing is missing -------------------------------------------------------------------------------------------------


def ruled_out(profile: MixedProfile) -> set[int]:
    """The information sets that their own player rules out, whatever is printed there."""
    form = profile.form
    found: set[int] = set()
    for s in sorted(range(len(form.information_sets)), key=lambda s: int(form.histories_of[s][0])):
        before = int(form.own_parent_slot[s])
        if before >= 0 and (profile.probabilities[before] == 0 or int(form.set_of_slot[before]) in found):
            found.add(s)
    return found


def is_listed(found: Equilibria, profile: MixedProfile, *, but_for_ruled_out: bool = False) -> bool:
    """Whether a profile lies in a listed set or cell (what its own player rules out may be left out of account)."""
    form = profile.form
    free = ruled_out(profile) if but_for_ruled_out else set()
    slots = [slot for slot in range(form.slot_count) if int(form.set_of_slot[slot]) not in free]
    point = tuple(profile.probabilities[slot] for slot in slots)
    for subset in found.subsets or ():
        if in_hull(point, [tuple(found[k].profile.probabilities[slot] for slot in slots) for k in subset]):
            return True
    labels = {form.information_sets[s].label for s in free}
    for cell in found.continua:
        support = {label: names for label, names in cell.support.items() if label not in labels}
        if satisfies(profile, replace(cell, support=support), closed=True):
            return True
    return False


Found = tuple[dict[int, list[F]], tuple[Any, ...]]


def by_definition(naive: Naive, history: int, steps: int, draw: random.Random, most: int) -> list[Found]:
    """Subgame-perfect equilibria from a history on, with what they are worth: at ties all mixtures in multiples of 1/steps."""
    s = naive.set_of[history]
    if s < 0:
        return [({}, tuple(naive.pay[history]))]
    below = [by_definition(naive, kid, steps, draw, most) for kid in naive.kids[history]]
    combinations = list(product(*below))
    found: list[Found] = []
    for following in draw.sample(combinations, min(most, len(combinations))):
        play = {t: mix for part, _ in following for t, mix in part.items()}
        worths = [worth for _, worth in following]
        if naive.owner[s] < 0:
            odds = [naive.game.chance[naive.first[s] + k] for k in range(naive.size[s])]
            found.append((play, mean(odds, worths)))
            continue
        own = [worth[naive.owner[s]] for worth in worths]
        best = [k for k, x in enumerate(own) if x == max(own)]
        for shares in product(range(steps + 1), repeat=len(best) - 1):
            if sum(shares) <= steps:
                mix = [F(0)] * len(own)
                for k, share in zip(best, (*shares, steps - sum(shares)), strict=True):
                    mix[k] = F(share, steps)
                found.append(({**play, s: mix}, mean(mix, worths)))
    return draw.sample(found, min(most, len(found)))


def mean(odds: list[F], worths: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(sum(p * worth[k] for p, worth in zip(odds, worths, strict=True)) for k in range(len(worths[0])))


@pytest.mark.parametrize("steps", [4, 6])
def test_no_equilibrium_of_a_tree_with_ties_is_missing(steps: int) -> None:
    tally: Counter[str] = Counter()
    for seed in range(400 if THOROUGH else 60):
        game = random_game(seed, kinds="ddddc", depth=3, width=2, values=2 + seed % 2, leaf=0.3)
        found = hg.solve(game, "subgame-perfect", time_limit=20)
        tally[found.complete] += 1
        if found.complete == "some":
            continue
        naive = Naive(game)
        for play, _ in by_definition(naive, 0, steps, random.Random(seed), 60):
            probabilities = found[0].profile.probabilities.copy()
            for s, mix in play.items():
                for k, p in enumerate(mix):
                    probabilities[naive.first[s] + k] = p
            profile = MixedProfile(game.form, probabilities)
            assert certify(game, profile, SUBGAME_PERFECT)[0].largest_gain == 0
            assert is_listed(found, profile), (seed, str(profile), str(found))
            tally["found again"] += 1
    print(dict(tally))
    assert tally["some"] <= 2
    assert tally["found again"] > 1000


def test_no_nash_equilibrium_of_two_who_decide_more_than_once_is_missing() -> None:
    tally: Counter[str] = Counter()
    for seed in range(300 if THOROUGH else 45):
        game = two_player_kinds(seed)
        sets = [k for k, s in enumerate(game.form.information_sets) if s.player != CHANCE]
        if not 2 <= len(sets) <= 5:
            continue
        found = hg.solve(game, "nash")
        tally[found.complete] += 1
        tally["with cells"] += bool(found.continua)
        draw = random.Random(seed)
        grids = [list(on_grid(len(game.form.slots(s)), 2)) for s in sets]
        every = list(product(*grids))
        for mixtures in draw.sample(every, min(250, len(every))):
            probabilities = np.full(game.form.slot_count, F(0), dtype=object)
            for s, mix in zip(sets, mixtures, strict=True):
                probabilities[list(game.form.slots(s))] = mix
            profile = MixedProfile(game.form, probabilities)
            if certify(game, profile, NASH)[0].largest_gain == 0:
                assert is_listed(found, profile, but_for_ruled_out=True), (seed, str(profile), str(found))
                tally["found again"] += 1
    print(dict(tally))
    assert tally["found again"] > 350
    assert tally["with cells"] > 5


def on_grid(size: int, steps: int) -> Iterator[list[F]]:
    for shares in product(range(steps + 1), repeat=size - 1):
        if sum(shares) <= steps:
            yield [F(share, steps) for share in (*shares, steps - sum(shares))]
