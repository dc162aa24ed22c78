"""Opening models by name and by path."""

from __future__ import annotations

import os

import pytest

from hedging_games.errors import InputError, ModelFileError
from hedging_games.model.catalogue import catalogue, load, models_directory, summaries

SMALL = "title: t\nplayers: [A]\nplay: {A: [x, y]}\npayoffs: {A: 'TEXT'}\n"


def test_every_model_of_the_catalogue_loads():
    names = catalogue()
    assert "engagement-card" in names
    assert list(names) == sorted(names)
    for name in names:
        assert load(name).name == name


def test_summaries_say_what_kind_of_game_each_model_is():
    kinds = {summary["name"]: summary["form"] for summary in summaries()}
    assert list(kinds) == list(catalogue())
    assert kinds["hedging-triangle"] == "simultaneous"
    assert kinds["engagement-card"] == "perfect information"
    assert kinds["cherry-picking"] == "incomplete information"
    assert kinds["restraining-pyongyang"] == "sequential"
    assert kinds["forced-choice"] == "over time"
    assert summaries()[0].keys() == {"name", "title", "form", "players"}


def test_a_misspelt_name():
    with pytest.raises(InputError, match="no model is called 'engagment-card'") as caught:
        load("engagment-card")
    assert "did you mean 'engagement-card'?" in str(caught.value)
    with pytest.raises(InputError, match="no model is called ''"):
        load("")
    with pytest.raises(InputError, match=r"open it with hedging_games\.read_game"):
        load("old.nfg")


def test_classics_stand_on_a_shelf_of_their_own_and_are_called_by_name():
    classics = catalogue("classics")
    assert "audience-costs" in classics
    assert not set(classics) & set(catalogue())
    assert load("classics/audience-costs") == load("audience-costs")
    assert load("audience-costs").name == "audience-costs"
    assert [summary["name"] for summary in summaries("classics")] == list(classics)
    for said in ("audience-cost", "classics/audience-cost"):
        with pytest.raises(InputError, match="did you mean 'audience-costs'"):
            load(said)
    with pytest.raises(InputError, match=r"no models stand under 'classic'(.|\n)*did you mean 'classics'"):
        catalogue("classic")


def test_by_path(tmp_path, monkeypatch):
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL.replace("TEXT", "[x]"))
    assert load(path) == load(str(path))
    assert load(path).name == "mine"
    monkeypatch.chdir(tmp_path)
    assert load("mine.yaml") == load(path)
    with pytest.raises(ModelFileError, match=r"there is no file 'mein\.yaml'"):
        load("mein.yaml")
    (tmp_path / "plain").write_text("x")
    with pytest.raises(InputError, match=r"to open this one write \./plain"):
        load("plain")


def test_a_file_is_read_again_when_it_has_changed(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL.replace("TEXT", "[x]"))
    first = load(path)
    assert load(path) is first
    path.write_text(SMALL.replace("TEXT", "2*[y]"))
    os.utime(path, ns=(1, 1))
    assert load(path).at().payoffs.tolist() == [[0, 2]]


def test_the_models_are_beside_the_sources():
    assert (models_directory() / "engagement-card.yaml").is_file()
