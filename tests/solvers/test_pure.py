"""Pure Nash equilibria against Gambit's exact enumeration, against the definition, and path by path."""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any

import numpy as np
import pygambit
import pytest

from hedging_games.errors import CouldNotFinish
from hedging_games.games.game import Game, matrix_game
from hedging_games.games.values import path_outcome
from hedging_games.solvers import listing, pure
from hedging_games.solvers import pure_paths as outcomes
from hedging_games.solvers.run import Run, run_for
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import PURE_NASH
from tree_builders import CHANCE, Move, Naive, game_from, plan_count, random_game, random_table

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
Plans = frozenset[tuple[str, ...]]


def in_gambit(game: Game) -> pygambit.Game:
    """The same tree built move by move in Gambit."""
    form = game.form
    theirs = pygambit.Game.new_tree(players=list(form.players))
    node = {0: theirs.root}
    infoset: dict[int, Any] = {}
    worth = {int(h): [pygambit.Rational(x) for x in game.payoffs[:, z]] for z, h in enumerate(form.terminals)}
    for history in range(form.history_count):
        here, s = node[history], int(form.decided_at[history])
        if s < 0:
            theirs.set_outcome(here, outcome(theirs, worth[history]))
            continue
        actions = [str(k) for k in range(len(form.information_sets[s].actions))]
        player = form.information_sets[s].player
        if player == CHANCE:
            theirs.append_move(here, theirs.players.chance, actions)
            theirs.set_chance_probs(here.infoset, [pygambit.Rational(game.chance[slot]) for slot in form.slots(s)])
        elif s in infoset:
            theirs.append_infoset(here, infoset[s])
        else:
            theirs.append_move(here, theirs.players[form.players[player]], actions)
            infoset[s] = here.infoset
        node.update(dict(zip(form.children[history], here.children, strict=True)))
    return theirs


def outcome(theirs: pygambit.Game, worth: list[Any]) -> Any:
    new = theirs.add_outcome(f"o{len(theirs.outcomes)}")
    for player, value in zip(theirs.players, worth, strict=True):
        new[player] = value
    return new


def gambits_plans(game: Game) -> frozenset[Plans]:
    """Gambit's pure equilibria: for each player the set and action of the reduced plan."""
    theirs = in_gambit(game)
    found = []
    for profile in pygambit.nash.enumpure_solve(theirs).equilibria:
        plans = []
        for player in theirs.players:
            strategy = next(s for s in player.strategies if profile[s] == 1)
            for infoset in player.infosets:
                action = strategy.action(infoset)
                if action is not None:
                    place = tuple(int(a.label) for a in history_of(next(iter(infoset.members))))
                    plans.append((str(place), action.label))
        found.append(frozenset(plans))
    assert len(set(found)) == len(found)
    return frozenset(found)  # type: ignore[arg-type]


def history_of(node: Any) -> list[Any]:
    actions = []
    while node.prior_action is not None:
        actions.append(node.prior_action)
        node = node.parent
    return actions[::-1]


def our_plans(game: Game, candidates: Any) -> frozenset[Plans]:
    form = game.form
    found = []
    for candidate in candidates:
        profile = candidate.profile
        plans = []
        for s, information_set in enumerate(form.information_sets):
            if information_set.player == CHANCE or s in profile.unreached:
                continue
            place = [slot - form.first_slot[form.set_of_slot[slot]] for slot in form.path(int(form.histories_of[s][0]))]
            action = [k for k, slot in enumerate(form.slots(s)) if profile.probabilities[slot] == 1]
            plans.append((str(tuple(int(k) for k in place)), str(action[0])))
        found.append(frozenset(plans))
    assert len(set(found)) == len(found)
    return frozenset(found)  # type: ignore[arg-type]


def test_random_tables_equal_gambits_enumeration() -> None:
    shapes = [(3, 3), (4, 5), (2, 2, 2), (3, 2, 3), (2, 2, 2, 2), (3, 3, 2, 2), (1, 4), (2, 1, 3)]
    found = 0
    for seed in range(800 if THOROUGH else 80):
        sizes = shapes[seed % len(shapes)]
        tables = random_table(seed, sizes, values=3 if seed % 2 else 9)
        theirs = pygambit.Game.from_arrays(*[np.vectorize(int)(table) for table in tables])
        expected = {
            tuple(next(k for k, s in enumerate(p.strategies) if profile[s] == 1) for p in theirs.players)
            for profile in pygambit.nash.enumpure_solve(theirs).equilibria
        }
        answer = pure.propose(matrix_game(*tables), Run())
        ours = {
            tuple([list(mixture.values()).index(1) for mixture in c.profile.as_dict().values()])
            for c in answer.candidates
        }
        assert ours == expected, seed
        assert len(answer.candidates) == len(expected)
        assert answer.complete == "all"
        found += len(expected)
    assert found > 80


