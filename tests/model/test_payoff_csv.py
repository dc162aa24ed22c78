"""Payoffs from and to tables of comma-separated values."""

from __future__ import annotations

from dataclasses import replace

import pytest

import hedging_games as hg
from command_line import run
from hedging_games.model.catalogue import every_name
from hedging_games.model.fields import Report
from hedging_games.model.payoff_csv import read_payoff_csv
from hedging_games.model.source import source_from_text
from hedging_games.model.yaml_tree import read_tree

MODEL = """\
title: A card
players: [SmallState, Ally]
parameters: {card: 4, loss: 5, sanction: 2}
play:
  SmallState: [Align, Engage]
  Ally: {actions: [Tolerate, Punish], sees: all, when: Engage}
payoffs: PAYOFFS
hedge: Tolerate
"""
TABLE = """\
SmallState,Ally,u(SmallState),u(Ally)
Align,,1,0
Engage,Tolerate,2,card - loss
Engage,Punish,-sanction,-2
"""
BY_HAND = """
  table:
    - {at: SmallState.Align, SmallState: 1, Ally: 0}
    - {at: SmallState.Engage and Ally.Tolerate, SmallState: 2, Ally: card - loss}
    - {at: SmallState.Engage and Ally.Punish, SmallState: -sanction, Ally: -2}"""


def model_with(tmp_path, table):
    (tmp_path / "payoffs.csv").write_text(table, encoding="utf-8")
    (tmp_path / "card.yaml").write_text(MODEL.replace("PAYOFFS", "{csv: payoffs.csv}"), encoding="utf-8")
    return hg.load(tmp_path / "card.yaml")


@pytest.mark.parametrize(
    "table", [TABLE, TABLE.replace(",", ";"), TABLE.replace("\n", "\r\n"), "\ufeff" + TABLE + "\n,,,\n"]
)
def test_a_file_of_payoffs_is_the_table_written_by_hand(tmp_path, table):
    model = model_with(tmp_path, table)
    assert model == hg.read_model_text(MODEL.replace("PAYOFFS", BY_HAND))
    assert hg.read_model_text(model.dump()) == model


def test_a_change_of_the_table_is_noticed(tmp_path):
    model_with(tmp_path, TABLE)
    assert [e.payoffs["SmallState"] for e in hg.solve(tmp_path / "card.yaml")] == [2]
    (tmp_path / "payoffs.csv").write_text(TABLE.replace("Tolerate,2", "Tolerate,3"), encoding="utf-8")
    assert [e.payoffs["SmallState"] for e in hg.solve(tmp_path / "card.yaml")] == [3]


NAMES = [name for name in every_name() if not (hg.load(name).is_continuous or hg.load(name).is_over_time)]


@pytest.mark.parametrize("name", NAMES)
def test_the_payoffs_of_a_model_come_back_from_the_table_that_is_written(tmp_path, name):
    model = hg.load(name)
    game = model.at()
    text = hg.csv_text(game)
    assert len(text.splitlines()) == 1 + len(game.form.terminals)
    (tmp_path / "payoffs.csv").write_text(text, encoding="utf-8")
    tree, _ = read_tree(source_from_text("csv: payoffs.csv", str(tmp_path / "model.yaml")))
    report = Report()
    table = read_payoff_csv(tree.get("csv"), model.players, model.decisions, report)
    assert report.problems == []
    again = replace(model, payoffs=table).at()
    assert again.form == game.form
    assert (again.payoffs == game.payoffs).all()


@pytest.mark.parametrize(
    ("old", "new", "what", "remedy"),
    [
        (
            "SmallState,Ally,u",
            "Small,Ally,u",
            "'Small' is neither a decision nor a payoff",
            "did you mean 'SmallState'?",
        ),
        ("u(Ally)\n", "Ally\n", "the column 'Ally' is there twice", "keep one"),
        (",u(Ally)\n", "\n", "there is no column 'u(Ally)'", "begin the file with a line such as"),
        ("Tolerate,2,", "Tolerate,2,5,", "this line has 1 cells more than the first", "with a decimal point"),
        ("Align,,1", ",,1", "says nothing about what was chosen", "name an action"),
        ("card - loss", "crad - loss", "unknown name 'crad'", "did you mean 'card'?"),
        ("Engage,Punish", "Align,Punish", "no row gives payoffs for the outcome Engage, Punish", "add a row"),
        ("Align,,1", "Aling,,1", "has no action 'Aling'", "did you mean 'Align'?"),
    ],
)
def test_what_is_wrong_in_a_table_is_said_with_the_line_of_the_table(tmp_path, old, new, what, remedy):
    assert old in TABLE
    with pytest.raises(hg.ModelFileError) as refused:
        model_with(tmp_path, TABLE.replace(old, new))
    problems = [p for p in refused.value.problems if what in p.what]
    assert problems, str(refused.value)
    assert remedy in problems[0].remedy
    assert problems[0].where.file.endswith("payoffs.csv")


def test_a_table_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(hg.ModelFileError, match="there is no file"):
        hg.read_model_text(MODEL.replace("PAYOFFS", "{csv: nowhere.csv}"), file=str(tmp_path / "m.yaml"))


def test_the_verb_writes_the_table():
    done = run("convert", "engagement-card", "--to", "csv")
    assert done.stdout.splitlines()[0] == "Choice,Reply,Client,u(SmallState),u(Ally),u(Partner)"
    assert done.stdout == hg.csv_text("engagement-card")
