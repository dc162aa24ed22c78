"""Just one equilibrium: it is one by Gambit's exact regret too, it is among all, and what it does not know it does not say."""

from __future__ import annotations

import os
import time
from fractions import Fraction
from typing import Any

import numpy as np
import pygambit
import pytest

import hedging_games as hg
from command_line import answer, run
from hedging_games.errors import ConceptError, InputError
from hedging_games.games.reductions import strategic_form
from hedging_games.solvers import one
from hedging_games.solvers.many_players import candidate_of
from hedging_games.solvers.run import Run
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import NASH
from tree_builders import CHANCE, Move, game_from, random_game

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def drawn(shape: tuple[int, ...], values: int, seed: int) -> hg.Game:
    draw = np.random.default_rng(seed)
    return hg.matrix_game(*draw.integers(0, values, (len(shape), *shape)))


def regret_in_gambit(game: hg.Game, equilibrium: Any) -> Any:
    """The largest gain of anybody, as Gambit computes it in rationals."""
    tables = game.payoff_table()
    theirs = pygambit.Game.from_arrays(*[np.vectorize(pygambit.Rational, otypes=[object])(t) for t in tables])
    mixed = [[pygambit.Rational(p) for p in equilibrium.profile.at(player).values()] for player in game.players]
    return theirs.mixed_strategy_profile(mixed, rational=True).max_regret()


@pytest.mark.parametrize("values", [2, 3, 100])
@pytest.mark.parametrize(
    "shape", [(2, 2), (1, 3), (3, 3), (4, 6), (9, 9), (2, 2, 2), (3, 2, 3), (2, 1, 2), (2, 2, 2, 2)]
)
def test_it_is_an_equilibrium(shape: tuple[int, ...], values: int) -> None:
    for seed in range(40 if THOROUGH else 8):
        game = drawn(shape, values, seed)
        found = hg.solve(game, "nash", just_one=True)
        assert (len(found), found.complete, found.method) == (1, "some", "one-equilibrium")
        assert found.notes == ("just one equilibrium was asked for: there may be others",)
        if found[0].error is None and all(isinstance(p, Fraction) for p in found[0].profile.probabilities):
            assert regret_in_gambit(game, found[0]) == 0
        else:
            assert found[0].certificate.largest_gain < Fraction(1, 10**20)


@pytest.mark.parametrize("values", [2, 100])
def test_it_is_among_all(values: int) -> None:
    for seed in range(60 if THOROUGH else 12):
        game = drawn((3, 3), values, seed)
        everything = hg.solve(game, "nash")
        (found,) = hg.solve(game, "nash", just_one=True)
        assert everything.complete != "all" or found.profile in {e.profile for e in everything}


def test_large_games_of_two_players_take_no_time() -> None:
    for seed in range(3):
        tables = np.random.default_rng(seed).integers(-99, 100, (2, 100, 100))
        began = time.process_time()
        (found,) = hg.solve(hg.matrix_game(*tables), just_one=True)
        assert time.process_time() - began < 5
        assert (found.certificate.exact, found.certificate.largest_gain) == (True, 0)


def test_a_large_game_without_pure_equilibria() -> None:
    # Rock, paper, scissors among 15: each action beats the seven that follow it. Everybody mixes all alike, and nothing else does.
    size = 15
    gap = (np.arange(size)[:, None] - np.arange(size)[None]) % size
    wins = np.where(gap == 0, 0, np.where(gap <= size // 2, -1, 1))
    (found,) = hg.solve(hg.matrix_game(wins, -wins), just_one=True)
    assert set(found.profile.probabilities) == {Fraction(1, size)}


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 3, 3), (2, 2, 2, 2), (2, 2, 2, 2, 2)])
def test_each_way_to_an_equilibrium_of_several_players(shape: tuple[int, ...]) -> None:
    on_branch = games = 0
    for seed in range(30):
        table = strategic_form(drawn(shape, 100, seed))
        if len(one.pure_cells(table, Run())) or games == 4:
            continue
        games += 1
        assert table.whole is not None
        tensors = list(table.whole.numbers)
        supports = one.possible_supports(one.as_machine_integers(tensors), Run().check)
        found = [one._first(tensors, supports, Run().check), one._on_branch(table, tensors, Run())]
        assert found[0] is not None
        on_branch += found[1] is not None
        for proposal in filter(None, found):
            candidate = candidate_of(table, proposal)
            gain = certify(table.game, candidate.profile, NASH)[0].largest_gain
            assert gain == 0 if candidate.error is None else gain < Fraction(1, 10**20)
    assert games == 4
    assert on_branch >= 2


