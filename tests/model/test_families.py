"""Families of identical players, against the same game written out player by player, and against equilibria found by hand."""

from __future__ import annotations

import io
import itertools
from fractions import Fraction as F

import pygambit
import pytest

import hedging_games as hg
from command_line import run
from hedging_games.errors import ModelFileError
from hedging_games.formats import nfg_text, parse_nfg

PUBLIC_GOOD = """\
title: A public good of allies
players: {Ally: {role: ally, count: 5}}
parameters: {worth: 9, cost: 5}
play:
  Ally: [Give, Keep]
payoffs:
  Ally: (worth - count(Give))*count(Give) - cost*[Give]
hedge: count(Give) == 2
"""
"""With k gifts everybody has k(9 - k): the k-th gift adds 10 - 2k to what each ally has (Olson and Zeckhauser's diminishing returns)."""


def public_good(size=5, **replaced):
    text = PUBLIC_GOOD.replace("count: 5", f"count: {size}")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return hg.read_model_text(text)


def givers(equilibrium):
    """The probability with which each ally gives."""
    return tuple(s["Give"] for s in (equilibrium.profile.at(name) for name in equilibrium.payoffs))


def test_a_family_is_the_same_game_as_its_members_written_out():
    names = ["Ally_1", "Ally_2", "Ally_3"]
    total = " + ".join(f"[{name}.Give]" for name in names)
    lines = ["title: A public good of allies", "players: {" + ", ".join(f"{n}: {{role: ally}}" for n in names) + "}"]
    lines += ["parameters: {worth: 9, cost: 5}", "play:", *(f"  {name}: [Give, Keep]" for name in names), "payoffs:"]
    lines += [f'  {name}: "(worth - ({total}))*({total}) - cost*[{name}.Give]"' for name in names]
    written_out = hg.read_model_text("\n".join([*lines, f'hedge: "{total} == 2"']))
    assert public_good(3) == written_out
    assert hg.read_model_text(public_good(3).dump()) == written_out


def test_five_allies_give_until_a_further_gift_adds_less_than_it_costs():
    """The k-th gift adds 10 - 2k to its giver: 6 for the second, 4 for the third, at a cost of 5. So exactly two give, whoever they are, though
    all five together gain 5(10 - 2k) by the k-th gift, more than it costs up to the fourth."""
    found = hg.solve(public_good().at(), "pure-nash")
    assert found.complete == "all"
    assert sorted(givers(e) for e in found) == sorted(set(itertools.permutations([1, 1, 0, 0, 0])))
    by_gambit = pygambit.nash.enumpure_solve(pygambit.read_nfg(io.StringIO(nfg_text(public_good().at()))))
    assert len(by_gambit.equilibria) == len(found) == 10


def test_five_allies_all_give_with_three_eighths_where_each_is_indifferent():
    """If m others give, an own gift adds 8 - 2m. The four others give 4p on average, and 8 - 8p = 5 at p = 3/8; at no other p is one indifferent."""
    game = public_good().at()
    mixed = {f"Ally_{k}": {"Give": F(3, 8), "Keep": F(5, 8)} for k in range(1, 6)}
    judged = hg.judge(game, mixed, "nash")
    assert judged.is_equilibrium
    assert judged.largest_gain == 0
    off = {name: {"Give": F(1, 2), "Keep": F(1, 2)} for name in mixed}
    assert not hg.judge(game, off, "nash").is_equilibrium


def test_three_allies_have_seven_equilibria_found_by_hand():
    """Two give and one keeps (3); all mix, 8 - 4p = 5, p = 3/4; one gives and two mix, 8 - 2(1 + q) = 5, q = 1/2, the giver having 8 - 2*2q = 6
    by its gift (3). With one who keeps for sure the other two would need 8 - 2q = 5, q > 1; with one mixing alone, 6 or 4 or 8 is not 5."""
    half = F(1, 2)
    expected = {(F(3, 4),) * 3, *itertools.permutations((1, 1, 0)), *itertools.permutations((1, half, half))}
    found = hg.solve(public_good(3).at())
    assert found.complete == "all"
    assert {givers(e) for e in found} == expected


def test_equilibria_that_permute_members_are_shown_once_and_counted(tmp_path):
    (tmp_path / "good.yaml").write_text(PUBLIC_GOOD, encoding="utf-8")
    shown = run("solve", str(tmp_path / "good.yaml"), "--concept", "pure-nash").stdout
    assert "10 equilibria" in shown
    assert "differ by which of Ally_1" in shown
    assert "--full" in shown


def test_a_family_goes_to_gambit_and_back():
    game = public_good(3).at()
    back = parse_nfg(nfg_text(game))
    assert back.form.players == ("Ally_1", "Ally_2", "Ally_3")
    again = hg.solve(back, "pure-nash")
    assert sorted(tuple(e.payoffs.values()) for e in again) == sorted([(9, 9, 14), (9, 14, 9), (14, 9, 9)])


