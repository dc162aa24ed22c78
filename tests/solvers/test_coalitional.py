"""Strong and coalition-proof equilibria as answers: known games, brute force, completeness on whole sets."""

from __future__ import annotations

import os
import random
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

import hedging_games as hg
from hedging_games.games.profile import MixedProfile

F = Fraction
THOROUGH = os.environ.get("HG_THOROUGH") == "1"

DILEMMA = hg.matrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
PENNIES = hg.matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


def random_tables(draw: random.Random, shape: tuple[int, ...], values: int) -> list[np.ndarray]:
    size = int(np.prod(shape))
    return [np.array([draw.randrange(values) for _ in range(size)], dtype=object).reshape(shape) for _ in shape]


def mixtures(game: hg.Game, profile: MixedProfile) -> list[np.ndarray]:
    return [profile.probabilities[list(game.form.slots(s))].astype(float) for s in range(len(game.players))]


def worth(tables: list[np.ndarray], mixed: list[np.ndarray]) -> list[float]:
    found = []
    for table in tables:
        value = table.astype(float)
        for weights in reversed(mixed):
            value = value @ weights
        found.append(float(value))
    return found


def some_group_gains(tables: list[np.ndarray], mixed: list[np.ndarray]) -> bool:
    """By the definition, in floats: a joint lottery of some group, the others' play given, better for every member."""
    now = worth(tables, mixed)
    shape = tables[0].shape
    for size in range(1, len(shape) + 1):
        for group in combinations(range(len(shape)), size):
            joint = list(product(*(range(shape[i]) for i in group)))
            gains = []
            for plans in joint:
                deviation = list(mixed)
                for i, plan in zip(group, plans, strict=True):
                    deviation[i] = np.eye(shape[i])[plan]
                after = worth(tables, deviation)
                gains.append([after[i] - now[i] for i in group])
            answer = linprog(
                [*[0.0] * len(joint), -1.0],
                A_ub=np.column_stack([-np.array(gains).T, np.ones(size)]),
                b_ub=np.zeros(size),
                A_eq=[[*[1.0] * len(joint), 0.0]],
                b_eq=[1.0],
                bounds=[*[(0, None)] * len(joint), (None, None)],
            )
            if -answer.fun > 1e-7:
                return True
    return False


# --- known games ----------------------------------------------------------------------------------------------------------


def test_the_dilemma_has_no_strong_equilibrium_but_a_coalition_proof_one() -> None:
    # Both together gain by cooperating, but each then gains by defecting: the joint deviation is not self-enforcing.
    strong = hg.solve(DILEMMA, "strong-nash")
    assert (len(strong), strong.complete) == (0, "all")
    (proof,) = hg.solve(DILEMMA, "coalition-proof")
    assert str(proof.profile) == "Player 1: 2; Player 2: 2"


def test_zero_sum_play_is_strong() -> None:
    # What one gains the other loses: no group of two gains. The mixed equilibrium counts.
    for concept in ("strong-nash", "coalition-proof"):
        found = hg.solve(PENNIES, concept)
        assert (len(found), found.complete) == (1, "all")
        assert found[0].certificate.largest_gain == 0


def test_the_better_of_two_conventions() -> None:
    # (1, 1) pays 2 each, (2, 2) pays 1 each, the mixture 2/3 each: only the first is left by nobody.
    game = hg.matrix_game([[2, 0], [0, 1]], [[2, 0], [0, 1]])
    assert len(hg.solve(game, "nash")) == 3
    for concept in ("strong-nash", "coalition-proof"):
        found = hg.solve(game, concept)
        assert [str(e.profile) for e in found] == ["Player 1: 1; Player 2: 1"]


def test_an_equilibrium_that_falls_to_a_lottery_only() -> None:
    # (1, 1) pays 1 each and is an equilibrium. (1, 2) pays (4, 0), (2, 1) pays (0, 4): neither is better for both, half of
    # each pays 2.
    game = hg.matrix_game([[1, 4], [0, 0]], [[1, 0], [4, 0]])
    found = hg.solve(game, "strong-nash")
    assert len(found) == 0
    assert "1 Nash equilibria fell to joint lotteries of a group, to no joint pure plans" in found.notes


def test_three_players_and_an_ally_who_is_bought_off() -> None:
    # Bernheim, Peleg and Whinston (1987), section 2; see the tests of the recursion.
    ab = [[[0, -2], [-5, -5]], [[-5, -5], [1, -1]]]
    game = hg.matrix_game(ab, ab, [[[10, 0], [0, 0]], [[0, 0], [-5, 5]]], players=["A", "B", "C"])
    assert len(hg.solve(game, "strong-nash")) == 0
    found = hg.solve(game, "coalition-proof")
    assert [str(e.profile) for e in found] == ["A: 2; B: 2; C: 2"]
    assert found.complete == "some"
    assert "mixed strategies are not looked for" in found.notes[0]


def test_an_irrational_equilibrium_is_decided() -> None:
    # Random games of three players with irrational isolated equilibria: decided like the others, and as the definition has
    # it in floats.
    draw = random.Random(12)
    irrational = 0
    for _ in range(400):
        tables = random_tables(draw, (2, 2, 2), 10)
        game = hg.matrix_game(*tables)
        nash = hg.solve(game, "nash")
        odd = [e for e in nash if any(not isinstance(p, Fraction) for p in e.profile.probabilities)]
        if not odd or nash.complete != "all":
            continue
        irrational += 1
        found = hg.solve(game, "strong-nash")
        assert found.complete == "all"
        assert {e.profile for e in found} == {
            e.profile for e in nash if not some_group_gains(tables, mixtures(game, e.profile))
        }
        if irrational == (20 if THOROUGH else 3):
            break
    assert irrational >= 3


