"""Payoff matrices and best-response curves, against what is worked out by hand or by another program."""

import re
from fractions import Fraction as F
from itertools import pairwise, product

import numpy as np
import pytest

import hedging_games as hg
from figures_checked import at_widths, clashes, compiled_text, needs_tex, outside
from hedging_games.errors import InputError
from hedging_games.figures import best_replies, matrices
from hedging_games.figures.asked import asked
from hedging_games.figures.best_replies import gain_of_first, reply
from hedging_games.figures.matrices import best_responses, matrix_scene
from hedging_games.figures.scene import Frame, Group, Line, Mark, Polygon, Text, walk
from hedging_games.games.game import Game
from hedging_games.games.reductions import strategic_form
from hedging_games.model.catalogue import every_name
from tree_builders import random_table

DILEMMA = hg.matrix_game(
    [[3, 0], [5, 1]],
    [[3, 5], [0, 1]],
    players=["Ally", "Partner"],
    actions=[["Cooperate", "Defect"]] * 2,
    title="Dilemma",
)
FINITE = [name for name in sorted(every_name()) if isinstance(hg.load(name).at(), Game)]

TOO_LARGE = ("patron-auction", "restraining-pyongyang", "three-patrons")
"""Models whose matrix would have too many cells."""


def words(scene):
    return [item.text for item in walk(scene.items) if isinstance(item, Text)]


def frames(scene):
    return [item for item in scene.items if isinstance(item, Polygon) and item.width == matrices_frame()]


def matrices_frame():
    from hedging_games.figures.matrix_writing import FRAME

    return FRAME


def cell(scene, plans):
    return next(g for g in walk(scene.items) if isinstance(g, Group) and g.title == f"cell {plans}")


def underlined(group):
    """The payoffs of a cell that have a line under them."""
    lines = [item for item in group.items if isinstance(item, Line)]
    payoffs = [item for item in group.items if isinstance(item, Text) and item.maths]
    return [
        text.text.removesuffix(",")
        for text in payoffs
        if any(line.points[0][0] == text.at[0] and 0 < text.at[1] - line.points[0][1] < 8 for line in lines)
    ]


def test_a_dilemma_by_hand():
    scene = hg.matrix(DILEMMA, equilibria=True).scene
    assert underlined(cell(scene, "Cooperate, Cooperate")) == []
    assert underlined(cell(scene, "Cooperate, Defect")) == ["5"]
    assert underlined(cell(scene, "Defect, Cooperate")) == ["5"]
    assert underlined(cell(scene, "Defect, Defect")) == ["1", "1"]
    assert len(frames(scene)) == 1
    assert "equilibrium 0: Ally: Defect; Partner: Defect" in words(scene)
    assert "0" in words(scene)


@pytest.mark.parametrize("seed", range(12))
def test_best_responses_from_the_definition(seed):
    sizes = [(2, 3), (3, 3), (2, 2, 3)][seed % 3]
    payoffs = np.array(random_table(seed, sizes), dtype=object)
    best = best_responses(payoffs)
    for at in product(*(range(size) for size in sizes)):
        for player in range(len(sizes)):
            others = [payoffs[(player, *at[:player], k, *at[player + 1 :])] for k in range(sizes[player])]
            assert best[(player, *at)] == (payoffs[(player, *at)] >= max(others))


@pytest.mark.parametrize("seed", range(10))
def test_framed_cells_are_what_a_solver_finds(seed):
    # An independent way to the same cells, ties included: the pure equilibria of the solver, each with its certificate.
    game = hg.matrix_game(*random_table(seed, (3, 3), values=3))
    scene = hg.matrix(game, equilibria=hg.solve(game, "pure-nash")).scene
    assert len(frames(scene)) == len(hg.solve(game, "pure-nash"))


@pytest.mark.parametrize(("name", "width"), at_widths(FINITE, (244.8, 496.8)))
def test_no_text_of_a_matrix_overlaps_another(name, width):
    model = hg.load(name)
    if name in TOO_LARGE:
        with pytest.raises(InputError, match="cells, more than"):
            matrix_scene(asked(model, None), width)
        return
    for what in (asked(model, None), asked(model.at(), None), asked(model, True)):
        scene = matrix_scene(what, width)
        assert clashes(scene) == []
        assert outside(scene) == []
        texts = " ".join(" ".join(words(scene)).split())
        for player in model.players:
            assert player in texts


