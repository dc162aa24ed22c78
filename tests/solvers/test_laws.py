"""Laws that every answer obeys: unchanged by positive affine payoffs, by names and order, by dominated actions; each
concept within the weaker one."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hedging_games.errors import CouldNotFinish
from hedging_games.games.game import Game, matrix_game
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers import pure, two_player
from hedging_games.solvers.backward import induction as backward
from hedging_games.solvers.run import Run
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import NASH, PURE_NASH, SUBGAME_PERFECT
from hedging_games.theory.equilibria import Proposal
from tree_builders import CHANCE, PLAYERS, Move, game_from, plan_count, random_table, random_tree

SEEDS = st.integers(0, 10**6)
LAW = settings(max_examples=40, deadline=None, derandomize=True)
Key = frozenset[tuple[str, str, Fraction]]


def nash(game: Game, run: Run) -> Proposal:
    if len(two_player.choosing_players(game.form)) <= 2:
        return two_player.propose(game, run)
    return pure.propose_some(game, run)


def perfect(game: Game) -> Proposal:
    return backward.propose(game, Run(), nash)


def pure_nash(game: Game) -> Proposal:
    return pure.propose(game, Run())


def key(profile: MixedProfile) -> Key:
    """Who does what, by names, leaving out what the player's own choices rule out."""
    form = profile.form
    return frozenset(
        (s.label, action, profile.probabilities[form.first_slot[k] + a])
        for k, s in enumerate(form.information_sets)
        if s.player != CHANCE and k not in profile.unreached
        for a, action in enumerate(s.actions)
        if profile.probabilities[form.first_slot[k] + a] != 0
    )


def answer(solve: Callable[[Game], Proposal], game: Game) -> tuple[set[Key], str, Any, Any] | None:
    try:
        found = solve(game)
    except CouldNotFinish:
        return None
    # Of curved cells some corners and a sample are listed, and which ones depends on names and order.
    keys = [key(c.profile) for c in found.candidates if c.profile.is_pure or not found.continua]
    if found.continua:
        return set(keys), found.complete, len(found.components or ()), found.grouped
    parts = None
    if found.components is not None:
        parts = {frozenset(keys[k] for k in group) for group in found.components}
    return set(keys), found.complete, parts, found.grouped


def small(seed: int, players: int = 3) -> Any:
    """A random nested tree with few enough equilibria to be listed."""
    while True:
        tree = random_tree(seed, players, depth=2 + seed % 2)
        if plan_count(game_from(PLAYERS[:players], tree)) <= 3000:
            return tree
        seed += 10**7


def changed(node: Any, leaf: Callable[[tuple[Any, ...]], Any], move: Callable[[Move], Move]) -> Any:
    if not isinstance(node, Move):
        return leaf(node)
    branches = {name: changed(child, leaf, move) for name, child in node.branches.items()}
    return move(Move(node.label, node.player, branches, node.odds))


