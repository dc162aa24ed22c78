"""Subgame-perfect equilibria against the definition, against brute force, and against results derived by hand."""

from __future__ import annotations

import os
from fractions import Fraction

import pytest
from tree_builders import CHANCE, Move, Naive, game_from, plan_count, random_game

from hedging_games.errors import CouldNotFinish
from hedging_games.games.game import Game, matrix_game
from hedging_games.games.values import path_outcome
from hedging_games.solvers import backward, backward_paths, continuations, pure, two_player
from hedging_games.solvers.run import Run, run_for
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import NASH, SUBGAME_PERFECT
from hedging_games.theory.equilibria import Proposal

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def nash(game: Game, run: Run) -> Proposal:
    if len(two_player.choosing_players(game.form)) <= 2:
        return two_player.propose(game, run)
    return pure.propose_some(game, run)


def pure_only(game: Game, run: Run) -> Proposal:
    return pure.propose(game, run)


def solve(game: Game) -> Proposal:
    return backward.propose(game, Run(), nash)


def played(found: Proposal) -> list[str]:
    return [str(candidate.profile) for candidate in found.candidates]


def in_stage_form(naive: Naive, play: dict[int, list[Fraction]]) -> tuple[tuple[int, ...], ...]:
    """A pure play, None standing at the sets that the player's own choice in the same stage rules out."""
    form = naive.game.form
    stage_of = {s: k for k, stage in enumerate(form.stages) for s in stage.sets}
    key: list[int | None] = []
    for s in sorted(play):
        action: int | None = play[s].index(1)
        here = s
        while True:
            before = int(form.own_parent_slot[here])
            if before < 0:
                break
            earlier = int(form.set_of_slot[before])
            if stage_of[earlier] != stage_of[s]:
                break
            if play[earlier][before - naive.first[earlier]] == 0:
                action = None
            here = earlier
        key.append(action)
    return tuple(key)  # type: ignore[arg-type]


def small_games(count: int, most: int, **options: object) -> list[tuple[int, Game]]:
    found, seed = [], 0
    while len(found) < count:
        game = random_game(seed, **options)  # type: ignore[arg-type]
        if 1 < plan_count(game) <= most:
            found.append((seed, game))
        seed += 1
    return found


def compare_with_brute_force(seed: int, game: Game, *, by_path: bool) -> tuple[int, int]:
    """Both ways: every proposed profile is an equilibrium in every subgame, and no pure one is missing."""
    naive = Naive(game)
    roots = naive.roots()
    assert roots == list(game.form.subgame_roots), seed
    pure_plays = [play for play in naive.pure_plays() if naive.is_equilibrium(play, sorted(roots, reverse=True))]
    try:
        found = solve(game)
    except CouldNotFinish:
        # Only a shared stage of three players without a pure equilibrium may stop it.
        assert any(len(stage.sets) >= 3 for stage in game.form.stages), seed
        return 0, 0
    for candidate in found.candidates:
        assert naive.is_equilibrium(naive.play_of(candidate.profile), roots), (seed, str(candidate.profile))
        assert certify(game, candidate.profile, SUBGAME_PERFECT)[0].largest_gain == 0
    if by_path:
        assert found.grouped == "path", seed
        # The representative of a path may randomise off it, so the paths of pure ones are among those of all.
        expected = {path(naive, play) for play in pure_plays}
        assert expected <= {path(naive, naive.play_of(c.profile)) for c in found.candidates}, seed
        assert expected >= {path(naive, naive.play_of(c.profile)) for c in found.candidates if c.profile.is_pure}, seed
        paths = [path_outcome(game, c.profile.probabilities) for c in found.candidates]
        assert len(set(paths)) == len(paths), seed
    else:
        assert found.grouped is None
        keys = [c.profile.key() for c in found.candidates]
        assert len(set(keys)) == len(keys), seed
        plans = {in_stage_form(naive, play) for play in pure_plays}
        assert plans == {
            in_stage_form(naive, naive.play_of(c.profile)) for c in found.candidates if c.profile.is_pure
        }, seed
        check_unreached(naive, found)
    return len(pure_plays), sum(not c.profile.is_pure for c in found.candidates)


def path(naive: Naive, play: dict[int, list[Fraction]]) -> tuple[tuple[int, Fraction], ...]:
    return tuple(sorted(naive.reached(play).items()))


def check_unreached(naive: Naive, found: Proposal) -> None:
    """What is marked as ruled out by the player's own choice is exactly that."""
    for candidate in found.candidates:
        if candidate.profile.is_pure:
            key = in_stage_form(naive, naive.play_of(candidate.profile))
            sets = sorted(naive.play_of(candidate.profile))
            assert {s for s, action in zip(sets, key, strict=True) if action is None} == set(candidate.profile.unreached)


def test_random_trees_with_ties_equal_brute_force() -> None:
    games = small_games(300 if THOROUGH else 60, 3000 if THOROUGH else 600)
    counts = [compare_with_brute_force(seed, game, by_path=False) for seed, game in games]
    assert sum(equilibria > 1 for equilibria, _ in counts) > len(games) / 4, "ties are rare: the test is weak"
    assert sum(mixed > 0 for _, mixed in counts) > len(games) / 30, "mixed stages are rare: the test is weak"


def test_shared_stages_of_three_players_equal_brute_force() -> None:
    games = small_games(60 if THOROUGH else 12, 1500, kinds="tdsc", depth=2, values=2)
    for seed, game in games:
        compare_with_brute_force(seed, game, by_path=False)


def test_paths_equal_those_of_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same trees, grouped by path as if more than one equilibrium were too many."""
    games = small_games(300 if THOROUGH else 60, 3000 if THOROUGH else 600)
    monkeypatch.setattr(backward, "listing_limit", lambda _game: 0)
    for seed, game in games:
        compare_with_brute_force(seed, game, by_path=True)


def test_pure_paths_of_large_shared_stages_equal_those_of_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no shared stage could be solved more than once: pure paths through it are found by punishments alone."""
    games = small_games(200 if THOROUGH else 40, 1500 if THOROUGH else 600, kinds="sshepd", depth=2)
    monkeypatch.setattr(backward, "listing_limit", lambda _game: 0)
    monkeypatch.setattr(continuations, "MAX_STAGE_WORK", 0)
    some = 0
    for seed, game in games:
        compare_with_brute_force(seed, game, by_path=True)
        some += solve(game).complete == "some"
    assert some > len(games) / 10
