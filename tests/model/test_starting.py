"""The files to start from."""

from __future__ import annotations

import pytest

import hedging_games as hg
from command_line import run
from hedging_games.model.starting import FORMS

READABLE = {form: hg.read_model_text(hg.starting_text(form), form) for form in FORMS}


@pytest.mark.parametrize("form", FORMS)
def test_a_starting_file_solves_as_it_stands_and_at_its_case(form):
    model = READABLE[form]
    for case in (None, *model.cases):
        found = hg.solve(model, case=case)
        assert len(found) >= 1
        assert found.complete in ("all", "extreme")


@pytest.mark.parametrize("form", FORMS)
def test_a_starting_file_has_its_condition_and_claims_that_are_proved(form):
    model = READABLE[form]
    region = hg.condition(model, "some")
    assert len(region.cells) >= 1
    assert [f.verdict for f in hg.examine(model)] == ["proved"]


@pytest.mark.parametrize("form", FORMS)
def test_a_starting_file_explains_itself(form):
    text = hg.starting_text(form)
    assert text.startswith("# ")
    assert sum("#" in line for line in text.splitlines()) >= 8
    assert all(parameter.meaning for parameter in READABLE[form].parameters.values())


def test_new_writes_a_file_that_the_other_verbs_take_and_writes_over_nothing(tmp_path):
    path = tmp_path / "mine.yaml"
    assert run("new", "normal", "--out", str(path)).returncode == 0
    assert path.read_text(encoding="utf-8") == hg.starting_text("normal")
    assert run("solve", str(path)).returncode == 0
    again = run("new", "repeated", "--out", str(path))
    assert (again.returncode, again.stdout) == (2, "")
    assert "is there already" in again.stderr
    assert path.read_text(encoding="utf-8") == hg.starting_text("normal")


def test_an_unknown_form_is_answered_with_the_nearest():
    done = run("new", "sequentail")
    assert done.returncode == 2
    assert "did you mean 'sequential'?" in done.stderr