def test_where_small_supports_do_not_do_the_branch_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    game = next(
        g for k in range(50) if not len(one.pure_cells(strategic_form(g := drawn((2, 2, 2, 2), 100, k)), Run()))
    )
    monkeypatch.setattr(one, "FIRST_SUPPORTS", 0)
    followed = []
    on_branch = one._on_branch
    monkeypatch.setattr(one, "_on_branch", lambda *args: followed.append(1) or on_branch(*args))
    assert len(hg.solve(game, just_one=True)) == 1
    monkeypatch.setattr(one, "_on_branch", lambda *_: None)
    assert hg.solve(game, just_one=True)[0].certificate.largest_gain == 0
    assert followed == [1]


def test_trees_stage_by_stage() -> None:
    kinds_of_answers = set()
    for seed in range(150 if THOROUGH else 40):
        game = random_game(seed, depth=2)
        found = hg.solve(game, "subgame-perfect", just_one=True)
        kinds_of_answers.add(found.complete)
        everything = hg.solve(game, "subgame-perfect", time_limit=20)
        if found.complete == "all":
            assert [e.profile for e in everything] == [found[0].profile]
        elif everything.complete == "all" and not everything.continua and everything.grouped is None:
            assert found[0].profile in {e.profile for e in everything}
    assert kinds_of_answers == {"all", "some"}


def test_the_only_equilibrium_is_said_to_be_all() -> None:
    game = game_from(["A", "B"], Move("a", 0, {"l": (1, 0), "r": Move("b", 1, {"x": (0, 1), "y": (3, 2)})}))
    found = hg.solve(game, just_one=True)
    assert (found.complete, found.notes, str(found[0].profile)) == ("all", (), "a: r; b: y")


def test_pure_equilibria_are_counted() -> None:
    found = hg.solve(hg.matrix_game([[3, 0], [0, 2]], [[2, 0], [0, 3]]), "pure-nash", just_one=True)
    assert (len(found), found.complete, found.notes) == (1, "some", ("2 equilibria; just one was asked for",))
    only = hg.solve(hg.matrix_game([[3, 3], [0, 2]], [[2, 0], [0, 3]]), "pure-nash", just_one=True)
    assert (len(only), only.complete, only.notes) == (1, "all", ())
    none = hg.solve(hg.matrix_game([[1, 0], [0, 1]], [[0, 1], [1, 0]]), "pure-nash", just_one=True)
    assert (len(none), none.complete) == (0, "all")
    assert "ask for the concept nash" in none.notes[0]


def test_where_there_is_nothing_to_choose_one_is_all() -> None:
    assert hg.solve(hg.matrix_game([[1]], [[2]]), just_one=True).complete == "all"


def test_beliefs_are_certain_under_perfect_information() -> None:
    game = game_from(["A", "B"], Move("a", 0, {"l": (1, 0), "r": Move("b", 1, {"x": (0, 1), "y": (3, 1)})}))
    found = hg.solve(game, "sequential", just_one=True)
    assert found.complete == "some"
    assert found[0].beliefs == {"a": {"start": 1}, "b": {"r": 1}}


def test_refusals_say_what_to_ask_for() -> None:
    game = hg.matrix_game([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    with pytest.raises(ConceptError, match="no quick way to just one correlated equilibrium") as refused:
        hg.solve(game, "correlated", just_one=True)
    assert "ask for nash or pure-nash or subgame-perfect" in str(refused.value)
    with pytest.raises(ConceptError, match="no method for nash is called 'lemke-howson'"):
        hg.solve(game, "nash", "lemke-howson", just_one=True)
    hidden = Move(
        "c", CHANCE, {k: Move("A", 0, {"l": (0,), "r": (1,)}) for k in "xy"}, {k: Fraction(1, 2) for k in "xy"}
    )
    with pytest.raises(ConceptError, match="no quick way to just one sequential equilibrium of this game"):
        hg.solve(game_from(["A"], hidden), "sequential", just_one=True)
    for name in ("sanctions-waiver", "blockade-threat"):
        with pytest.raises(InputError, match="played once, with finitely many choices"):
            hg.solve(hg.load(name).at(), just_one=True)


def test_the_command_line() -> None:
    found = answer("solve", "hedging-triangle", "--concept", "nash", "--just-one")
    assert (found["complete"], len(found["equilibria"])) == ("some", 1)
    assert found["notes"] == ["just one equilibrium was asked for: there may be others"]
    done = run("solve", "sanctions-waiver", "--just-one")
    assert done.returncode == 2
    assert "played once" in done.stderr