SEQUENTIAL = """\
title: Allies, then an enemy
players: {Ally: {count: 2}, Enemy: {}}
parameters: {c: 1}
play:
  Gift: {by: Ally, actions: [Give, Keep]}
  Thanks: {by: Ally, actions: [Thank, Scorn], sees: [Gift], when: Give}
  Enemy: {actions: [Attack, Wait], sees: [Gift], when: count(Give) < 2}
payoffs:
  Ally: count(Give and not Attack) - c*[Give] + [Thank]
  Enemy: "[Attack]*(1 - count(Give))"
hedge: count(Give) == 2 and not Thanks_1.Scorn
"""


def test_a_members_own_action_is_meant_where_the_member_is_spoken_of():
    model = hg.read_model_text(SEQUENTIAL)
    assert list(model.decisions) == ["Gift_1", "Gift_2", "Thanks_1", "Thanks_2", "Enemy"]
    assert [d.player for d in model.decisions.values()] == ["Ally_1", "Ally_2", "Ally_1", "Ally_2", "Enemy"]
    assert model.decisions["Thanks_2"].sees == model.decisions["Enemy"].sees == ("Gift_1", "Gift_2")
    assert str(model.decisions["Thanks_2"].when) == "Gift_2.Give"
    assert str(model.decisions["Enemy"].when) == "[Gift_1.Give] + [Gift_2.Give] < 2"
    assert str(model.payoffs["Ally_2"]) == (
        "[Gift_1.Give and not Attack] + [Gift_2.Give and not Attack] - c*[Gift_2.Give] + [Thanks_2.Thank]"
    )
    assert str(model.hedge) == "[Gift_1.Give] + [Gift_2.Give] == 2 and not Thanks_1.Scorn"


def test_numbers_of_a_family_are_chosen_at_once():
    """Each of two allies gains 1 for its own gift g and loses g squared: g = 1/2, whatever the other does."""
    model = hg.read_model_text(
        "title: Gifts\nplayers: {Ally: {count: 2}}\nplay:\n  gift: {by: Ally, actions: {from: 0, to: 1}}\n"
        "payoffs:\n  Ally: gift - gift**2 + count(gift > 0)\nhedge: count(gift == 1/2) == 2\n"
    )
    assert model.is_continuous
    assert model.hedge is not None
    (only,) = hg.solve(model.at())
    assert only.payoffs == {"Ally_1": F(9, 4), "Ally_2": F(9, 4)}


def test_a_family_plays_over_time():
    model = hg.read_model_text(
        "title: Gifts\nplayers: {Ally: {count: 2}}\nparameters: {d: {baseline: 1/2, range: [0, 9/10]}}\n"
        "play:\n  Ally: [Give, Keep]\npayoffs:\n  Ally: 3*count(Give) - 2*[Give]\ndiscount: {Ally: d}\n"
        'next:\n  - {at: count(Give) == 2, to: end, worth: {Ally: "4*[Give]"}}\n  - {at: count(Give) < 2, to: same}\n'
        "hedge: {reaches: count(Give) == 2}\n"
    )
    assert model.course is not None
    assert [*model.course.discounts] == ["Ally_1", "Ally_2"]
    assert {name: str(worth) for name, worth in model.course.transitions[0].worth.items()} == {
        "Ally_1": "4*[Ally_1.Give]",
        "Ally_2": "4*[Ally_2.Give]",
    }
    assert hg.read_model_text(model.dump()) == model


