"""Subgame-perfect equilibria against the definition, against brute force, and against results derived by hand."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import numpy as np
import pytest

from hedging_games.errors import CouldNotFinish
from hedging_games.games.game import Game, matrix_game
from hedging_games.games.subgames import movers_of
from hedging_games.games.values import path_outcome
from hedging_games.solvers import pure, two_player
from hedging_games.solvers.backward import cells, continuations
from hedging_games.solvers.backward import induction as backward
from hedging_games.solvers.backward import paths as backward_paths
from hedging_games.solvers.backward.continuations import SolveStage
from hedging_games.solvers.run import Run, run_for
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import NASH, SUBGAME_PERFECT
from hedging_games.theory.equilibria import Candidate, ContinuumCell, Proposal
from tree_builders import CHANCE, Move, Naive, game_from, plan_count, random_game

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
    only_stage_is_shared = len(game.form.stages) == 1 and len(movers_of(game.form, game.form.stages[0])) > 1
    if by_path and not only_stage_is_shared:
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
            assert {s for s, action in zip(sets, key, strict=True) if action is None} == set(
                candidate.profile.unreached
            )


def test_random_trees_with_ties_equal_brute_force() -> None:
    games = small_games(300 if THOROUGH else 40, 3000 if THOROUGH else 500)
    counts = [compare_with_brute_force(seed, game, by_path=False) for seed, game in games]
    assert sum(equilibria > 1 for equilibria, _ in counts) > len(games) / 4, "ties are rare: the test is weak"
    assert sum(mixed > 0 for _, mixed in counts) > len(games) / 30, "mixed stages are rare: the test is weak"


def test_shared_stages_of_three_players_equal_brute_force() -> None:
    games = small_games(60 if THOROUGH else 12, 1500, kinds="tdsc", depth=2, values=2)
    for seed, game in games:
        compare_with_brute_force(seed, game, by_path=False)


def test_paths_equal_those_of_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same trees, grouped by path as if more than one equilibrium were too many."""
    games = small_games(300 if THOROUGH else 40, 3000 if THOROUGH else 500)
    monkeypatch.setattr(backward, "listing_limit", lambda _game: 0)
    monkeypatch.setattr(backward, "only_equilibrium", lambda _game: None)
    for seed, game in games:
        compare_with_brute_force(seed, game, by_path=True)


