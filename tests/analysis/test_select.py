"""Picking among equilibria: by which criterion, of how many, and never silently."""

from __future__ import annotations

import json

import pytest

import hedging_games as hg
from command_line import run

# Stag hunt: (Stag, Stag) pays 4 to both, (Hare, Hare) 3; with Stag at 3/4 both are indifferent and get 3. Leaving (Stag, Stag) alone loses
# 4 - 3 = 1, leaving (Hare, Hare) 3 - 0 = 3: the products are 1 and 9, so Hare is risk dominant.
HUNT = hg.matrix_game([[4, 0], [3, 3]], [[4, 3], [0, 3]], players=["A", "B"], actions=[["Stag", "Hare"]] * 2)
# Battle of the sexes: (2, 1), (1, 2) and the mixed one with 2/3 each: no one is best for both, the pure ones tie in welfare.
SEXES = hg.matrix_game([[2, 0], [0, 1]], [[1, 0], [0, 2]], players=["A", "B"], actions=[["X", "Y"]] * 2)


def played(selected):
    return [str(equilibrium.profile) for equilibrium in selected.equilibria]


def test_payoff_and_risk_dominance_disagree_in_the_stag_hunt():
    found = hg.solve(HUNT, "nash")
    assert len(found) == 3
    assert played(hg.select(found, "payoff-dominance")) == ["A: Stag; B: Stag"]
    safer = hg.select(found, "risk-dominance")
    assert played(safer) == ["A: Hare; B: Hare"]
    assert sorted(m for m in safer.measures if m is not None) == [1, 9]
    welfare = hg.select(found, "welfare")
    assert played(welfare) == ["A: Stag; B: Stag"]
    assert sorted(welfare.measures) == [6, 6, 8]


def test_what_no_criterion_favours_is_said_and_ties_are_picked_together():
    found = hg.solve(SEXES)
    none = hg.select(found, "payoff-dominance")
    assert none.picked == ()
    assert "none of 3 found" in none.said
    assert played(hg.select(found, "welfare")) == ["A: X; B: X", "A: Y; B: Y"]
    # Both lose 2 and 1 by leaving either pure equilibrium alone: 2 = 2, neither is safer.
    assert hg.select(found, "risk-dominance").picked == ()


def test_dominance_holds_against_every_other_equilibrium_by_the_definition():
    for name in hg.catalogue():
        model = hg.load(name)
        if model.is_continuous or model.is_over_time:
            continue
        found = hg.solve(model)
        picked = hg.select(found, "payoff-dominance").picked
        for k, one in enumerate(found):
            best = all(one.payoffs[p] == max(other.payoffs[p] for other in found) for p in one.payoffs)
            assert (k in picked) == best


def test_the_whole_answer_stays_and_says_what_was_picked_by_what():
    found = hg.solve("allied-resistance")
    selected = hg.select(found, "event")
    assert str(selected).startswith(str(found))
    assert "selected by event" in str(selected)
    assert f"#{selected.picked[0]} of 3 found" in str(selected)
    assert "selected by event" in selected._repr_html_()
    assert selected.cite() == found.cite()


def test_where_the_list_is_not_all_a_note_says_so():
    tied = hg.solve("engagement-card", card=3)
    assert tied.complete == "extreme"
    assert "only the listed equilibria were compared" in str(hg.select(tied, "welfare"))
    assert "only the listed" not in str(hg.select(hg.solve("engagement-card"), "welfare"))


def test_selection_is_among_what_a_refinement_keeps():
    refined = hg.refine(hg.solve("cherry-picking"), "intuitive")
    selected = hg.select(refined, "welfare")
    assert selected.found is refined.kept
    assert str(selected).startswith(str(refined))


def test_the_verb_lists_all_and_names_the_picked():
    text = run("solve", "allied-resistance", "--select", "welfare").stdout
    assert "selected by welfare" in " ".join(text.split())
    answer = json.loads(run("solve", "allied-resistance", "--select", "risk-dominance", "--format", "json").stdout)
    assert answer["selected"]["by"] == "risk-dominance"
    assert answer["selected"]["of"] == len(answer["equilibria"]) == 3
    (picked,) = answer["selected"]["picked"]
    assert answer["equilibria"][picked]["profile"]["Seoul"] == {"Accept": "1", "Resist": "0"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("solve", "engagement-card", "--select", "welfair"), "did you mean 'welfare'?"),
        (("solve", "engagement-card", "--select", "risk-dominance"), "take a game in which all choose at once"),
    ],
)
def test_what_cannot_be_selected_is_refused_with_a_remedy(words, says):
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_approximate_equilibria_and_games_without_event_are_refused():
    with pytest.raises(hg.InputError, match="known by approximation only"):
        hg.select(hg.solve(HUNT, "qre", precision=1), "welfare")
    with pytest.raises(hg.InputError, match="no event is named"):
        hg.select(hg.solve(HUNT), "event")