def test_random_trees_equal_gambits_enumeration() -> None:
    found = checked = 0
    for seed in range(600 if THOROUGH else 90):
        game = random_game(seed, players=2 + seed % 3)
        if plan_count(game) > 20_000:
            continue
        answer = pure.propose(game, Run())
        assert our_plans(game, answer.candidates) == gambits_plans(game), seed
        assert answer.complete == "all"
        for candidate in answer.candidates[:5]:
            assert certify(game, candidate.profile, PURE_NASH)[0].largest_gain == 0
        checked += 1
        found += len(answer.candidates)
    assert checked > 40
    assert found > 2 * checked


def test_paths_of_perfect_information_equal_brute_force() -> None:
    """On small trees, chance included, every path of a pure equilibrium is found, and no other."""
    checked = several = seed = 0
    while checked < (200 if THOROUGH else 60):
        seed += 1
        game = random_game(seed, players=2 + seed % 2, depth=3 + seed % 2, kinds="dddc")
        if not 1 < plan_count(game) <= (800 if THOROUGH else 300):
            continue
        assert game.form.has_perfect_information
        naive = Naive(game)
        expected = {
            tuple(sorted(naive.reached(play).items())) for play in naive.pure_plays() if naive.is_equilibrium(play, [0])
        }
        answer = outcomes.propose(game, Run())
        assert (answer.complete, answer.grouped) == ("all", "path")
        found = [tuple(sorted(naive.reached(naive.play_of(c.profile)).items())) for c in answer.candidates]
        assert len(set(found)) == len(found)
        assert set(found) == expected, seed
        for candidate in answer.candidates:
            assert candidate.profile.is_pure
            assert naive.is_equilibrium(naive.play_of(candidate.profile), [0]), seed
        checked += 1
        several += len(found) > 1
    assert several > checked / 2


def test_too_many_equilibria_of_a_tree_are_grouped_by_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pure, "listing_limit", lambda _game: 4)
    monkeypatch.setattr(pure, "path_limit", lambda _game: 4)
    grouped = 0
    for seed in range(100):
        game = random_game(seed, players=3, kinds="ddshecp", depth=2)
        answer = pure.propose(game, Run())
        if answer.grouped is None or plan_count(game) > 500:
            continue
        naive = Naive(game)
        equilibria = [play for play in naive.pure_plays() if naive.is_equilibrium(play, [0])]
        grouped += 1
        paths = {tuple(sorted(naive.reached(play).items())) for play in equilibria}
        found = [tuple(sorted(naive.reached(naive.play_of(c.profile)).items())) for c in answer.candidates]
        assert len(set(found)) == len(found)
        assert set(found) <= paths
        assert (answer.complete == "all") == (len(paths) <= 4)
        assert len(found) == min(4, len(paths))
    assert grouped > 10


def test_too_many_equilibria_of_a_table_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody cares: all 3 × 4 cells are equilibria.
    monkeypatch.setattr(pure, "listing_limit", lambda _game: 5)
    game = matrix_game([[0] * 4] * 3, [[0] * 4] * 3)
    answer = pure.propose(game, Run())
    assert (len(answer.candidates), answer.complete, answer.grouped) == (5, "some", None)
    assert "12 equilibria" in answer.notes[0]
    assert listing.listing_limit(game) == 2000


def test_no_pure_equilibrium_is_an_answer_and_a_refusal() -> None:
    # Matching pennies: each cell has a player who would rather change.
    game = matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    answer = pure.propose(game, Run())
    assert (answer.candidates, answer.complete) == ((), "all")
    assert "no pure equilibrium" in answer.notes[0]
    with pytest.raises(CouldNotFinish, match="mixed"):
        pure.propose_some(game, Run())


def test_part_of_nash_is_labelled_some_unless_there_is_no_choice() -> None:
    dilemma = matrix_game([[2, 0], [3, 1]], [[2, 3], [0, 1]])
    found = pure.propose_some(dilemma, Run())
    assert (len(found.candidates), found.complete) == (1, "some")
    assert pure.propose_some(matrix_game([[7]], [[1]]), Run()).complete == "all"


@pytest.mark.parametrize("scale", [10**9, Fraction(1, 10**9), 2**80, Fraction(1, 3**50)])
def test_size_of_payoffs_does_not_matter(scale: Fraction) -> None:
    # Battle of the sexes: (0, 0) and (1, 1), at any scale; and a gap of one part in 2^80 is a gap.
    rows = np.array([[Fraction(3), Fraction(0)], [Fraction(0), Fraction(2)]], dtype=object) * scale
    game = matrix_game(rows, rows.T)
    assert [c.profile.as_dict()["Player 1"]["1"] for c in pure.propose(game, Run()).candidates] == [1, 0]
    nearly = matrix_game([[2**80 * scale, (2**80 + 1) * scale]], [[2**80 * scale, (2**80 + 1) * scale]])
    assert [c.profile.as_dict()["Player 2"]["2"] for c in pure.propose(nearly, Run()).candidates] == [1]