def test_three_players_have_a_table_for_each_strategy_of_the_third():
    scene = hg.matrix(hg.load("hedging-triangle").at()).scene
    assert {"Partner: Engage", "Partner: Coerce"} <= set(words(scene))
    game = hg.load("hedging-triangle").at()
    for a, b, c in product(*(s.actions for s in game.form.information_sets)):
        assert cell(scene, f"{a}, {b}, {c}")


def test_formulas_have_marks_only_where_a_point_is_given():
    model = hg.load("hedging-triangle")
    plain, marked = hg.matrix(model).scene, hg.matrix(model, equilibria=True).scene
    assert frames(plain) == []
    assert not any(underlined(g) for g in walk(plain.items) if isinstance(g, Group))
    numbers = hg.matrix(model.at()).scene
    assert len(frames(marked)) == len(frames(numbers)) == 2
    assert "retained*alliance + card - leak" in words(marked) or "alliance*retained + card - leak" in " ".join(
        words(marked)
    )


def test_trees_become_their_reduced_strategic_form():
    scene = hg.matrix(hg.load("engagement-card").at()).scene
    cells = [g.title for g in walk(scene.items) if isinstance(g, Group)]
    assert len(cells) == 8
    assert underlined(cell(scene, "Engage, Tolerate, Restrain")) == ["2", "-1", "3"]


@needs_tex
def test_tikz_of_a_matrix_compiles(tmp_path):
    text = compiled_text(hg.matrix(hg.load("hedging-triangle"), equilibria=True).scene, tmp_path)
    assert "equilibrium 2: SmallState: Align; Ally: Tolerate; Partner: 2/3 Engage + 1/3 Coerce" in text
    assert "Partner: Coerce" in text


def test_what_has_no_matrix_is_refused():
    with pytest.raises(InputError, match="has no payoff matrix"):
        hg.matrix(hg.load("blockade-threat"))
    with pytest.raises(InputError, match="has no payoff matrix"):
        hg.matrix(hg.load("sanctions-waiver").at())
    big = hg.matrix_game(np.zeros((30, 30), dtype=int), np.zeros((30, 30), dtype=int))
    with pytest.raises(InputError, match="900 cells, more than 600"):
        hg.matrix(big)
    with pytest.raises(InputError, match="needs two players"):
        hg.matrix(hg.matrix_game([1, 2]))
    with pytest.raises(InputError, match=r"about 10\^\d+ cells"):
        hg.matrix(hg.load("patron-auction").at())


# --- best responses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gain", "curve"),
    [
        ((F(1), F(2)), [(0, 1), (1, 1)]),
        ((F(-1), F(-2)), [(0, 0), (1, 0)]),
        ((F(-1), F(2)), [(0, 0), (F(1, 3), 0), (F(1, 3), 1), (1, 1)]),
        ((F(3), F(-1)), [(0, 1), (F(3, 4), 1), (F(3, 4), 0), (1, 0)]),
        ((F(0), F(1)), [(0, 0), (0, 1), (1, 1)]),
        ((F(0), F(-1)), [(0, 1), (0, 0), (1, 0)]),
        ((F(1), F(0)), [(0, 1), (1, 1), (1, 0)]),
        ((F(-1), F(0)), [(0, 0), (1, 0), (1, 1)]),
    ],
)
def test_curves_by_hand(gain, curve):
    assert reply(gain) == tuple((F(a), F(b)) for a, b in curve)


def test_indifference_everywhere_is_the_whole_square():
    assert reply((F(0), F(0))) is None
    scene = hg.best_responses(hg.matrix_game([[1, 1], [1, 1]], [[1, 0], [0, 1]])).scene
    hatched = [i for i in walk(scene.items) if isinstance(i, Polygon) and i.hatch == "rising"]
    assert [p.points for p in hatched] == [((0, 0), (1, 0), (1, 1), (0, 1))]