def test_pure_paths_of_large_shared_stages_equal_those_of_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no shared stage could be solved more than once: pure paths through it are found by punishments alone."""
    games = small_games(200 if THOROUGH else 40, 1500 if THOROUGH else 600, kinds="sshepd", depth=2)
    monkeypatch.setattr(backward, "listing_limit", lambda _game: 0)
    monkeypatch.setattr(backward, "only_equilibrium", lambda _game: None)
    monkeypatch.setattr(continuations, "MAX_STAGE_WORK", 0)
    some = 0
    for seed, game in games:
        compare_with_brute_force(seed, game, by_path=True)
        some += len(game.form.stages) > 1 and solve(game).complete == "some"
    assert some > len(games) / 10


# --- derived by hand ---------------------------------------------------------------------------------------------------


def battle_after_outside_option(outside: object) -> Game:
    def two(left: tuple[int, int], right: tuple[int, int]) -> Move:
        return Move("Two", 1, {"L": left, "R": right})

    stay = Move("One", 0, {"T": two((3, 1), (0, 0)), "B": two((0, 0), (1, 3))})
    return game_from(["P1", "P2"], Move("Enter", 0, {"Out": (outside, 2), "In": stay}))


def test_entry_deterrence() -> None:
    # Entrant Out (0, 2) | In; Incumbent Fight (-1, -1) | Yield (1, 1). Once entry has happened Yield is better (1 > -1), so
    # the entrant enters (1 > 0). The Nash equilibrium (Out, Fight) rests on a threat that would not be carried out.
    game = game_from(
        ["Entrant", "Incumbent"],
        Move("Enter", 0, {"Out": (0, 2), "In": Move("Reply", 1, {"Fight": (-1, -1), "Yield": (1, 1)})}),
    )
    found = solve(game)
    assert played(found) == ["Enter: In; Reply: Yield"]
    assert (found.complete, found.notes, found.components, found.grouped) == ("all", (), ((0,),), None)
    threat = pure.propose(game, Run()).candidates[0].profile
    assert certify(game, threat, NASH)[0].largest_gain == 0
    # The incumbent would gain 1 - (-1) = 2 by yielding.
    assert certify(game, threat, SUBGAME_PERFECT)[0].largest_gain == 2


def test_ultimatum_with_a_tie() -> None:
    # Divide 2: offers of 1 and 2 are accepted for sure (1 > 0, 2 > 0). The offer 0 leaves the responder indifferent. If it is
    # accepted, the proposer offers 0 and keeps 2; if not, offers 1 and keeps 1 (against 0 for the others). Accepted with
    # probability q it is best if 2q > 1: at q = 1/2 both offers are best, so mixtures change what is best before.
    def reply(offer: int) -> Move:
        return Move(f"Reply{offer}", 1, {"Yes": (2 - offer, offer), "No": (0, 0)})

    game = game_from(["Proposer", "Responder"], Move("Offer", 0, {str(k): reply(k) for k in range(3)}))
    found = solve(game)
    rest = "Reply1: Yes; Reply2: Yes"
    assert set(played(found)) == {
        f"Offer: 0; Reply0: Yes; {rest}",
        f"Offer: 1; Reply0: No; {rest}",
        f"Offer: 0; Reply0: 1/2 Yes + 1/2 No; {rest}",
        f"Offer: 1; Reply0: 1/2 Yes + 1/2 No; {rest}",
    }
    # From the first, lower q to 1/2, move from the offer 0 to the offer 1 there, lower q to 0: three segments in a row.
    assert (found.complete, found.components) == ("extreme", ((0, 1, 2, 3),))
    assert sorted(len(subset) for subset in found.subsets or ()) == [2, 2, 2]


def test_mixing_that_is_not_followed_is_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MOST_STEPS", 1)
    first = Move("First", 0, {"A": Move("Left", 1, {"c": (-4, 3), "d": (2, 3)}), "Out": (-1, 0)})
    found = solve(game_from(["One", "Two"], first))
    assert (found.complete, len(found.candidates)) == ("some", 2)
    assert any("not followed at First" in note for note in found.notes)


def test_a_tie_that_changes_nothing_before_it_is_spanned() -> None:
    # After In player 2 does not care, and player 1 gets at least 1 > 0: In is best whatever 2 does. The equilibria are
    # exactly the mixtures of the two listed ones.
    game = game_from(
        ["P1", "P2"], Move("Enter", 0, {"Out": (0, 0), "In": Move("Reply", 1, {"a": (1, 5), "b": (2, 5)})})
    )
    found = solve(game)
    assert played(found) == ["Enter: In; Reply: a", "Enter: In; Reply: b"]
    assert (found.complete, found.components) == ("extreme", ((0, 1),))
    assert found.subsets == ((0, 1),)
    assert not any("not followed" in note for note in found.notes)


def test_selten_horse_has_one_subgame() -> None:
    # Its only subgame is the whole game, so subgame perfection rules nothing out: both pure Nash equilibria, (Down, c, L)
    # and (C, c, R), stay (derived in test_pure). Three players share the stage: mixed equilibria are not searched for.
    def three(left: tuple[int, ...], right: tuple[int, ...]) -> Move:
        return Move("Three", 2, {"L": left, "R": right})

    two = Move("Two", 1, {"d": three((4, 4, 0), (0, 0, 1)), "c": (1, 1, 1)})
    game = game_from(["P1", "P2", "P3"], Move("One", 0, {"Down": three((3, 3, 2), (0, 0, 0)), "C": two}))
    assert game.form.subgame_roots == (0,)
    found = solve(game)
    assert played(found) == ["One: Down; Three: L; Two: c", "One: C; Three: R; Two: c"]
    assert found.complete == "some"


def test_battle_of_the_sexes_with_an_outside_option() -> None:
    # After In: (T, L) is worth 3 to player 1, (B, R) 1, and the mixed equilibrium (3/4 T + 1/4 B: player 2 gets 3/4 from L and
    # 3/4 from R; 1/4 L + 3/4 R: player 1 gets 3/4 from T and 3/4 from B) 3/4. The outside option is worth 2: In only in
    # the first case.
    found = solve(battle_after_outside_option(2))
    assert set(played(found)) == {
        "Enter: In; One: T; Two: L",
        "Enter: Out; One: 3/4 T + 1/4 B; Two: 1/4 L + 3/4 R",
        "Enter: Out; One: B; Two: R",
    }
    assert (found.complete, found.components) == ("all", ((0,), (1,), (2,)))


def test_a_tie_upon_a_shared_stage_joins_two_plays_of_one_component() -> None:
    # An outside option of 1 equals (B, R): In and Out are both best before it, and so is every mixture. Together with
    # (In, T, L) and (Out, mixed), worth 3/4 < 1, four equilibria in three components.
    found = solve(battle_after_outside_option(1))
    assert len(found.candidates) == 4
    together = [group for group in found.components or () if len(group) == 2]
    assert len(found.components or ()) == 3
    assert [sorted(played(found)[k] for k in group) for group in together] == [
        ["Enter: In; One: B; Two: R", "Enter: Out; One: B; Two: R"]
    ]
    assert found.complete == "extreme"


def test_a_bystander_expects_what_the_mixture_makes() -> None:
    # After Open, A and B play matching pennies, each side with probability 1/2; C gets 4 if both show heads: 1 on average.
    # So C opens if the outside option is 1/2, closes if it is 2, and does not care if it is 1.
    game = pennies_with_a_bystander
    half = "A: 1/2 H + 1/2 T; B: 1/2 H + 1/2 T"
    assert played(solve(game("1/2"))) == [f"C: Open; {half}"]
    assert played(solve(game(2))) == [f"C: Close; {half}"]
    assert played(solve(game(1))) == [f"C: Open; {half}", f"C: Close; {half}"]
    assert solve(game(1)).components == ((0, 1),)


def test_one_player_one_action_and_chance_only() -> None:
    # One player: 3 and 3 are best, 1 is not.
    one = game_from(["P"], Move("Pick", 0, {"a": (3,), "b": (1,), "c": (3,)}))
    assert played(solve(one)) == ["Pick: a", "Pick: c"]
    assert solve(one).components == ((0, 1),)
    # Nothing to choose: the one profile there is.
    forced = game_from(["P", "Q"], Move("First", 0, {"go": Move("Second", 1, {"on": (1, 2)})}))
    assert played(solve(forced)) == ["First: go; Second: on"]
    assert solve(forced).complete == "all"
    # Chance only, and nothing at all: the empty profile.
    coin = game_from(["P"], Move("Coin", CHANCE, {"h": (1,), "t": (0,)}, {"h": "1/3", "t": "2/3"}))
    over = game_from(["P"], (5,))
    for game in (coin, over):
        found = solve(game)
        assert (len(found.candidates), found.complete) == (1, "all")
        assert certify(game, found.candidates[0].profile, SUBGAME_PERFECT)[0].largest_gain == 0


def test_a_chance_move_shared_by_two_histories_cuts_no_subgame() -> None:
    # The same coin is thrown after either choice; each throw is followed by a choice that sees it. All are subgames.
    def coin(after: str) -> Move:
        sides = {side: Move(f"{after}{side}", 1, {"x": (0, 1), "y": (1, 0)}) for side in "ht"}
        return Move("Coin", CHANCE, sides, {"h": Fraction(1, 2), "t": Fraction(1, 2)})

    game = game_from(["P", "Q"], Move("Pick", 0, {"l": coin("l"), "r": coin("r")}))
    assert len(game.form.subgame_roots) == 7
    found = solve(game)
    # Q always takes x (1 > 0); P gets 0 either way and does not care.
    assert played(found) == ["Pick: l; lh: x; lt: x; rh: x; rt: x", "Pick: r; lh: x; lt: x; rh: x; rt: x"]


def test_hidden_coin_before_a_lone_decision() -> None:
    # The player does not see the coin: l pays 4 with probability 1/3, r pays 1 for sure. 4/3 > 1, so l; sets ruled
    # out by the own plan are marked: stop (worth 2) is better than both, then the second set does not matter.
    def second(left: int, right: int) -> Move:
        return Move("Second", 0, {"l": (left,), "r": (right,)})

    coin = Move("Coin", CHANCE, {"h": second(4, 1), "t": second(0, 1)}, {"h": Fraction(1, 3), "t": Fraction(2, 3)})
    assert played(solve(game_from(["P"], coin))) == ["Second: l"]

    def first(left: int, right: int) -> Move:
        return Move("First", 0, {"stop": (2,), "go": second(left, right)})

    coin = Move("Coin", CHANCE, {"h": first(4, 1), "t": first(0, 1)}, {"h": Fraction(1, 3), "t": Fraction(2, 3)})
    found = solve(game_from(["P"], coin))
    assert [str(c.profile).split(";")[0] for c in found.candidates] == ["First: stop"]
    assert [game_set for c in found.candidates for game_set in c.profile.unreached] == [2]


def test_components_are_left_open_where_a_shared_stage_follows_upon_a_tie() -> None:
    # After (T, L) player 3 chooses between two outcomes that 3 does not care about but 1 and 2 do.
    last = Move("Three", 2, {"good": (3, 1, 0), "bad": (0, 0, 0)})

    def two(left: object, right: object) -> Move:
        return Move("Two", 1, {"L": left, "R": right})

    game = game_from(["P1", "P2", "P3"], Move("One", 0, {"T": two(last, (0, 0, 0)), "B": two((0, 0, 0), (1, 3, 0))}))
    found = solve(game)
    assert found.components is None
    assert any("hang together" in note for note in found.notes)
    # good: the three equilibria of the battle of the sexes. bad: (B, R), and (T, L): nobody gains alone. Between: a continuum.
    assert [c.profile.is_pure for c in found.candidates].count(True) == 4
    assert (found.complete, bool(found.continua)) == ("all", True)


def patron_auction(bids: int, autonomy: int) -> Game:
    """Two patrons bid, then the small state accepts one or hedges (prizes 6 and 5, losses 6 and 4, affinity 1)."""

    def choice(one: int, two: int) -> Move:
        outcomes = {"One": (6 - one, -4, one), "Two": (-6, 5 - two, two + 1), "Hedge": (0, 0, autonomy)}
        return Move(f"Choice{one},{two}", 2, outcomes)

    def second(one: int) -> Move:
        return Move("BidTwo", 1, {str(two): choice(one, two) for two in range(bids)})

    return game_from(["P1", "P2", "S"], Move("BidOne", 0, {str(one): second(one) for one in range(bids)}))


def test_auction_with_many_ties_is_grouped_by_path() -> None:
    """A stage that two players share, followed by 22 ties: 2^22 combinations of continuations are never listed."""
    bids, autonomy = 15, 8
    game = patron_auction(bids, autonomy)

    def best(one: int, two: int) -> list[tuple[int, int]]:
        choices = {(6 - one, -4): one, (-6, 5 - two): two + 1, (0, 0): autonomy}
        return [worth for worth, own in choices.items() if own == max(choices.values())]

    # A path (bids and a best choice) is played in equilibrium exactly if for each other bid of either patron some
    # best choice of the small state leaves that patron no better off.
    worst = {
        (one, two): [min(worth[k] for worth in best(one, two)) for k in (0, 1)]
        for one in range(bids)
        for two in range(bids)
    }
    expected = {
        (one, two, worth)
        for one in range(bids)
        for two in range(bids)
        for worth in best(one, two)
        if all(worst[other, two][0] <= worth[0] for other in range(bids) if other != one)
        and all(worst[one, other][1] <= worth[1] for other in range(bids) if other != two)
    }
    found = solve(game)
    assert found.grouped == "path"
    assert found.complete == "some"
    assert any("randomises" in note for note in found.notes)
    assert len(found.candidates) == len(expected) > 20
    names = {"One": 0, "Two": 1, "Hedge": 2}
    ours = set()
    for candidate in found.candidates:
        mixtures = candidate.profile.as_dict()
        bid = {name: int(next(a for a, p in mixtures[name].items() if p == 1)) for name in ("BidOne", "BidTwo")}
        one, two = bid["BidOne"], bid["BidTwo"]
        choice = next(a for a, p in mixtures[f"Choice{one},{two}"].items() if p == 1)
        ours.add((one, two, [(6 - one, -4), (-6, 5 - two), (0, 0)][names[choice]]))
    assert ours == expected
    for candidate in found.candidates[::10]:
        assert certify(game, candidate.profile, SUBGAME_PERFECT)[0].largest_gain == 0


def indifferent_grid(size: int) -> Game:
    def last(a: int, b: int) -> Move:
        return Move(f"c{a},{b}", 2, {str(c): (0, 0, 0) for c in range(size)})

    def middle(a: int) -> Move:
        return Move(f"b{a}", 1, {str(b): last(a, b) for b in range(size)})

    return game_from(["A", "B", "C"], Move("a", 0, {str(a): middle(a) for a in range(size)}))


def test_indifference_everywhere_makes_every_path_one_of_equilibrium() -> None:
    # 4 · 4^4 · 4^16 = 4^21 pure equilibria, on 64 paths; all of them hang together.
    found = solve(indifferent_grid(4))
    assert (len(found.candidates), found.complete, found.grouped) == (64, "extreme", "path")
    assert found.components == (tuple(range(64)),)
    # 2 · 2^2 · 2^4 = 2^7 equilibria are few enough to be listed.
    found = solve(indifferent_grid(2))
    assert (len(found.candidates), found.complete, found.grouped) == (128, "extreme", None)


def test_a_list_of_paths_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backward_paths, "path_limit", lambda _game: 10)
    found = solve(indifferent_grid(4))
    assert (len(found.candidates), found.complete) == (10, "some")
    assert any("64 paths of play" in note for note in found.notes)


def test_bounds_and_deadlines_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CouldNotFinish, match="time"):
        backward.propose(indifferent_grid(3), run_for(-1), nash)
    monkeypatch.setattr(backward_paths, "MAX_OUTCOMES", 50)
    with pytest.raises(CouldNotFinish, match="more than 50 ways"):
        solve(indifferent_grid(4))
    monkeypatch.setattr(backward_paths, "MAX_PURE_WORK", 50)
    monkeypatch.setattr(backward_paths, "MAX_OUTCOMES", 10**6)
    with pytest.raises(CouldNotFinish, match="combinations of plans"):
        solve(patron_auction(15, 8))


def test_what_a_stage_keeps_is_not_taken_for_the_whole() -> None:
    """A stopped run reports profiles of the game it was asked about, never those of a stage."""
    game = battle_after_outside_option(2)
    run = Run()

    def keeps(local: Game, own: Run) -> Proposal:
        found = nash(local, own)
        for candidate in found.candidates:
            own.keep(candidate)
        return found

    backward.propose(game, run, keeps)
    assert all(candidate.profile.form == game.form for candidate in run.kept)
    assert len(run.kept) == 3


def test_a_simultaneous_game_is_handed_to_the_stage_solver() -> None:
    # One stage: subgame perfection is Nash. A unique equilibrium with ties (QuantEcon and nashpy lose it).
    game = matrix_game([[0, 0, 9], [3, 5, 1]], [[3, 5, 3], [1, 1, 6]])
    found = solve(game)
    assert len(found.candidates) == 1
    assert found.complete == "all"
    # Pure equilibria only: none here, so there is nothing to build on, and the answer says that nothing was left out.
    assert backward.propose(matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), Run(), pure_only).candidates == ()


def pennies_with_a_bystander(outside: object) -> Game:
    def b(left: tuple[int, ...], right: tuple[int, ...]) -> Move:
        return Move("B", 1, {"H": left, "T": right})

    pennies = Move("A", 0, {"H": b((1, -1, 4), (-1, 1, 0)), "T": b((-1, 1, 0), (1, -1, 0))})
    return game_from(["A", "B", "C"], Move("C", 2, {"Open": pennies, "Close": (0, 0, outside)}))


def roughly(game: Game, run: Run) -> Proposal:
    """A stage solver that knows its only equilibrium up to 1/1000."""
    found = nash(game, run)
    probabilities = found.candidates[0].profile.probabilities + np.array([Fraction(s, 2000) for s in (1, -1, 1, -1)])
    rough = replace(found.candidates[0].profile, probabilities=probabilities)
    return replace(found, candidates=(Candidate(rough, error=Fraction(1, 1000)),))


def test_a_stage_known_roughly_decides_what_it_can() -> None:
    # C expects 4 · (1/2 + 1/2000)^2, a little over 1, from Open. The two sets of two actions each may be wrong by 1/1000, so the
    # odds of the leaves by at most 4 · (1/1000)/2 = 1/500, what C gets by 4/500: 1/2 and 2 can be told from it, 1 cannot.
    for outside, choice in (("1/2", "Open"), (2, "Close")):
        found = backward.propose(pennies_with_a_bystander(outside), Run(), roughly)
        [only] = found.candidates
        assert only.profile.at("C")[choice] == 1
        assert only.error == Fraction(1, 1000)
        assert found.complete == "all"
    near = backward.propose(pennies_with_a_bystander(1), Run(), roughly)
    assert (near.candidates, near.complete) == ((), "some")
    assert any("too roughly" in note for note in near.notes)


def test_cells_with_too_many_corners_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # A's tie decides what is best for B before it: to ask is worth 2 P(r) instead of 1. Where mixtures are followed, the corners
    # at P(r) = 1/2 are found; where they would be more than may be listed, it is said what is not followed.
    game = game_from(["B", "A"], Move("B", 0, {"safe": (1, 0), "ask": Move("A", 1, {"l": (0, 0), "r": (2, 0)})}))
    whole = solve(game)
    assert whole.complete == "extreme"
    assert {c.profile.at("A")["r"] for c in whole.candidates} == {0, Fraction(1, 2), 1}
    monkeypatch.setattr(cells, "MOST_POINTS", 0)
    part = solve(game)
    assert part.complete == "some"
    assert {c.profile.at("A")["r"] for c in part.candidates} == {0, 1}
    assert any("mixing at ties is not followed" in note for note in part.notes)


def test_what_is_expected_along_a_curve_has_an_exact_range() -> None:
    # C stays safe (1 for C, 3 for D) or goes on: then A agrees or not, and if so B; neither gets anything. C gets 4 if both
    # agree, D one for each who does. With p and q their probabilities C mixes where 4pq = 1, along a curve from p = 1/4 (q = 1)
    # to p = 1 (q = 1/4). If C goes on D gets p (1 + q) = p + 1/4, from 1/2 to 5/4, and 3 if not: from 1/2 to 3 in all; C gets 1.
    then = Move("B", 1, {"yes": (0, 0, 4, 2), "no": (0, 0, 0, 1)})
    on = Move("A", 0, {"yes": then, "no": (0, 0, 0, 0)})
    found = solve(game_from(["A", "B", "C", "D"], Move("C", 2, {"safe": (0, 0, 1, 3), "on": on})))
    (mixed,) = (cell for cell in found.continua if cell.support["C"] == ("safe", "on"))
    assert mixed.ranges == {"A": (0, 0), "B": (0, 0), "C": (1, 1), "D": (Fraction(1, 2), 3)}
    assert mixed.bounds == {}


def test_pure_plans_of_one_player_against_chance_leave_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # A guesses a coin: heads is right at h, upon which B, who does not care, pays 1 or 2; tails, at t, is worth 1. A's stage
    # is one game for each of B's choices. As if it could not be solved for both, pure plans are gone through; there is
    # nobody else in it to randomise against.
    def guess(coin: str) -> Move:
        right = Move("B", 1, {"one": (1, 0), "two": (2, 0)}) if coin == "h" else (0, 0)
        return Move("A", 0, {"heads": right, "tails": (int(coin == "t"), 0)})

    odds = {"h": Fraction(1, 2), "t": Fraction(1, 2)}
    game = game_from(["A", "B"], Move("coin", CHANCE, {coin: guess(coin) for coin in "ht"}, odds))
    monkeypatch.setattr(backward, "listing_limit", lambda _game: 0)
    monkeypatch.setattr(backward, "only_equilibrium", lambda _game: None)
    monkeypatch.setattr(continuations, "MAX_STAGE_WORK", 0)
    found = solve(game)
    assert found.grouped == "path"
    assert not any("randomises there" in note for note in found.notes)


def test_where_best_plans_are_too_many_to_be_mixed_the_pure_ones_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    # A guesses a coin that A does not see: heads and tails are worth 1/2 each, edge nothing.
    def guess(coin: str) -> Move:
        return Move("A", 0, {"heads": (int(coin == "h"),), "tails": (int(coin == "t"),), "edge": (0,)})

    odds = {"h": Fraction(1, 2), "t": Fraction(1, 2)}
    game = game_from(["A"], Move("coin", CHANCE, {coin: guess(coin) for coin in "ht"}, odds))
    monkeypatch.setattr(continuations, "_best_plans", lambda *_: None)
    found = solve(game)
    assert [c.profile.at("A") for c in found.candidates] == [
        {"heads": 1, "tails": 0, "edge": 0},
        {"heads": 0, "tails": 1, "edge": 0},
    ]
    assert found.complete == "some"
    assert any("which of the best plans can be mixed was not worked out" in note for note in found.notes)


def test_a_shared_stage_that_would_be_solved_too_often_is_taken_by_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    # The stage of P1 and P2 is another game for each choice of Three: two games of four cells, if they may be solved.
    last = Move("Three", 2, {"good": (3, 1, 0), "bad": (0, 0, 0)})
    after_t = Move("Two", 1, {"L": last, "R": (0, 0, 0)})
    after_b = Move("Two", 1, {"L": (0, 0, 0), "R": (1, 3, 0)})
    game = game_from(["P1", "P2", "P3"], Move("One", 0, {"T": after_t, "B": after_b}))
    for most, grouped in ((8, None), (7, "path")):
        monkeypatch.setattr(continuations, "MAX_STAGE_WORK", most)
        assert solve(game).grouped == grouped


def test_components_are_left_open_behind_a_tie_where_no_cells_are_told() -> None:
    # The same stage with a way out for P1 (2 for everybody), after which P2 decides nothing: mixtures at Three's tie are not
    # followed then, and the equilibria for good and for bad hang together by them or not.
    last = Move("Three", 2, {"good": (3, 1, 0), "bad": (0, 0, 0)})
    after_t = Move("Two", 1, {"L": last, "R": (0, 0, 0)})
    after_b = Move("Two", 1, {"L": (0, 0, 0), "R": (1, 3, 0)})
    game = game_from(["P1", "P2", "P3"], Move("One", 0, {"T": after_t, "B": after_b, "out": (2, 2, 2)}))
    found = solve(game)
    assert found.complete == "some"
    assert any("mixing at ties is not followed" in note for note in found.notes)
    assert found.components is None
    assert any("hang together is not determined" in note for note in found.notes)


def test_components_that_a_stage_does_not_know_are_not_made_up() -> None:
    # C opens, at which A and B meet at one of two places or mix: three equilibria, each by itself. A solver that does not say
    # which of them hang together leaves that open, unless it has all of them: points without company are components.
    def b(left: int, right: int) -> Move:
        return Move("B", 1, {"L": (left, left, 1), "R": (right, right, 1)})

    meeting = Move("A", 0, {"L": b(1, 0), "R": b(0, 1)})
    game = game_from(["A", "B", "C"], Move("C", 2, {"Open": meeting, "Close": (0, 0, 0)}))

    def without(complete: Literal["all", "some"]) -> SolveStage:
        return lambda game, run: replace(nash(game, run), complete=complete, components=None)

    told = backward.propose(game, Run(), nash)
    unsure = backward.propose(game, Run(), without("some"))
    sure = backward.propose(game, Run(), without("all"))
    assert len(told.candidates) == len(unsure.candidates) == len(sure.candidates) == 3
    assert told.components == sure.components == ((0,), (1,), (2,))
    assert unsure.components is None
    assert "which equilibria hang together is not determined at A and B" in unsure.notes
    assert not any("hang together" in note for note in (*told.notes, *sure.notes))


@pytest.mark.parametrize("limit", [3, 4])
def test_a_list_is_as_long_as_allowed_and_no_longer(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    # Four actions tied, each a path of its own: a list of four at a limit of four, one of each path beyond it.
    game = game_from(["A"], Move("A", 0, dict.fromkeys("wxyz", (0,))))
    monkeypatch.setattr(backward, "listing_limit", lambda _game: limit)
    found = solve(game)
    assert len(found.candidates) == 4
    assert found.grouped == ("path" if limit < 4 else None)


def test_continua_of_a_stage_are_described_in_notes() -> None:
    def with_continuum(game: Game, run: Run) -> Proposal:
        cell = ContinuumCell(0, 1, {"A": ("H", "T"), "B": ("H",)}, "p >= 1/2", (0,))
        return replace(nash(game, run), complete="extreme", continua=(cell,))

    found = backward.propose(pennies_with_a_bystander(2), Run(), with_continuum)
    assert found.complete == "extreme"
    assert "A and B: a continuum of dimension 1: A in {H, T}; B in {H}: p >= 1/2" in found.notes


def test_irrational_probabilities_are_followed_exactly() -> None:
    """Three allies resist a demand only together; a fourth player gains 1 if they do, or takes an outside option."""
    many_players = pytest.importorskip("hedging_games.solvers.many_players")

    # Accepting costs 1, resisting 4 unless all resist. If the others resist with probability q each, resisting is worth
    # -4(1 - q^2): equal to -1 at q^2 = 3/4. So all accept, all resist, or each resists with probability sqrt(3)/2; then all
    # resist with probability 3 sqrt(3)/8 = 0.6495...
    def shared(chosen: tuple[str, ...] = ()) -> object:
        if len(chosen) == 3:
            together = chosen == ("resist",) * 3
            return (*(0 if together else -4 if a == "resist" else -1 for a in chosen), int(together))
        k = len(chosen)
        return Move(f"P{k}", k, {a: shared((*chosen, a)) for a in ("accept", "resist")})

    def game(outside: object) -> Game:
        return game_from(["P0", "P1", "P2", "P3"], Move("P3", 3, {"in": shared(), "out": (0, 0, 0, outside)}))

    def solve_stage(local: Game, run: Run) -> Proposal:
        return many_players.propose(local, run)

    step = Fraction(1, 10**12)
    near = Fraction("0.649519052838")  # 3 sqrt(3)/8 = 0.6495190528383...
    for outside, mixed_choice in ((near, "in"), (near + step, "out")):
        found = backward.propose(game(outside), Run(), solve_stage)
        assert found.complete == "all"
        choices = []
        for candidate in found.candidates:
            assert certify(game(outside), candidate.profile, SUBGAME_PERFECT)[0].largest_gain == 0
            [choice] = [a for a, p in candidate.profile.at("P3").items() if p == 1]
            choices.append((candidate.profile.at("P0")["resist"], choice))
        # All accept (worth 0: out), all resist (worth 1: in), and the irrational one.
        irrational = [(q, choice) for q, choice in choices if q not in (0, 1)]
        assert sorted((q, choice) for q, choice in choices if q in (0, 1)) == [(0, "out"), (1, "in")]
        assert [choice for _, choice in irrational] == [mixed_choice]
        assert irrational[0][0] ** 2 == Fraction(3, 4)


@pytest.mark.timeout(120)
def test_large_trees_are_solved_on_the_tree() -> None:
    """A tree of 3,615 histories without ties and a chain of 400 moves: one equilibrium each, certified."""
    size = 15

    def pay(a: int, b: int, c: int) -> tuple[int, ...]:
        return ((a * 7 + b * 3 + c) % 101, (a + b * 5 + c * 11) % 103, c)

    def middle(a: int) -> Move:
        return Move(
            f"b{a}",
            1,
            {str(b): Move(f"c{a},{b}", 2, {str(c): pay(a, b, c) for c in range(size)}) for b in range(size)},
        )

    game = game_from(["A", "B", "C"], Move("a", 0, {str(a): middle(a) for a in range(size)}))
    found = solve(game)
    # C takes the last level c = 14 everywhere (payoff c). B then takes the largest (a + 5b + 154) mod 103.
    b_of = [max(range(size), key=lambda b: (a + b * 5 + 154) % 103) for a in range(size)]
    a_best = max(range(size), key=lambda a: (a * 7 + b_of[a] * 3 + 14) % 101)
    [only] = found.candidates
    assert only.profile.at("a")[str(a_best)] == 1
    assert all(only.profile.at(f"b{a}")[str(b_of[a])] == 1 for a in range(size))
    assert certify(game, only.profile, SUBGAME_PERFECT)[0].largest_gain == 0

    # The centipede (Rosenthal 1981): taking is always better than being taken from at the next move.
    node: object = (400, 400)
    for k in reversed(range(400)):
        take = (k + 2, k - 1) if k % 2 == 0 else (k - 1, k + 2)
        node = Move(f"m{k}", k % 2, {"take": take, "pass": node})
    chain = game_from(["A", "B"], node)
    [only] = solve(chain).candidates
    assert all(only.profile.at(f"m{k}")["take"] == 1 for k in range(400))
    assert certify(chain, only.profile, SUBGAME_PERFECT)[0].largest_gain == 0
