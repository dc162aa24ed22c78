"""Games and profiles: building, names, refusals, nashpy and back."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from hedging_games.errors import InputError
from hedging_games.games.game import from_nashpy, game_on, matrix_game
from hedging_games.games.profile import MixedProfile, mixture_text, profile_from, pure_profile
from hedging_games.games.whole import whole_payoffs
from tree_builders import CHANCE, Move, game_from, random_game


def test_matrix_games_by_name() -> None:
    game = matrix_game(
        [[1, "1/2"], [0, "0.25"]], [[0, 1], [2, 3]], players=["Row", "Col"], actions=[["u", "d"], ["l", "r"]]
    )
    assert game.players == ("Row", "Col")
    assert game.payoff_table()[0].tolist() == [[1, Fraction(1, 2)], [0, Fraction(1, 4)]]
    text = str(game)
    assert "Row (Row): u, d" in text
    assert "u, r: (1/2, 1)" in text


@pytest.mark.parametrize(
    ("tables", "options", "words"),
    [
        ([[[0.5]], [[1]]], {}, "float 0.5"),
        ([], {}, "differ in shape"),
        ([[[1, 2]], [[1], [2]]], {}, "differ in shape"),
        ([[1, 2], [3, 4]], {}, "one player per axis"),
        ([[[1]], [[1]]], {"players": ["A"]}, "differ in number"),
        ([[[1]], [[1]]], {"actions": [["x"], ["y", "z"]]}, "differ in number"),
    ],
)
def test_matrix_games_that_are_none(tables: list[object], options: dict[str, list[object]], words: str) -> None:
    with pytest.raises(InputError, match=words):
        matrix_game(*tables, **options)


def test_chance_must_be_a_distribution() -> None:
    coin = Move("Coin", CHANCE, {"h": (1,), "t": (0,)})
    form = game_from(["P"], Move("Coin", CHANCE, coin.branches, {"h": "1/3", "t": "2/3"})).form
    with pytest.raises(InputError, match="sum to 5/6"):
        game_on(form, [[1, 0]], {0: "1/3", 1: "1/2"})
    with pytest.raises(InputError, match="negative"):
        game_on(form, [[1, 0]], {0: -1, 1: 2})
    with pytest.raises(InputError, match="float"):
        game_on(form, [[1, 0]], {0: 0.5, 1: 0.5})
    with pytest.raises(InputError, match="shape"):
        game_on(form, [[1, 0, 2]], {0: 1, 1: 0})
    choice = game_from(["P"], Move("Pick", 0, {"a": (1,), "b": (0,)})).form
    with pytest.raises(InputError, match="decided by a player"):
        game_on(choice, [[1, 0]], {0: 1})


def test_only_matrix_games_have_a_payoff_table_of_their_own() -> None:
    game = game_from(["P"], Move("First", 0, {"a": Move("Second", 0, {"x": (1,), "y": (2,)}), "b": (0,)}))
    with pytest.raises(InputError, match="strategic form"):
        game.payoff_table()


def test_nashpy_and_back() -> None:
    game = matrix_game([[3, 0], [5, 1]], [["3/2", 5], [0, 1]])
    theirs = game.to_nashpy()
    assert theirs.payoff_matrices[1].tolist() == [[1.5, 5], [0, 1]]
    assert from_nashpy(theirs).payoffs.tolist() == game.payoffs.tolist()
    # 0.1 as a float is not a tenth; what prints like a tenth is meant as one.
    import nashpy

    assert from_nashpy(nashpy.Game([[0.1]], [[0.2]])).payoffs.tolist() == [[Fraction(1, 10)], [Fraction(1, 5)]]
    with pytest.raises(InputError, match="two players"):
        matrix_game([[[1]]], [[[1]]], [[[1]]]).to_nashpy()


def test_fast_games_are_floats() -> None:
    game = random_game(2)
    fast = game.fast()
    assert fast.payoffs.dtype == fast.chance.dtype == np.float64
    assert fast.fast() is fast


def test_profiles_by_name() -> None:
    game = matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]], players=["A", "B"], actions=[["l", "r"], ["x", "y"]])
    profile = profile_from(game.form, {"A": {"l": "1/3", "r": "2/3"}, "B": {"y": 1}})
    assert str(profile) == "A: 1/3 l + 2/3 r; B: y"
    assert profile.at("B") == {"x": 0, "y": 1}
    assert profile.support(0) == (0, 1)
    assert not profile.is_pure
    assert profile == profile_from(game.form, {"A": {"r": Fraction(2, 3), "l": Fraction(1, 3)}, "B": {"y": 1}})
    assert hash(profile) == hash(MixedProfile(game.form, profile.probabilities.copy()))
    assert profile != pure_profile(game.form, [0, 2])
    assert repr(profile) == f"<MixedProfile {profile}>"
    assert mixture_text({"l": Fraction(1), "r": Fraction(0)}) == "l"


@pytest.mark.parametrize(
    ("mixtures", "words"),
    [
        ({"A": {"l": 1}, "C": {"x": 1}}, "no information set 'C'"),
        ({"A": {"left": 1}, "B": {"x": 1}}, "'A' has no action 'left'"),
        ({"A": {"l": "1/2"}, "B": {"x": 1}}, "'A' are not a distribution"),
        ({"A": {"l": 2, "r": -1}, "B": {"x": 1}}, "'A' are not a distribution"),
        ({"A": {"l": 0.5, "r": 0.5}, "B": {"x": 1}}, "float"),
    ],
)
def test_profiles_that_are_none(mixtures: dict[str, dict[str, object]], words: str) -> None:
    game = matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]], players=["A", "B"], actions=[["l", "r"], ["x", "y"]])
    with pytest.raises(InputError, match=words):
        profile_from(game.form, mixtures)
    with pytest.raises(InputError, match="no information set"):
        pure_profile(game.form, [0, 2]).at("Z")


def test_pure_profiles_fill_what_is_ruled_out() -> None:
    game = game_from(["P"], Move("First", 0, {"stop": (0,), "go": Move("Second", 0, {"x": (1,), "y": (2,)})}))
    profile = pure_profile(game.form, [0])
    assert str(profile) == "First: stop; Second: x"
    assert profile.unreached == {1}
    assert pure_profile(game.form, {0: 1, 1: 3}).as_dict() == {
        "First": {"stop": 0, "go": 1},
        "Second": {"x": 0, "y": 1},
    }


@pytest.mark.parametrize(
    ("rows", "is_known"),
    [
        ([[1, -2], [3, 0]], True),
        (np.array([[1, -2], [3, 0]], dtype=np.int8), True),
        ([[10**6, -2], [3, 0]], True),
        ([[2**61, 0], [0, 0]], False),  # not in 64 bits with room for a difference
        ([[10**30, 0], [0, 0]], False),
        ([[Fraction(1, 3), 0], [0, 0]], False),
        ([["1/2", 0], [0, 0]], False),
    ],
)
def test_payoffs_given_as_whole_numbers_are_kept_as_such_beside_the_fractions(rows: Any, is_known: bool) -> None:
    game = matrix_game(rows, rows)
    assert ("whole" in vars(game)) == is_known
    assert all(type(x) is Fraction for x in game.payoffs.ravel())
    found, expected = game.whole, whole_payoffs(game.payoffs)
    assert found is not None
    assert expected is not None
    assert found.scales == expected.scales
    assert found.numbers.dtype == expected.numbers.dtype
    assert (found.numbers == expected.numbers).all()
    assert [[str(x) for x in row] for row in rows] == [[str(x) for x in row] for row in game.payoff_table()[0]]


def test_truth_values_are_no_payoffs_among_whole_numbers_either() -> None:
    with pytest.raises(InputError, match="truth value"):
        matrix_game([[1, True], [0, 2]], [[1, 1], [0, 2]])


def test_games_of_the_same_names_share_a_form_and_others_do_not() -> None:
    one, other = (matrix_game([[k, 0], [0, 1]], [[1, 0], [0, k]]) for k in (1, 2))
    named = matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]], players=["A", "B"])
    assert one.form is other.form
    assert named.form.players == ("A", "B")
    for _ in range(2):
        with pytest.raises(InputError, match="twice"):
            matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]], players=["A", "A"])


def test_a_pure_profile_knows_what_its_numbers_tell() -> None:
    form = matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]]).form
    profile = pure_profile(form, [1, 2])
    same = MixedProfile(form, profile.probabilities)
    assert profile.is_pure
    assert same.is_pure
    assert profile.is_taken.tolist() == same.is_taken.tolist() == [False, True, True, False]