def test_entry_deterrence() -> None:
    # Entrant Out (0, 2) | In; then Incumbent Fight (-1, -1) | Yield (1, 1). Out is best against Fight (0 > -1), and Fight
    # costs nothing if the entrant stays out; In is best against Yield (1 > 0), and Yield against In (1 > -1).
    game = game_from(
        ["Entrant", "Incumbent"],
        Move("Enter", 0, {"Out": (0, 2), "In": Move("Reply", 1, {"Fight": (-1, -1), "Yield": (1, 1)})}),
    )
    found = pure.propose(game, Run())
    assert [str(c.profile) for c in found.candidates] == ["Enter: Out; Reply: Fight", "Enter: In; Reply: Yield"]
    # The same two as paths: each is the path of one equilibrium.
    by_path = outcomes.propose(game, Run())
    assert [str(c.profile) for c in by_path.candidates] == ["Enter: Out; Reply: Fight", "Enter: In; Reply: Yield"]


def test_selten_horse() -> None:
    # Selten (1975): (Down, c, L) since C would give player 1 only 1 < 3; (C, c, R) since Down gives 0 and d gives 0.
    # (C, c, L): 1 goes Down for 3. (Down, d, L): 1 plays C for 4. (Down, ., R): 3 plays L. (C, d, L): 3 plays R.
    # (C, d, R): 2 plays c.
    game = selten_horse()
    assert [str(c.profile) for c in pure.propose(game, Run()).candidates] == [
        "One: Down; Three: L; Two: c",
        "One: C; Three: R; Two: c",
    ]


def selten_horse() -> Game:
    def three(left: tuple[int, ...], right: tuple[int, ...]) -> Move:
        return Move("Three", 2, {"L": left, "R": right})

    return game_from(
        ["P1", "P2", "P3"],
        Move(
            "One",
            0,
            {
                "Down": three((3, 3, 2), (0, 0, 0)),
                "C": Move("Two", 1, {"d": three((4, 4, 0), (0, 0, 1)), "c": (1, 1, 1)}),
            },
        ),
    )


def test_own_plan_leaves_later_sets_unreached() -> None:
    # One player: Stop (1) or Go, then Left (0) or Right (0). Only Stop is best, whatever would follow.
    game = game_from(["P"], Move("First", 0, {"Stop": (1,), "Go": Move("Second", 0, {"Left": (0,), "Right": (0,)})}))
    [only] = pure.propose(game, Run()).candidates
    assert only.profile.unreached == {1}
    [by_path] = outcomes.propose(game, Run()).candidates
    assert by_path.profile.unreached == {1}


def test_a_tree_too_large_for_a_table_is_solved_by_path() -> None:
    # A picks 0 to 5, B sees it and picks 0 to 5, C sees both and picks 0 to 5: 6^36 plans for C. A and B want high picks
    # of C, who does not care: c is in {0, ..., 5} after every (a, b). A secures 0 only (C can always pick 0), B too.
    # So every path is played in some equilibrium: 216 of them.
    game = game_from(
        ["A", "B", "C"],
        Move(
            "a",
            0,
            {
                f"{a}": Move(
                    f"b{a}",
                    1,
                    {f"{b}": Move(f"c{a}{b}", 2, {f"{c}": (c, c, 0) for c in range(6)}) for b in range(6)},
                )
                for a in range(6)
            },
        ),
    )
    found = pure.propose(game, Run())
    assert (len(found.candidates), found.complete, found.grouped) == (216, "all", "path")
    assert len({path_outcome(game, c.profile.probabilities) for c in found.candidates}) == 216
    for candidate in found.candidates[::20]:
        assert certify(game, candidate.profile, PURE_NASH)[0].largest_gain == 0


def test_bounds_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each coin is followed by a choice on either side, to stop or to go on to the next coin, which nobody cares about:
    # P paths of the rest make (1 + P)^2, so 1, 4, 25, 676, 458329, ...
    monkeypatch.setattr(outcomes, "MAX_OUTCOMES", 1000)

    def coins(left: int) -> Any:
        if left == 0:
            return (0,)
        choices = [Move(f"x{left}{k}{coins.count()}", 0, {"l": coins(left - 1), "r": (0,)}) for k in range(2)]
        return Move(
            f"n{left}{coins.count()}",
            CHANCE,
            dict(zip("hs", choices, strict=True)),
            dict.fromkeys("hs", Fraction(1, 2)),
        )

    counter = iter(range(10**6))
    coins.count = lambda: next(counter)
    game = game_from(["P"], coins(6))
    with pytest.raises(CouldNotFinish, match="multiply"):
        outcomes.propose(game, Run())
    hidden = random_game(11, kinds="h", depth=4, leaf=0)
    monkeypatch.setattr("hedging_games.games.reductions.MAX_ENTRIES", 10)
    with pytest.raises(CouldNotFinish, match="table of all plans"):
        pure.propose(hidden, Run())


def test_a_passed_deadline_stops_it() -> None:
    with pytest.raises(CouldNotFinish, match="time"):
        pure.propose(matrix_game([[1, 0]], [[0, 1]]), run_for(-1))
