"""Model files that say what differs from another one."""

from __future__ import annotations

import pytest

import hedging_games as hg

BASE = """\
title: A card
players: [SmallState, Ally]
parameters:
  card: {baseline: 4, range: [0, 8], meaning: what restraint is worth}
  loss: 5
play:
  SmallState: [Align, Engage]
  Ally: {actions: [Tolerate, Punish], sees: all, when: Engage}
let: {worth: card - loss}
payoffs:
  SmallState: "[Tolerate] - [Punish]"
  Ally: worth*[Tolerate] - 2*[Punish]
hedge: Tolerate
claims: [{says: It is somewhere played., holds: somewhere}]
cases: {rich: {card: 6, note: assumed}}
"""


def files(tmp_path, **texts):
    for name, text in {"base": BASE, **texts}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return hg.load(tmp_path / "new.yaml")


def written_out(old, new, *, title="New"):
    """The base file with some of its text replaced, written out by hand."""
    text = BASE.replace("title: A card", f"title: {title}").replace(
        "claims: [{says: It is somewhere played., holds: somewhere}]\n", ""
    )
    assert old in text
    return hg.read_model_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("said", "old", "new"),
    [
        ("parameters: {card: 3}", "{baseline: 4,", "{baseline: 3,"),
        ("parameters: {card: {range: [2, 8]}}", "range: [0, 8]", "range: [2, 8]"),
        ("let: {worth: card - 2*loss}", "worth: card - loss", "worth: card - 2*loss"),
        ('payoffs: {Ally: "worth*[Tolerate]"}', "Ally: worth*[Tolerate] - 2*[Punish]", "Ally: worth*[Tolerate]"),
        ("play: {Ally: {actions: [Tolerate, Punish, Ignore]}}", "[Tolerate, Punish]", "[Tolerate, Punish, Ignore]"),
        ("cases: {poor: {card: 1}}", "note: assumed}}", "note: assumed}, poor: {card: 1}}"),
        ("cases: {rich: {loss: 4}}", "{card: 6, note: assumed}", "{card: 6, note: assumed, loss: 4}"),
        ("hedge: Engage", "hedge: Tolerate", "hedge: Engage"),
        ("players: {Ally: {role: ally}}", "[SmallState, Ally]", "{SmallState: , Ally: {role: ally}}"),
        ("without: [rich]", "cases: {rich: {card: 6, note: assumed}}\n", ""),
        (
            "without: [worth]\npayoffs:\n  Ally: (card - loss)*[Tolerate]",
            'let: {worth: card - loss}\npayoffs:\n  SmallState: "[Tolerate] - [Punish]"\n  Ally: worth*[Tolerate] - 2*[Punish]',
            'payoffs:\n  SmallState: "[Tolerate] - [Punish]"\n  Ally: (card - loss)*[Tolerate]',
        ),
    ],
)
def test_what_is_said_replaces_what_the_other_file_says_and_the_rest_stays(tmp_path, said, old, new):
    model = files(tmp_path, new=f"title: New\nextends: base\n{said}\n")
    by_hand = written_out(old, new)
    assert model == by_hand
    assert hg.read_model_text(model.dump()) == model


def test_claims_and_sources_are_not_taken_over_and_chains_are_followed(tmp_path):
    middle = "title: Middle\nsource: A book.\nextends: base\nparameters: {card: 3}\n"
    model = files(tmp_path, middle=middle, new="title: New\nextends: middle.yaml\nparameters: {loss: 4}\n")
    assert (model.claims, model.source) == ((), "")
    assert (model.parameters["card"].baseline, model.parameters["loss"].baseline) == (3, 4)


def test_a_change_of_the_extended_file_is_noticed(tmp_path):
    model = files(tmp_path, new="title: New\nextends: base\n")
    (tmp_path / "base.yaml").write_text(BASE.replace("baseline: 4", "baseline: 5"), encoding="utf-8")
    assert (model.parameters["card"].baseline, hg.load(tmp_path / "new.yaml").parameters["card"].baseline) == (4, 5)


def test_a_model_of_the_catalogue_is_extended_by_its_name_and_solved():
    model = hg.read_model_text("title: Dearer\nextends: engagement-card\nparameters: {punishment_cost: 3}\n")
    original = hg.solve("engagement-card", punishment_cost=3)
    assert [e.payoffs for e in hg.solve(model)] == [e.payoffs for e in original]


@pytest.mark.parametrize(
    ("said", "what", "remedy"),
    [
        ("extends: engagement-crd", "no model is called 'engagement-crd'", "did you mean 'engagement-card'?"),
        ("extends: other.yaml", "there is no file", "did you mean"),
        ("extends: new", "'new' extends itself", "extend a file that stands alone"),
        ("extends: base\nwithout: [crad]", "names no 'crad'", "did you mean 'card'?"),
        ("without: [card]", "none is", "add extends: and the name of a model"),
        ("extends: base\nparameters: {card: x}", "mentions 'x'", "write 1/3"),
        ("extends: base\nparameters: {crad: 5}", "the parameter 'crad' is never used", "did you mean 'card'?"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_remedy(tmp_path, said, what, remedy):
    with pytest.raises(hg.InputError) as refused:
        files(tmp_path, new=f"title: New\n{said}\n")
    assert what in str(refused.value)
    assert remedy in str(refused.value)
    assert "new.yaml:" in str(refused.value) or "there is no file" in what


def test_what_is_wrong_in_the_extended_file_is_shown_there(tmp_path):
    with pytest.raises(hg.ModelFileError, match=r"base\.yaml:9"):
        files(tmp_path, new="title: New\nextends: base\nwithout: [loss]\n")
