"""Logit curves and replicator fields: curves are where the equations hold, rest points are all there are, words do not meet."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest

import hedging_games as hg
from figures_checked import clashes, compiled_text, needs_tex, outside
from hedging_games.figures.best_replies import gain_of_first
from hedging_games.figures.logit_curves import BOUND, logit_scene, refined
from hedging_games.figures.replicator_fields import field_scene, rest_points, speed
from hedging_games.figures.scene import Frame, Line, Mark, Text
from hedging_games.games.reductions import strategic_form

pytest.importorskip("matplotlib")

COLUMN, PAGE = 3.4 * 72, 6.9 * 72

BRANCHES = ["engagement-card", "hedging-triangle", "allied-resistance", "cherry-picking", "restraining-pyongyang"]


def frame_of(scene):
    (frame,) = (item for item in scene.items if isinstance(item, Frame))
    return frame


def texts(scene):
    return [" ".join(item.text.split()) for item in (*scene.items, *frame_of(scene).items) if isinstance(item, Text)]


# --- logit curves ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [COLUMN, PAGE])
@pytest.mark.parametrize("name", BRANCHES)
def test_words_of_logit_curves_meet_no_others_and_stay_on_the_page(name, width):
    scene = logit_scene(hg.logit_branch(hg.load(name).at()), width)
    assert clashes(scene) == []
    assert outside(scene) == []


# By hand (McKelvey and Palfrey 1995, section 3): in this symmetric game p/(1 - p) = exp(precision (3 p - 1)) on the branch.
def test_curves_are_where_the_equation_holds_between_the_branchs_points_too():
    found = hg.logit_branch(hg.matrix_game([[2, 0], [0, 1]], [[2, 0], [0, 1]]))
    places = refined(found, -2.0, [0])
    assert len(places) > len(found)
    for (x, p), (z, r) in itertools.pairwise(places):
        if x < -2 or z > 1.5:
            continue
        share = 0.5
        y, q = x + share * (z - x), p[0] + share * (r[0] - p[0])
        low, high = 0.5, 1 - 1e-15  # the branch rises from one half: halving finds its probability
        while high - low > 1e-12:
            middle = (low + high) / 2
            if np.log(middle / (1 - middle)) < 10**y * (3 * middle - 1):
                low = middle
            else:
                high = middle
        assert abs(q - low) <= 1.5 * BOUND, (y, q, low)


def test_a_branch_that_turns_back_is_drawn_as_it_turns():
    # The first of these games on whose branch the precision falls for a while.
    branches = (hg.logit_branch(random_game(random.Random(seed))) for seed in itertools.count())
    turning = next(branch for branch in branches if (np.diff(branch.precisions) < 0).any())
    xs = [x for x, _ in refined(turning, -2.0, [0])]
    assert any(b < a for a, b in itertools.pairwise(xs))


def random_game(rng):
    tables = [[[rng.randint(-9, 9) for _ in range(3)] for _ in range(3)] for _ in range(2)]
    return hg.matrix_game(*tables)


def test_logit_curves_say_what_they_are():
    found = hg.logit_branch(hg.load("engagement-card").at())
    drawing = found.plot(width="column")
    assert drawing.svg() == hg.logit_curves(hg.load("engagement-card"), width="column").svg()
    assert "(2) Reply: Tolerate (else Punish)" in texts(drawing.scene)
    assert "note: the last point is the limit, as far as floats can tell" in texts(drawing.scene)
    only = hg.logit_curves(found, decisions=["Reply"])
    assert len([i for i in frame_of(only.scene).items if isinstance(i, Line)]) == 1
    assert "Reply.Tolerate" in found._repr_html_()


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (lambda b: hg.logit_curves(b, up_to=1), "followed already"),
        (lambda b: hg.logit_curves(b, decisions=["Replay"]), "did you mean 'Reply'"),
        (lambda b: hg.logit_curves(b, width="page"), "no width"),
        (lambda _: hg.logit_curves(hg.load("engagement-card").symbolic()), "at"),
        (lambda _: hg.logit_curves(3), "no logit branch"),
    ],
)
def test_what_has_no_logit_curves_is_refused(asked, says):
    with pytest.raises(hg.InputError, match=says):
        asked(hg.logit_branch(hg.load("engagement-card").at()))


# --- replicator fields -------------------------------------------------------------------------------------------------------------------


def by_two(numbers):
    """All 2×2 games with payoffs from a few numbers, shuffled: ties are the rule."""
    games = list(itertools.product(numbers, repeat=8))
    random.Random(4).shuffle(games)
    return games


def gains(payoffs):
    a, b, c, d, e, f, g, h = payoffs
    table = strategic_form(hg.matrix_game([[a, b], [c, d]], [[e, f], [g, h]]))
    return gain_of_first(table.payoffs, 0), gain_of_first(table.payoffs, 1)


GRID = [Fraction(k, 12) for k in range(13)]


def is_on(rest, p, q):
    return all(min(a, b) <= x <= max(a, b) for a, b, x in zip(rest.at, rest.to, (p, q), strict=True))


def test_rest_points_are_all_places_where_nothing_moves():
    for payoffs in by_two([0, 1, 3])[:300]:
        first, second = gains(payoffs)
        rests = rest_points(first, second)
        for rest in rests:
            for share in (Fraction(0), Fraction(1, 3), Fraction(1)):
                at = [a + share * (b - a) for a, b in zip(rest.at, rest.to, strict=True)]
                assert exact_speed(first, second, *at) == (0, 0)
        if any(first) or any(second):
            for p, q in itertools.product(GRID, GRID):
                assert (exact_speed(first, second, p, q) == (0, 0)) == any(is_on(r, p, q) for r in rests), (
                    payoffs,
                    p,
                    q,
                )


def exact_speed(first, second, p, q):
    a, b = (low * (1 - share) + high * share for (low, high), share in ((first, q), (second, p)))
    return p * (1 - p) * a, q * (1 - q) * b


# Another engine: the solver says which profiles are equilibria, and strict; the eigenvalues of the Jacobian by differences say what is stable.
def test_kinds_of_rest_points_are_what_the_solver_and_eigenvalues_say():
    seen = set()
    for payoffs in by_two([0, 1, 3])[:200]:
        a, b, c, d, e, f, g, h = payoffs
        game = hg.matrix_game([[a, b], [c, d]], [[e, f], [g, h]])
        first, second = gains(payoffs)
        for rest in rest_points(first, second):
            if rest.kind == "line":
                assert_line_is_told(game, rest)
                continue
            p, q = rest.at
            gain = largest_gain(game, p, q)
            assert (gain <= 0) == (rest.kind != "other")
            eigenvalues = np.linalg.eigvals(jacobian(first, second, float(p), float(q)))
            assert (max(eigenvalues.real) < -1e-9) == (rest.kind == "stable"), (payoffs, rest)
            if "saddle" in rest.text or "centre" in rest.text:
                assert (max(eigenvalues.real) > 1e-9) == ("saddle" in rest.text)
                seen.add(rest.text)
            seen.add(rest.kind)
    assert len(seen) == 5


def largest_gain(game, p, q):
    profile = {
        game.players[0]: dict(zip(game.form.information_sets[0].actions, (p, 1 - p), strict=True)),
        game.players[1]: dict(zip(game.form.information_sets[1].actions, (q, 1 - q), strict=True)),
    }
    return hg.judge(game, profile, "nash").largest_gain


def assert_line_is_told(game, rest):
    """Where along a line of rest points the text says that there are equilibria."""
    at = [[a + share * (b - a) for a, b in zip(rest.at, rest.to, strict=True)] for share in GRID]
    nash = [largest_gain(game, *place) <= 0 for place in at]
    told = rest.text.removeprefix("nothing moves; ")
    if told == "all are Nash equilibria":
        assert all(nash)
    elif told == "none is a Nash equilibrium":
        assert not any(nash)
    else:
        numbers = [Fraction(word) for word in told.split() if word[0].isdigit()]
        moved = [x for place in at for x, a, b in zip(place, rest.at, rest.to, strict=True) if a != b]
        assert nash == [numbers[0] <= x <= numbers[-1] for x in moved]


def jacobian(first, second, p, q):
    step = 1e-6
    columns = [
        (np.array(speed(first, second, p + u, q + v)) - np.array(speed(first, second, p - u, q - v))) / (2 * step)
        for u, v in ((step, 0), (0, step))
    ]
    return np.array(columns).T


CHICKEN = hg.matrix_game([[0, -1], [1, -10]], [[0, 1], [-1, -10]], title="Chicken")


@pytest.mark.parametrize("width", [COLUMN, PAGE])
def test_words_of_replicator_fields_meet_no_others(width):
    tables = [
        ((1, -1, -1, 1), (-1, 1, 1, -1)),
        ((1, 1, 1, 0), (1, 0, 1, 1)),
        ((0,) * 4, (1, 0, 0, 1)),
        ((0,) * 4, (0,) * 4),
    ]
    for (a, b, c, d), (e, f, g, h) in tables:
        scene = field_scene(hg.matrix_game([[a, b], [c, d]], [[e, f], [g, h]]), width)
        assert clashes(scene) == []
        assert outside(scene) == []


# By hand: daring pays at the other's probability of swerving above 9/10, so (9/10, 9/10) is the mixed equilibrium, a saddle.
def test_the_field_of_chicken():
    drawing = hg.replicator_field(CHICKEN)
    marks = {item.at: item.shape for item in frame_of(drawing.scene).items if isinstance(item, Mark)}
    assert marks == {(0, 0): "cross", (1, 1): "cross", (0, 1): "disc", (1, 0): "disc", (0.9, 0.9): "ring"}
    assert "(9/10, 9/10): Nash equilibrium, mixed; a saddle" in texts(drawing.scene)
    for item in frame_of(drawing.scene).items:
        if isinstance(item, Line) and item.arrow:
            (x, y), (z, w) = item.points
            across, up = speed((Fraction(9), Fraction(-1)), (Fraction(9), Fraction(-1)), (x + z) / 2, (y + w) / 2)
            assert (z - x) * up == pytest.approx((w - y) * across, abs=1e-12)
            assert (z - x) * across + (w - y) * up > 0


def test_a_field_needs_two_strategies_each():
    with pytest.raises(hg.InputError, match="a replicator field is drawn for 2 × 2 strategies"):
        hg.replicator_field(hg.load("hedging-triangle"))


@needs_tex
def test_latex_has_the_words_of_both(tmp_path):
    assert "a saddle" in compiled_text(hg.replicator_field(CHICKEN).scene, tmp_path)
    assert "Client: Restrain" in compiled_text(hg.logit_curves(hg.load("engagement-card")).scene, tmp_path)
