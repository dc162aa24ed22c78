"""What answers draw of themselves: which figure it is, and that it is the one that its own function draws."""

from __future__ import annotations

import pytest

import hedging_games as hg
from hedging_games.figures.answers import drawing_of

CARD = hg.load("engagement-card")
WAIVED = hg.solve(hg.load("sanctions-waiver").at())
PLAY = hg.path_of_play(WAIVED.game, WAIVED[0], 4)
SENSITIVE = hg.sensitivity(CARD, ["card", "sanction"], points=16)


@pytest.mark.parametrize(
    ("answer", "drawn"),
    [
        (CARD, lambda: hg.tree(CARD)),
        (CARD.at(), lambda: hg.tree(CARD.at())),
        (hg.solve(CARD.at()), lambda: hg.tree(hg.solve(CARD.at()))),
        (hg.load("tightrope").at(), lambda: hg.tree(hg.load("tightrope").at())),
        (hg.load("blockade-threat"), lambda: hg.tree(hg.load("blockade-threat"))),
        (
            hg.matrix_game([[1, 0], [0, 2]], [[2, 0], [0, 1]]),
            lambda: hg.matrix(hg.matrix_game([[1, 0], [0, 2]], [[2, 0], [0, 1]])),
        ),
        (hg.phases(CARD, ["card", "sanction"]), lambda: hg.phase_diagram(CARD, ["card", "sanction"])),
        (
            hg.condition(CARD, "every", fixed={"alignment_reward": 2}),
            lambda: hg.phase_diagram(
                CARD, ["trade_loss", "restraint_benefit"], fixed={"alignment_reward": 2}, among="every"
            ),
        ),
        (SENSITIVE, lambda: hg.sensitivity_chart(SENSITIVE)),
        (PLAY, lambda: hg.path_chart(PLAY)),
    ],
    ids=["model", "game", "equilibria", "over time", "continuous", "matrix", "phases", "region", "sensitivity", "path"],
)
def test_plot_draws_what_the_function_draws(answer, drawn):
    assert answer.plot().svg() == drawn().svg()


def test_options_are_handed_on():
    assert CARD.plot(width="column").scene.width < CARD.plot().scene.width
    with pytest.raises(hg.InputError, match="no width is called"):
        CARD.plot(width="page")


def test_thresholds_are_drawn_as_a_strip_at_their_point():
    found = hg.threshold(CARD, "card", "every", case="india", fixed={"sanction": 3})
    strip = hg.strip(CARD, "card", case="india", fixed={"sanction": 3}, among="every")
    assert found.plot().svg() == strip.svg()


def test_a_region_is_drawn_over_the_parameters_that_one_names():
    region = hg.condition(CARD, "some")
    assert region.plot(over=["card"]).svg() == hg.strip(CARD, "card", among="some").svg()
    drawn = region.plot(over=["card", "sanction"], width="column")
    assert drawn.svg() == hg.phase_diagram(CARD, ["card", "sanction"], among="some", width="column").svg()
    with pytest.raises(hg.InputError, match="card"):
        hg.condition(CARD, "some", fixed={"card": 3}).plot(over=["card", "sanction"])


def test_a_notebook_shows_a_drawing_and_only_answers_are_drawn():
    assert CARD.plot()._repr_svg_().lstrip().startswith("<?xml")
    with pytest.raises(TypeError, match="has no figure"):
        drawing_of(3)
