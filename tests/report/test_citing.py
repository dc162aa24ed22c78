"""How what is found is cited."""

from __future__ import annotations

import json

import pytest

import hedging_games as hg
from command_line import run

CARD = "engagement-card"


@pytest.mark.parametrize(
    "found",
    [
        lambda: hg.load(CARD),
        lambda: hg.load(CARD).at(),
        lambda: hg.solve(CARD),
        lambda: hg.condition(CARD, "some"),
        lambda: hg.threshold(CARD, "card"),
        lambda: hg.robustness(CARD),
        lambda: hg.phases(CARD, "card"),
        lambda: hg.sweep(CARD, {"card": hg.span(0, 10, 3)}),
        lambda: hg.examine(CARD),
        lambda: hg.examine(CARD)[0],
    ],
)
def test_an_answer_names_the_software_the_model_with_its_source_and_the_concept_with_its_source(found):
    lines = found().cite().splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["the software", "the model", "the solution concept"]
    assert "version" in lines[0]
    assert hg.load(CARD).title in lines[1]
    assert " ".join(hg.load(CARD).source.split()) in lines[1]
    assert lines[2].endswith("Selten (1965).")


@pytest.mark.parametrize(
    ("found", "source"),
    [
        (lambda: hg.eliminate("two-sanctioners"), "Bernheim (1984), Pearce (1984)."),
        (lambda: hg.risk_dominance(hg.matrix_game([[2, 0], [0, 1]], [[1, 0], [0, 2]])), "Harsanyi and Selten (1988)."),
        (lambda: hg.p_dominance(hg.matrix_game([[2, 0], [0, 1]], [[1, 0], [0, 2]]))[0], "Kajii and Morris (1997)."),
        (lambda: hg.estimate_precision(CARD, {"Reply": {"Tolerate": 3, "Punish": 1}}), "McKelvey and Palfrey (1995)."),
    ],
)
def test_what_is_no_equilibrium_says_whose_idea_it_is(found, source):
    lines = found().cite().splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["the software", "the idea"]
    assert lines[1].endswith(source)


@pytest.mark.parametrize(
    ("name", "source"),
    [("blockade-threat", "Harris (1985)"), ("sanctions-waiver", "Tirole (2001)"), ("tightrope", "Samuelson (2006)")],
)
def test_games_with_continuous_choices_and_over_time_know_their_source(name, source):
    said = hg.load(name).at().cite()
    assert " ".join(hg.load(name).source.split()) in said
    assert source in said


def test_what_was_asked_for_is_cited_not_the_default():
    assert hg.solve(CARD, "nash").cite().endswith("Nash (1951).")
    refined = hg.refine(hg.solve("cherry-picking", "sequential"), "intuitive")
    assert "Kreps and Wilson (1982)" in refined.cite()
    game = hg.matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]], title="A meeting")
    assert "the game: A meeting." in hg.solve(game).cite()


def test_the_verb_says_the_same_as_the_answer_in_text_and_json():
    said = run("cite", CARD)
    assert " ".join(said.stdout.split()) == " ".join(hg.solve(CARD).cite().split())
    found = json.loads(run("cite", CARD, "--concept", "nash", "--format", "json").stdout)
    assert [c["what"] for c in found["citations"]] == ["the software", "the model", "the solution concept"]
    assert found["citations"][2]["how"].endswith("Nash (1951).")