def on_curve(curve, other, own):
    """Whether a pair lies on a curve."""
    if curve is None:
        return True
    between = lambda x, a, b: min(a, b) <= x <= max(a, b)  # noqa: E731
    return any(between(other, a[0], b[0]) and between(own, a[1], b[1]) for a, b in pairwise(curve))


@pytest.mark.parametrize("seed", range(40))
def test_curves_meet_exactly_in_the_equilibria(seed):
    # Payoffs from 0 to 3 tie often. On a grid of probabilities: a point lies on both curves if and only if no deviation gains (the judge).
    game = hg.matrix_game(*random_table(seed, (2, 2), values=3))
    payoffs = strategic_form(game).payoffs
    curves = [reply(gain_of_first(payoffs, player)) for player in (0, 1)]
    grid = sorted({F(k, 6) for k in range(7)} | {x for curve in curves if curve for x, _ in curve})
    for p, q in product(grid, grid):
        worth = [[sum(w * payoffs[0][a][b] for b, w in ((0, q), (1, 1 - q))) for a in (0, 1)]]
        worth.append([sum(w * payoffs[1][a][b] for a, w in ((0, p), (1, 1 - p))) for b in (0, 1)])
        played = [(p, 1 - p), (q, 1 - q)]
        stands = all(
            w == 0 or u == max(own)
            for own, mix in zip(worth, played, strict=True)
            for u, w in zip(own, mix, strict=True)
        )
        assert stands == (on_curve(curves[0], q, p) and on_curve(curves[1], p, q))


@pytest.mark.parametrize("seed", range(8))
def test_marks_lie_on_both_curves(seed):
    game = hg.matrix_game(*random_table(seed, (2, 2), values=4))
    payoffs = strategic_form(game).payoffs
    scene = hg.best_responses(game).scene
    frame = next(item for item in scene.items if isinstance(item, Frame))
    marks = [item.at for item in frame.items if isinstance(item, Mark)]
    assert len(marks) == len(hg.solve(game, "nash"))
    for p, q in marks:
        assert on_curve(reply(gain_of_first(payoffs, 0)), F(q).limit_denominator(1000), F(p).limit_denominator(1000))
        assert on_curve(reply(gain_of_first(payoffs, 1)), F(p).limit_denominator(1000), F(q).limit_denominator(1000))
    assert clashes(scene) == []
    assert outside(scene) == []


def test_axes_are_probabilities_with_exact_ticks():
    chicken = hg.matrix_game(
        [[0, -1], [1, -10]], [[0, 1], [-1, -10]], players=["A", "B"], actions=[["swerve", "go"]] * 2
    )
    figure, axes = hg.best_responses(chicken)
    assert [t.get_text() for t in axes.get_xticklabels()] == ["0", "0.9", "1"]
    assert axes.get_xlabel() == "A: probability of swerve"
    assert axes.get_ylabel() == "B: probability of swerve"
    assert figure.get_figwidth() == pytest.approx(3.4)


def test_continua_are_drawn_as_lines():
    ties = hg.matrix_game([[1, 1], [1, 0]], [[1, 1], [1, 0]])
    scene = hg.best_responses(ties).scene
    thick = [item.points for item in walk(scene.items) if isinstance(item, Line) and item.width > 3]
    assert sorted(thick) == [((0.0, 1.0), (1.0, 1.0)), ((1.0, 0.0), (1.0, 1.0))]


def test_other_sizes_are_refused():
    with pytest.raises(InputError, match="not for 3 × 2 × 2"):
        hg.best_responses(hg.load("hedging-triangle"))
    with pytest.raises(InputError, match="over time"):
        hg.best_responses(hg.load("sanctions-waiver"))
    with pytest.raises(InputError, match="symbolic arithmetic"):
        hg.best_responses(hg.load("dependence-backlash").symbolic())


def test_names_are_public():
    assert hg.matrix is matrices.matrix
    assert hg.best_responses is best_replies.best_responses
    assert re.match(r"<Drawing 'Dilemma: payoff matrix', 497 × \d+ points>", repr(hg.matrix(DILEMMA)))