@LAW
@given(SEEDS, st.fractions(Fraction(1, 10**9), 10**9), st.fractions(-(10**6), 10**6), st.integers(0, 2))
def test_positive_affine_payoffs_change_nothing(seed: int, scale: Fraction, shift: Fraction, player: int) -> None:
    tree = small(seed)

    def leaf(worth: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(scale * w + shift if k == player else w for k, w in enumerate(worth))

    left, right = game_from(PLAYERS[:3], tree), game_from(PLAYERS[:3], changed(tree, leaf, lambda move: move))
    for solve in (perfect, pure_nash):
        assert answer(solve, left) == answer(solve, right)


@LAW
@given(SEEDS)
def test_names_and_order_change_nothing(seed: int) -> None:
    """Players renumbered and actions in another order: the same equilibria by name."""
    tree = small(seed)
    order = [0, 1, 2]
    random.Random(seed).shuffle(order)
    place = {player: k for k, player in enumerate(order)}

    def leaf(worth: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(worth[player] for player in order)

    def move(before: Move) -> Move:
        names = sorted(before.branches, reverse=True)
        player = before.player if before.player == CHANCE else place[before.player]
        return Move(before.label, player, {n: before.branches[n] for n in names}, before.odds)

    left = game_from(PLAYERS[:3], tree)
    right = game_from([PLAYERS[player] for player in order], changed(tree, leaf, move))
    for solve in (perfect, pure_nash):
        assert answer(solve, left) == answer(solve, right)


@LAW
@given(SEEDS)
def test_a_strictly_dominated_action_changes_nothing_in_a_tree(seed: int) -> None:
    """One more action at a set, after which its player gets less than anywhere else."""
    tree = small(seed)
    labels = sorted({node.label for node in moves(tree) if node.player != CHANCE})
    if not labels:
        return
    chosen = random.Random(seed).choice(labels)

    def move(before: Move) -> Move:
        if before.label != chosen:
            return before
        worse = tuple(-1 if k == before.player else 1 for k in range(3))
        return Move(before.label, before.player, {**before.branches, "worse": worse}, before.odds)

    left, right = game_from(PLAYERS[:3], tree), game_from(PLAYERS[:3], changed(tree, lambda worth: worth, move))
    # At the set itself the action is dominated only if the set is reached; so subgame perfection, where every set with a
    # single history is. Where several histories share the set, others may rule all of them out: then it may be played.
    if sum(node.label == chosen for node in moves(tree)) == 1:
        found = answer(perfect, right)
        assert answer(perfect, left) == found
        assert found is None or all("worse" not in {action for _, action, _ in profile} for profile in found[0])


def moves(node: Any) -> list[Move]:
    if not isinstance(node, Move):
        return []
    return [node, *(move for child in node.branches.values() for move in moves(child))]


@LAW
@given(SEEDS, st.sampled_from([(2, 3), (3, 3), (2, 2, 2), (3, 2, 2)]), st.integers(0, 2))
def test_a_strictly_dominated_action_changes_nothing_in_a_table(seed: int, sizes: tuple[int, ...], player: int) -> None:
    player %= len(sizes)
    tables = random_table(seed, sizes)
    added = []
    for k, table in enumerate(tables):
        new = table.max(axis=player, keepdims=True) * 0 + (-1 if k == player else seed % 5)
        added.append(np.concatenate([table, new], axis=player))
    left, right = matrix_game(*tables), matrix_game(*added)
    for solve in (pure_nash, perfect) if len(sizes) == 2 else (pure_nash,):
        assert answer(solve, left) == answer(solve, right)


@LAW
@given(SEEDS, st.sampled_from([(2, 3), (3, 3), (2, 2, 2)]))
def test_a_duplicated_action_doubles_what_uses_it(seed: int, sizes: tuple[int, ...]) -> None:
    tables = random_table(seed, sizes)
    doubled = matrix_game(*(np.concatenate([table, table[:1]], axis=0) for table in tables))
    plain = pure_nash(matrix_game(*tables)).candidates
    again = pure_nash(doubled).candidates
    first = sum(c.profile.as_dict()["Player 1"]["1"] == 1 for c in plain)
    assert len(again) == len(plain) + first


@LAW
@given(SEEDS)
def test_each_concept_is_within_the_weaker_one(seed: int) -> None:
    """Subgame-perfect equilibria are Nash; pure ones are among the pure Nash equilibria; some exist."""
    game = game_from(PLAYERS[:3], small(seed))
    try:
        found = perfect(game)
    except CouldNotFinish:
        return
    assert found.candidates
    paths = {
        key(MixedProfile(game.form, c.profile.probabilities, own(game, c.profile))) for c in pure_nash(game).candidates
    }
    for candidate in found.candidates:
        assert certify(game, candidate.profile, SUBGAME_PERFECT)[0].largest_gain == 0
        assert certify(game, candidate.profile, NASH)[0].largest_gain == 0
        if candidate.profile.is_pure:
            assert key(MixedProfile(game.form, candidate.profile.probabilities, own(game, candidate.profile))) in paths
    for candidate in pure_nash(game).candidates:
        assert certify(game, candidate.profile, PURE_NASH)[0].largest_gain == 0


def own(game: Game, profile: MixedProfile) -> frozenset[int]:
    """The sets that their own player's choices, anywhere before, rule out."""
    form = game.form
    ruled_out: set[int] = set()
    for s in sorted(range(len(form.information_sets)), key=lambda s: int(form.histories_of[s][0])):
        before = int(form.own_parent_slot[s])
        if before >= 0 and (profile.probabilities[before] == 0 or int(form.set_of_slot[before]) in ruled_out):
            ruled_out.add(s)
    return frozenset(ruled_out)


def test_what_is_listed_together_is_one_answer() -> None:
    """Components share out the candidates; what is marked complete without ties is isolated."""
    for seed in range(60):
        game = game_from(PLAYERS[:3], small(seed))
        try:
            found = perfect(game)
        except CouldNotFinish:
            continue
        if found.components is None:
            assert any("hang together" in note for note in found.notes)
            continue
        assert sorted(k for group in found.components for k in group) == list(range(len(found.candidates)))
        if found.complete == "all" and not found.continua:
            assert all(len(group) == 1 for group in found.components)
        if game.form.has_perfect_information:
            assert len(found.components) == 1
