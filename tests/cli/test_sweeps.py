"""The verbs that look at many points, as scripts use them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import hedging_games as hg
from hedging_games.cli.main import cli


def run(*arguments):
    return CliRunner().invoke(cli, list(arguments))


def answer(*arguments):
    done = run(*arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    assert done.output.count("\n") == 1
    return json.loads(done.output)


GRID = ("engagement-card", "--over", "card=0:10:11", "--over", "alignment_loss=0:10:11")


def test_a_sweep_answers_with_the_keys_of_the_contract(tmp_path):
    out = tmp_path / "grid.csv"
    found = answer("sweep", *GRID, "--out", str(out))
    assert {"axes", "points", "share_some", "share_every"} <= found.keys()
    assert found["points"] == 121
    assert found["axes"][0] == {"name": "card", "low": "0", "high": "10", "count": 11}
    # Of the 121 points the event is lost at those with card < loss - 2: 1 + 2 + ... + 8 = 36; on the border, 9 points, it is
    # played in some equilibrium only.
    assert found["share_some"] == "85/121"
    assert found["share_every"] == "76/121"
    assert found["written"] == [str(out)]
    assert len(out.read_text(encoding="utf-8").splitlines()) == 122


def test_a_store_can_be_continued_and_another_sweep_is_refused(tmp_path):
    store = str(tmp_path / "grid.zarr")
    assert answer("sweep", *GRID, "--out", store) == answer("sweep", *GRID, "--out", store)
    done = run("sweep", "engagement-card", "--over", "card=0:10:12", "--out", store)
    assert "another sweep" in str(done.exception)


def test_samples():
    found = answer(
        "sweep", "engagement-card", "--sample", "sobol:256", "--seed", "3", "--over", "card", "--over", "sanction=1:2"
    )
    assert found["sample"] == {"method": "sobol", "count": 256, "seed": 3}
    assert found["axes"] == [{"name": "card", "low": "0", "high": "10"}, {"name": "sanction", "low": "1", "high": "2"}]


def test_point_options_hold_the_other_parameters():
    plain = answer("sweep", "engagement-card", "--over", "card=0,3,10")
    dearer = answer("sweep", "engagement-card", "--over", "card=0,3,10", "--set", "alignment_loss=9")
    assert (plain["share_some"], dearer["share_some"]) == ("2/3", "1/3")


def test_plot_writes_a_figure(tmp_path):
    pytest.importorskip("matplotlib")
    out = tmp_path / "d.svg"
    assert answer("plot", *GRID, "--out", str(out))["written"] == [str(out)]
    assert out.read_text(encoding="utf-8").startswith("<?xml")


def test_plot_over_one_parameter_is_a_strip(tmp_path):
    pytest.importorskip("matplotlib")
    out = tmp_path / "strip.svg"
    assert answer("plot", "engagement-card", "--over", "card=0:8", "--out", str(out))["written"] == [str(out)]
    assert "[0, 3): Align" in out.read_text(encoding="utf-8")


def test_sensitivity_answers_with_indices():
    found = answer("sensitivity", "engagement-card", "--over", "card", "--over", "alignment_loss", "--points", "64")
    assert found["indices"].keys() == {"card", "alignment_loss"}
    assert found["indices"]["alignment_loss"]["intervals"] == ["[0, 6]"]
    assert "what ends it" in run("sensitivity", "engagement-card", "--points", "16").output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sweep", "engagement-card"), "no axis"),
        (("sweep", "engagement-card", "--over", "card=0:10"), "LOW:HIGH:COUNT"),
        (("sweep", "engagement-card", "--over", "card=0:10:0"), "whole number"),
        (("sweep", "engagement-card", "--over", "card=10:0:5"), "smaller number first"),
        (("sweep", "engagement-card", "--over", "card=0:1:2", "--over", "card=0:1:3"), "twice"),
        (("sweep", "engagement-card", "--over", "crad=0:1:2"), "did you mean 'card'"),
        (("sweep", "engagement-card", "--over", "card=0:1:2", "--out", "x.xls"), "ending"),
        (("sweep", "engagement-card", "--sample", "halton:8"), "sobol:16384"),
        (("sweep", "old.nfg", "--over", "card=0:1:2"), "without parameters"),
        (("plot", "engagement-card"), "one or two different parameters"),
    ],
)
def test_wrong_options_are_refused_with_the_remedy(arguments, says):
    done = run(*arguments)
    assert done.exit_code != 0
    assert says in str(done.exception)


def test_an_interrupted_sweep_says_how_to_go_on(tmp_path, monkeypatch):
    from hedging_games.analysis.sweep import store

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store.Store, "write", interrupted)
        done = CliRunner().invoke(
            cli, ["sweep", "engagement-card", "--over", "card=0:10:5", "--out", str(tmp_path / "s.zarr")]
        )
    assert done.exit_code != 0
    assert "the same command continues" in done.stderr
    again = CliRunner().invoke(
        cli, ["sweep", "engagement-card", "--over", "card=0:10:5", "--out", str(tmp_path / "s.zarr")]
    )
    assert again.exit_code == 0


@pytest.mark.parametrize("name", ["some", "regime", "low_Row", "hedge_high"])
def test_a_parameter_that_is_called_as_a_result_is_refused_as_an_axis(tmp_path, name):
    # In a table with two columns of one name one of the two would be lost.
    model = tmp_path / "clash.yaml"
    model.write_text(
        f"title: clash\nplayers: [Row, Col]\nparameters: {{{name}: {{baseline: 1, range: [0, 2]}}, other: {{baseline: 1, range: [0, 2]}}}}\n"
        f"play: {{Row: [U1, D1], Col: [U2, D2]}}\nhedge: U1 and U2\n"
        f'payoffs: {{Row: "{name}*[U1 and U2] + [D1 and D2]", Col: "other*[U1 and U2] + [D1 and D2]"}}\n',
        encoding="utf-8",
    )
    results = ("--concept", "pure-nash", "--output", "hedge", "--output", "payoffs", "--out", str(tmp_path / "s.zarr"))
    for axes in (("--over", f"{name}=0:2:3"), ("--over", name, "--sample", "sobol:16")):
        done = run("sweep", str(model), *axes, *results)
        assert f"the parameter '{name}' is called as a result is" in str(done.exception)
    assert run("sweep", str(model), "--over", "other=0:2:3", *results).exit_code == 0


def test_of_the_event_alone_a_game_over_time_is_swept_by_formulas():
    found = answer("sweep", "forced-choice", "--over", "hazard=0:1:3", "--event-only")
    assert (found["engine"], found["regimes"]) == ("formulas", [])
    assert answer("sweep", "forced-choice", "--over", "hazard=0:1:3")["engine"] == "solver"


def test_sensitivity_draws_its_charts(tmp_path):
    path = tmp_path / "charts.svg"
    found = answer("sensitivity", "engagement-card", "--points", "16", "--figure", str(path), "--width", "column")
    assert found["written"] == [str(path)]
    assert 'width="244.8pt"' in path.read_text(encoding="utf-8")
    done = run("sensitivity", "engagement-card", "--figure", str(tmp_path / "charts.jpg"))
    assert isinstance(done.exception, hg.InputError)
    assert "choose one of .svg" in str(done.exception)
