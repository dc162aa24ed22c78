"""The package's front door: every public name, and names of models where models and games are wanted."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields, is_dataclass

import pytest

import hedging_games as hg

FUNCTIONS = [name for name in hg.__all__ if inspect.isfunction(getattr(hg, name))]

HARMLESS = ("claims_table", "catalogue", "losses", "equilibria_rows", "hedged_in")
"""What they are given they have an answer for."""

PACT = ("Seoul", "Tokyo", "Canberra")


def test_every_public_name_is_there_and_listed():
    assert [name for name in hg.__all__ if not hasattr(hg, name)] == []
    assert set(hg._ROOMS) <= set(hg.__all__)
    assert len(set(hg.__all__)) == len(hg.__all__)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in HARMLESS])
def test_every_public_function_says_what_it_raises(name):
    assert "Raise" in (inspect.getdoc(getattr(hg, name)) or "")


def is_told(name, said):
    """Whether a docstring says of something what it is: as an item of a list, ``name : what it is``, or in its prose by name."""
    return re.search(rf"(?<![\w`]){name}(?:, \w+)* : |``{name}\b|`{name}`", said) or (
        name in FIRST_OF_ALL and re.search(rf"\b{name}s?\b", said)
    )


FIRST_OF_ALL = {
    "game",
    "model",
    "path",
    "found",
    "equilibria",
    "table",
    "text",
    "name",
    "count",
    "seed",
    "low",
    "high",
    "profile",
    "player",
    "actions",
    "form",
}
"""What the sentence that begins a docstring is about: it needs no item of its own."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_says_what_it_takes(name):
    said = inspect.getdoc(getattr(hg, name)) or ""
    assert [one for one in inspect.signature(getattr(hg, name)).parameters if not is_told(one, said)] == []


@pytest.mark.parametrize("name", [name for name in hg.__all__ if is_dataclass(getattr(hg, name))])
def test_every_public_answer_says_what_is_in_it(name):
    said = inspect.getdoc(getattr(hg, name)) or ""
    assert [one.name for one in fields(getattr(hg, name)) if not is_told(one.name, said)] == []


SOURCES = {
    "belief_sets": "Kreps and Wilson 1982",
    "eliminate": "Bernheim 1984",
    "estimate_precision": "McKelvey and Palfrey 1995",
    "latin_hypercube": "McKay, Beckman and Conover 1979",
    "logit_branch": "McKelvey and Palfrey 1995",
    "p_dominance": "Morris, Rob and Shin 1995",
    "rationalizable": "Pearce 1984",
    "refine": "Cho and Kreps 1987",
    "replicator_dynamics": "Taylor and Jonker",
    "replicator_field": "Hofbauer and Sigmund 1998",
    "risk_dominance": "Harsanyi and Selten 1988",
    "select": "Harsanyi and Selten 1988",
    "sensitivity": "Hornberger and Spear 1981",
    "sobol": "Owen 1998",
}
"""Whose ideas functions compute; those of solution concepts are in `theory.concepts`, and on their pages."""


@pytest.mark.parametrize(("name", "source"), SOURCES.items())
def test_what_is_somebodys_idea_says_whose(name, source):
    assert source in " ".join((inspect.getdoc(getattr(hg, name)) or "").split())


@pytest.mark.parametrize("name", hg.__all__)
def test_every_public_name_says_what_it_is(name):
    said = inspect.getdoc(getattr(hg, name)) or ""
    assert name == "EQUILIBRIA_HEADER" or len(said) > 40


@pytest.mark.parametrize(
    "ask",
    [
        lambda m: hg.condition(m, "some"),
        lambda m: hg.threshold(m, "sanction"),
        hg.robustness,
        lambda m: hg.phases(m, "sanction"),
        lambda m: hg.sweep(m, {"sanction": hg.span(0, 10, 11)}).to_frame().to_csv(),
        lambda m: [str(f) for f in hg.examine(m)],
        hg.solve,
        hg.eliminate,
        hg.rationalizable,
        lambda m: hg.logit_branch(m, 1),
        lambda m: hg.tree(m, equilibria=True).tikz(),
        lambda m: hg.matrix(m).tikz(),
        lambda m: hg.phase_diagram(m, ["card", "sanction"]).tikz(),
        hg.efg_text,
        hg.nfg_text,
    ],
)
def test_a_name_is_as_good_as_the_model(ask):
    by_name, by_model = ask("engagement-card"), ask(hg.load("engagement-card"))
    assert str(by_name) == str(by_model)


@pytest.mark.parametrize(
    "ask", [hg.risk_dominance, hg.p_dominance, lambda g: hg.judge(g, dict.fromkeys(PACT, "Resist"))]
)
def test_a_game_is_taken_from_a_name_a_model_or_itself(ask):
    model = hg.load("allied-resistance")
    assert str(ask("allied-resistance")) == str(ask(model)) == str(ask(model.at()))


def test_solving_a_model_takes_values_of_its_parameters_and_cases():
    model = hg.load("engagement-card")
    # Engaging and being tolerated is worth card - alignment_loss = 3 - 5 to the ally, as much as punishing: a tie at card = 3.
    assert len(hg.solve("engagement-card", card=3)) == 4
    assert str(hg.solve(model, card="7/2")) == str(hg.solve(model.at(card="7/2")))
    assert str(hg.solve(model, case="korea")) == str(hg.solve(model.at("korea")))


def test_a_file_of_gambits_is_solved_by_its_path(tmp_path):
    path = tmp_path / "card.efg"
    path.write_text(hg.efg_text("engagement-card"), encoding="utf-8")
    assert [e.payoffs for e in hg.solve(path)] == [e.payoffs for e in hg.solve("engagement-card")]


@pytest.mark.parametrize(
    ("ask", "what", "remedy"),
    [
        (lambda: hg.solve(3), "an int is no game", "a name such as 'engagement-card'"),
        (lambda: hg.judge("engagement-card", "Align"), "'Align' is no profile", "{'Choice': 'Align'"),
        (
            lambda: hg.judge("engagement-card", {"Choice": "Align"}),
            "nothing is said of 'Reply'",
            "one of Tolerate, Punish",
        ),
        (lambda: hg.select("two-sanctioners", "welfare"), "is no answer", "select(solve(...), 'welfare')"),
        (lambda: hg.solve([[1, 2]]), "a list is no game", "a name such as 'engagement-card'"),
        (lambda: hg.solve("engagement-crd"), "no model is called 'engagement-crd'", "did you mean 'engagement-card'?"),
        (lambda: hg.solve("engagement-card", crd=3), "has no parameter 'crd'", "did you mean 'card'?"),
        (lambda: hg.solve(hg.load("engagement-card").at(), card=3), "whose numbers are set", "give the model instead"),
        (lambda: hg.threshold(hg.load("engagement-card").at(), "card"), "a Game is no model", "give a model"),
        (lambda: hg.eliminate("sanctions-waiver"), "is played over time", "ask for solve"),
        (lambda: hg.risk_dominance("blockade-threat"), "has continuous choices", "model.on_grid(21)"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_remedy(ask, what, remedy):
    with pytest.raises(hg.InputError) as refused:
        ask()
    assert what in str(refused.value)
    assert remedy in str(refused.value)