def test_members_without_a_choice_do_not_matter() -> None:
    # The third player has one action and loses by the others' joint deviation; they deviate nevertheless.
    A = np.array([[[3], [0]], [[5], [1]]], dtype=object)
    B = np.array([[[3], [5]], [[0], [1]]], dtype=object)
    game = hg.matrix_game(A, B, -A - B)
    assert len(hg.solve(game, "strong-nash")) == 0
    assert len(hg.solve(game, "coalition-proof")) == 1


def test_one_player() -> None:
    game = hg.matrix_game([5, 7, 7])
    for concept in ("strong-nash", "coalition-proof"):
        found = hg.solve(game, concept)
        assert (len(found), found.complete, found.components) == (2, "extreme", ((0, 1),))


def test_nothing_at_stake() -> None:
    game = hg.matrix_game([[0, 0], [0, 0]], [[0, 0], [0, 0]])
    for concept in ("strong-nash", "coalition-proof"):
        found = hg.solve(game, concept)
        assert (len(found), found.complete, found.components) == (4, "extreme", ((0, 1, 2, 3),))


# --- whole sets -----------------------------------------------------------------------------------------------------------


def test_a_set_that_qualifies_in_part_is_admitted() -> None:
    # The row player gets 1 everywhere in row 1 and does not care for columns; the column player gets 1 in row 1 whatever
    # the column. All of row 1 × columns is an equilibrium set with payoffs (0..2, 1): only where the row player has 2
    # can the two not do better together.
    game = hg.matrix_game([[0, 2], [0, 2]], [[1, 1], [0, 2]])
    assert len(hg.solve(game, "nash")) == 3
    found = hg.solve(game, "strong-nash")
    assert {str(e.profile) for e in found} == {"Player 1: 1; Player 2: 2", "Player 1: 2; Player 2: 2"}
    assert found.complete == "some"
    assert any("qualifies in part" in note for note in found.notes)


def inside(profiles: list[MixedProfile], draw: random.Random) -> MixedProfile:
    form = profiles[0].form
    values = np.full(form.slot_count, F(0), dtype=object)
    for s in range(len(form.information_sets)):
        raw = [draw.randrange(1, 6) for _ in profiles]
        for slot in form.slots(s):
            values[slot] = sum(F(w, sum(raw)) * p.probabilities[slot] for w, p in zip(raw, profiles, strict=True))
    return MixedProfile(form, values)


@pytest.mark.parametrize(("shape", "values"), [((2, 2), 2), ((2, 3), 2), ((3, 3), 2), ((3, 3), 6), ((2, 2, 2), 5)])
def test_strong_equilibria_by_the_definition(shape: tuple[int, ...], values: int) -> None:
    draw = random.Random(f"strong {shape} {values}")
    kept = dropped = 0
    for _ in range(80 if THOROUGH else 8):
        tables = random_tables(draw, shape, values)
        game = hg.matrix_game(*tables)
        nash, found = hg.solve(game, "nash"), hg.solve(game, "strong-nash")
        strong = {e.profile for e in nash if not some_group_gains(tables, mixtures(game, e.profile))}
        assert {e.profile for e in found} == strong
        kept, dropped = kept + len(strong), dropped + len(nash) - len(strong)
        if nash.subsets is None or found.complete == "some":
            continue
        # The answer claims to hold everywhere on its sets, and nowhere else on the Nash subsets.
        for subset in nash.subsets:
            members = [nash[k].profile for k in subset]
            point = inside(members, draw)
            listed = any(set(members) <= {found[k].profile for k in whole} for whole in found.subsets or ()) or (
                found.complete == "all" and len(members) == 1 and members[0] in strong
            )
            assert listed == (not some_group_gains(tables, mixtures(game, point)))
    assert kept
    assert dropped


@pytest.mark.parametrize(("shape", "values"), [((2, 2), 4), ((3, 3), 3), ((3, 2), 2)])
def test_two_players_keep_the_equilibria_that_no_other_beats(shape: tuple[int, int], values: int) -> None:
    draw = random.Random(f"undominated {shape} {values}")
    dropped = 0
    for _ in range(80 if THOROUGH else 20):
        tables = random_tables(draw, shape, values)
        game = hg.matrix_game(*tables)
        nash, found = hg.solve(game, "nash"), hg.solve(game, "coalition-proof")
        # Points of all Nash subsets, extreme and inside, stand for all equilibria.
        points = [e.profile for e in nash]
        for subset in nash.subsets:
            points += [inside([nash[k].profile for k in subset], draw) for _ in range(4)]
        pay = {p: worth(tables, mixtures(game, p)) for p in points}
        unbeaten = {
            p
            for p in points
            if not any(all(a > b + 1e-9 for a, b in zip(other, pay[p], strict=True)) for other in pay.values())
        }
        proof = {e.profile for e in nash if e.profile in unbeaten}
        assert {e.profile for e in found} == proof
        assert proof
        if found.complete != "some":
            assert all(
                (p in unbeaten) == ({nash[k].profile for k in subset} <= proof)
                for subset, start in zip(nash.subsets, range(len(nash), len(points), 4), strict=True)
                for p in points[start : start + 4]
            )
        dropped += len(nash) - len(proof)
    assert dropped


def test_strong_equilibria_are_coalition_proof() -> None:
    draw = random.Random(77)
    compared = 0
    for _ in range(60 if THOROUGH else 12):
        game = hg.matrix_game(*random_tables(draw, (2, 2, 2), 4))
        strong = {e.profile for e in hg.solve(game, "strong-nash") if e.profile.is_pure}
        proof = {e.profile for e in hg.solve(game, "coalition-proof")}
        assert strong <= proof
        compared += bool(strong)
    assert compared