def test_a_table_of_payoffs_has_one_column_for_a_family():
    table = (
        "payoffs:\n  table:\n"
        '    - {at: count(Give) >= 2, Ally: "worth - cost*[Give]"}\n'
        '    - {at: count(Give) < 2, Ally: "-cost*[Give]"}\n'
    )
    before, _ = PUBLIC_GOOD.split("payoffs:")
    model = hg.read_model_text(before.replace("count: 5", "count: 3") + table)
    found = hg.solve(model.at(), "pure-nash")
    # A threshold of two: exactly two give (9 - 5 > 0), or nobody does.
    assert sorted(givers(e) for e in found) == [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


@pytest.mark.parametrize(
    ("old", "new", "what", "remedy", "where"),
    [
        ("count: 5", "count: 1", "'count' of 'Ally' is 1", "from 2 to 12", (2, 37)),
        ("count: 5", "count: 5/2", "'count' of 'Ally' is 5/2", "from 2 to 12", (2, 37)),
        ("count: 5", "count: 13", "'count' of 'Ally' is 13", "from 2 to 12", (2, 37)),
        ("count: 5", "count: many", "'count' of 'Ally' mentions 'many'", "write", (2, 37)),
        (
            "hedge: count(Give) == 2",
            "hedge: Give",
            "'Give' is an action of every Ally",
            "write count(Give) == 5",
            (8, 8),
        ),
        (
            "hedge: count(Give) == 2",
            "hedge: Ally.Give",
            "'Ally.Give' is an action of every Ally",
            "Ally_1.Give",
            (8, 8),
        ),
        ("hedge: count(Give) == 2", "hedge: count(Giv) == 2", "speaks of no family", "did you mean 'Give'?", (8, 8)),
        ("hedge: count(Give) == 2", "hedge: count(Ally.Giv) == 2", "'Ally' has no action 'Giv'", "'Give'", (8, 14)),
        ("hedge: count(Give) == 2", "hedge: Ally.Giv", "'Ally' has no action 'Giv'", "'Give'", (8, 8)),
        ("hedge: count(Give) == 2", "hedge: count(Ally) == 2", "is a decision, not an action", "Ally.Give", (8, 14)),
        ("cost: 5}", "cost: count(Give)}", "nothing that a family chooses is known", "in payoffs", (3, 30)),
        ("count: 5}", "count: 5}, Ally_1: {count: 2}", "'Ally_1' is a player, and also", "rename", (2, 41)),
        ("hedge: count(Give) == 2", "hedge: count(count(Give) > 1) > 2", "count stands in count", "'let:'", (8, 14)),
        ("hedge: count(Give) == 2", "hedge: count(Give, Keep) == 2", "count is of one condition", "and or or", (8, 8)),
        ("  Ally: (worth", "  Ally_1: (worth", "'payoffs' name 'Ally_1'", "did you mean 'Ally'?", (7, 3)),
        ("{role: ally, count: 5}", "{role: ally}", "count is over a family", "players: {Ally: {count: 5}}", (7, 18)),
        ("count: 5}", "count: 5}, Ally_2: {}", "'Ally_2' is a player, and also a member", "rename", (2, 41)),
        ("cost: 5}", "cost: 5, count: 2}", "'count' is a reserved word", "another name", (3, 33)),
        ("  Ally: [Give, Keep]", "  Ally: []", "offers no actions", "list at least one", (5, 9)),
    ],
)
def test_what_is_wrong_with_a_family_is_said_once_with_its_place_and_a_remedy(old, new, what, remedy, where):
    assert old in PUBLIC_GOOD
    with pytest.raises(ModelFileError) as refused:
        hg.read_model_text(PUBLIC_GOOD.replace(old, new))
    found = [p for p in refused.value.problems if what in p.what]
    assert len(found) >= 1
    assert remedy in found[0].remedy
    assert found[0].where is not None
    assert (found[0].where.line, found[0].where.column) == where


def test_a_decision_of_a_family_is_not_called_as_that_of_a_member_of_another_decision():
    text = PUBLIC_GOOD.replace(
        "  Ally: [", "  Gift: {by: Ally, actions: [A, B]}\n  Gift_1: {by: Ally, actions: [C, D]}\n  Ally: ["
    )
    with pytest.raises(ModelFileError, match="'Gift_1' is a decision, and also that of a member of a family"):
        hg.read_model_text(text)


def test_a_mistake_in_a_familys_payoff_is_reported_once():
    with pytest.raises(ModelFileError) as refused:
        hg.read_model_text(PUBLIC_GOOD.replace("cost*[Give]", "cosst*[Give]"))
    assert [p.what for p in refused.value.problems] == ["unknown name 'cosst'"]


def test_a_word_of_two_families_is_counted_in_the_one_that_is_named():
    text = PUBLIC_GOOD.replace("count: 5}}", "count: 2}, Firm: {count: 3}}").replace(
        "[Give, Keep]\n", "[Give, Keep]\n  Firm: [Give, Sell]\n"
    )
    text = text.replace("hedge:", '  Firm: "-[Give]"\nhedge:')
    with pytest.raises(ModelFileError, match="speaks of several families: Ally, Firm"):
        hg.read_model_text(text)
    model = hg.read_model_text(text.replace("count(Give)", "count(Firm.Give)"))
    assert str(model.hedge) == "[Firm_1.Give] + [Firm_2.Give] + [Firm_3.Give] == 2"
    assert str(model.payoffs["Firm_2"]) == "-[Firm_2.Give]"
    assert str(model.payoffs["Ally_1"]).endswith("- cost*[Ally_1.Give]")


def test_a_family_that_is_extended_may_have_another_size(tmp_path):
    (tmp_path / "base.yaml").write_text(PUBLIC_GOOD, encoding="utf-8")
    (tmp_path / "new.yaml").write_text("title: New\nextends: base\nplayers: {Ally: {count: 3}}\n", encoding="utf-8")
    assert hg.load(tmp_path / "new.yaml").players == public_good(3).players
