"""What a user meets when something is wrong outside the game: one message with its remedy, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.files import whole_file
from hedging_games.analysis.sweep.design import latin_hypercube, sobol, span
from hedging_games.analysis.sweep.pool import process_pool
from hedging_games.analysis.sweep.run import sweep
from hedging_games.errors import did_you_mean
from hedging_games.model.catalogue import models_directory
from hedging_games.model.reader import read_model_text

# Without -B a command that may not write long files leaves bytecode cut short, which every later one would stumble over.
COMMAND = (sys.executable, "-B", "-m", "hedging_games")
GRID = ("engagement-card", "--over", "card=0:10:61", "--over", "alignment_loss=0:10:61")
SMALL = 'title: {title}\nplayers: [A]\nparameters:\n  x: {{baseline: 1, range: "{range}"}}\nplay: {{A: [L, R]}}\npayoffs: {{A: "x*[L]"}}\n'


def run(*words, **options):
    return subprocess.run([*COMMAND, *words], capture_output=True, check=False, timeout=120, **options)


def refused(done, *says, status=2):
    said = done.stderr.decode()
    assert done.returncode == status, said
    assert said.startswith("error["), said
    assert "Traceback" not in said
    for words in says:
        assert words in said
    return said


def limited_to(size):
    """Files may have so many bytes, as on a disk that is nearly full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


# --- files that cannot be written ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "parquet", "nc", "npz"])
def test_a_file_that_does_not_fit_leaves_nothing_and_spares_what_was_there(tmp_path, ending):
    out = tmp_path / f"grid.{ending}"
    out.write_bytes(b"yesterday's")
    done = run("sweep", *GRID, "--out", str(out), preexec_fn=limited_to(1000))
    refused(done, f"cannot write '{out}'", "make room")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [(out.name, b"yesterday's")]
    assert run("sweep", *GRID, "--out", str(out)).returncode == 0
    assert out.stat().st_size > 1000


def test_a_figure_and_a_game_that_do_not_fit_leave_nothing(tmp_path):
    done = run("plot", *GRID, "--out", str(tmp_path / "a.svg"), preexec_fn=limited_to(1000))
    refused(done, "File too large")
    done = run(
        "convert", "engagement-card", "--to", "efg", "--out", str(tmp_path / "a.efg"), preexec_fn=limited_to(100)
    )
    refused(done, "File too large")
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_does_not_fit_is_continued_when_there_is_room(tmp_path):
    call = (
        "sweep",
        "engagement-card",
        "--over",
        "card=0:10:2001",
        "--over",
        "alignment_loss=0:10:801",
        "--output",
        "margin",
        "--out",
    )
    store = tmp_path / "s.zarr"
    done = run(*call, str(store), preexec_fn=limited_to(20_000))
    refused(done, f"cannot write '{store}'", "the same command continues")
    assert store.exists()
    assert run(*call, str(store)).returncode == 0
    over = {"card": span(0, 10, 2001), "alignment_loss": span(0, 10, 801)}
    stored = sweep(hg.load("engagement-card"), over, outputs=("regime", "margin"), store=store)
    right = sweep(hg.load("engagement-card"), over, outputs=("regime", "margin"))
    assert all(np.array_equal(stored[name], right[name]) for name in right.data)


@pytest.mark.parametrize("name", ["x.csv", "deep/x.zarr"])
def test_a_place_that_is_no_folder_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    for folder in (tmp_path / "file", Path("/dev/null")):
        refused(run("sweep", *GRID, "--out", str(folder / name)), f"cannot write '{folder / name}'", "another path")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    for name in ("x.zarr", "x.csv"):
        refused(run("sweep", *GRID, "--out", str(tmp_path / name)), "Permission denied")


def test_output_that_cannot_be_written_is_said_once():
    for words in (("solve", "engagement-card"), ("list", "--format", "json"), ("--help",)):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run([*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, check=False, timeout=120)
        refused(done, "No space left on device")


def test_a_name_for_an_open_stream_is_written_to_as_it_is():
    done = run("convert", "engagement-card", "--to", "efg", "--out", "/dev/stderr")
    assert done.returncode == 0
    assert done.stderr.startswith(b"EFG 2 R")


def test_a_file_that_was_begun_is_taken_away_if_its_writer_fails(tmp_path):
    def fails():
        with whole_file(tmp_path / "a.csv") as partial:
            partial.write_text("half", encoding="utf-8")
            raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        fails()
    assert list(tmp_path.iterdir()) == []


# --- numbers, names and rows ---------------------------------------------------------------------------------------------------


def test_a_seed_below_zero_is_refused():
    refused(run("sweep", "engagement-card", "--sample", "sobol:16", "--seed", "-1"), "the seed -1")
    refused(run("sensitivity", "engagement-card", "--seed", "-1"), "the seed -1")
    for make in (sobol, latin_hypercube):
        with pytest.raises(hg.InputError, match="the seed"):
            make(16, -3)


def test_an_empty_value_of_a_list_is_refused():
    for values in ("1,2,,3", "1,", ","):
        refused(run("sweep", "engagement-card", "--over", f"card={values}"), "has an empty value")


@pytest.mark.parametrize("name", ["a" * 256, "a" * 5000, "a\0b"])
def test_a_name_that_no_file_can_have_is_no_model(name):
    with pytest.raises(hg.InputError, match="no model is called"):
        hg.load(name)
    with pytest.raises(hg.InputError, match="cannot be opened"):
        hg.load(f"{name}.yaml")


def test_points_from_a_closed_input_and_from_a_row_without_end_are_refused():
    done = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' -m hedging_games solve engagement-card --points - <&-"],
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    refused(done, "standard input is closed")
    refused(run("solve", "engagement-card", "--points", "/dev/zero"), "the row does not end", "/dev/zero:1:1")


def test_a_row_that_is_too_long_but_ends_is_passed_over(tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("card\n" + "1" * 300_000 + "\n4\n", encoding="utf-8")
    done = run("solve", "engagement-card", "--points", str(rows))
    first, second = map(json.loads, done.stdout.decode().splitlines())
    assert "error" in first
    assert second["parameters"]["card"] == "4"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("x = 1\n", "has no function main"),
        ("main = 3\n", "has no function main"),
        ("def main(", "SyntaxError"),
        ("def main(_):\n    1 / 0\n", "ZeroDivisionError"),
    ],
)
def test_an_example_that_cannot_be_run_is_named(tmp_path, script, says):
    (tmp_path / "one.py").write_text(script, encoding="utf-8")
    done = run("reproduce", "--examples", str(tmp_path))
    progress, done.stderr = done.stderr.split(b"\n", 1)
    assert progress.startswith(b"[1/1]")
    refused(done, "one.py", says)


def test_file_names_that_are_no_text_are_shown_with_escapes(tmp_path):
    odd = os.fsencode(tmp_path) + b"/n\xff.yaml"
    shutil.copy(models_directory() / "engagement-card.yaml", odd)
    done = run("solve", odd, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["model"] == "n\\udcff"
    refused(run("solve", odd.replace(b"n", b"m")), "there is no file", "\\udcff.yaml")
    out = tmp_path / "a.svg"
    assert run("plot", odd, *GRID[1:], "--out", str(out)).returncode == 0


# --- model files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("escape", ["\\e[31m", "\\0", "\\a", "\\x9b", "\\u202E", "\\u2066", "\\b"])
def test_control_characters_are_refused_also_where_they_are_escaped(escape):
    with pytest.raises(hg.InputError, match=r"control character U\+") as problem:
        read_model_text(SMALL.format(title=f'"a{escape}b"', range="[0, 2]"))
    assert problem.value.problems[0].where.line == 1
    with pytest.raises(hg.InputError, match=r"control character U\+"):
        read_model_text(SMALL.format(title="a", range="[0, 2]") + f'cases: {{c: {{x: 1, note: "{escape}"}}}}\n')


def test_line_breaks_and_letters_of_all_scripts_are_kept():
    assert read_model_text(SMALL.format(title='"a\\n\\tb \\u05d0 é"', range="[0, 2]")).title == "a\n\tb א é"


def test_unknown_keys_are_described_up_to_a_limit_and_counted():
    def said(count):
        text = SMALL.format(title="a", range="[0, 2]") + "".join(f"k{k}: 1\n" for k in range(count))
        with pytest.raises(hg.InputError) as problem:
            read_model_text(text)
        return problem.value.problems

    assert [len(said(count)) for count in (1, 40, 41, 42, 20_000)] == [1, 40, 41, 41, 41]
    assert [said(count)[-1].what for count in (41, 42, 20_000)] == [
        "and 1 more problem",
        "and 2 more problems",
        "and 19960 more problems",
    ]


@pytest.mark.parametrize(
    "written",
    [
        "[0, 10**64]",
        "[0, 1e99]",
        "[1e-99, 2]",
        "[0, 3**64 * 7**64]",
        "[-(10**60) - 1, 1 + 1/3**64]",
        "[0, 1.5e-98 * 10**64 * 10**64]",
    ],
)
def test_numbers_of_any_length_that_are_read_can_be_written_and_read_again(written):
    model = read_model_text(SMALL.format(title="a", range=written))
    again = read_model_text(model.dump())
    assert again.parameters["x"].range == model.parameters["x"].range
    assert again.dump() == model.dump()


def test_long_numbers_in_formulas_can_be_read_again():
    for number in ("1e99", "123456789e80", "1.25e-99", "7"):
        text = SMALL.format(title="a", range="[0, 2]").replace("x*[L]", f"{number}*x*[L]")
        assert read_model_text(read_model_text(text).dump()).at().payoffs.max() == Fraction(number)


def test_no_one_is_asked_whether_they_meant_what_they_wrote(tmp_path):
    link = tmp_path / "dangling.yaml"
    link.symlink_to(tmp_path / "gone.yaml")
    with pytest.raises(hg.InputError, match=r"a link to '.*gone\.yaml', which is not there"):
        hg.load(link)
    link.unlink()
    link.symlink_to(models_directory() / "engagement-card.yaml")  # what the message says to do
    assert hg.load(link).title
    assert did_you_mean("card", ["card", "cart"]) == "did you mean 'cart'?"
    assert did_you_mean("card", ["card"]) == "nothing may stand here"


# --- time ----------------------------------------------------------------------------------------------------------------------


def test_reading_a_game_is_under_the_time_limit(tmp_path):
    chain = "".join(
        f'p "" {k % 2 + 1} {k // 2 + 1} "" {{ "s" "c" }} 0\nt "" {k + 1} "" {{ 1, 1 }}\n' for k in range(60_000)
    )
    path = tmp_path / "chain.efg"
    path.write_text('EFG 2 R "deep" { "A" "B" }\n' + chain + 't "" 60001 "" { 2, 2 }\n', encoding="utf-8")
    for verb in ("solve", "eliminate", "branch", "risk-dominance"):
        refused(run(verb, str(path), "--time-limit", "0.1"), "the time limit was reached", status=1)


def test_no_solver_starts_a_process():
    # So none can outlive its parent. The hook sees every way in which Python starts one.
    script = (
        "import sys, hedging_games as hg\n"
        "def watch(event, _):\n"
        "    if event in ('subprocess.Popen', 'os.fork', 'os.forkpty', 'os.posix_spawn', 'os.system', 'os.exec'):\n"
        "        print('started by', event)\n"
        "sys.addaudithook(watch)\n"
        "hg.condition(hg.load('hedging-triangle'), 'every').cells\n"
        "hg.solve(hg.load('allied-resistance').at())\n"
        "print('done')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout == "done\n"


def test_a_pool_ends_at_once_when_its_sweep_is_interrupted():
    pools = []

    def interrupted():
        with process_pool(1) as pool:
            pools.append(pool.submit(signal.pause))
            while not pools[0].running():
                pass
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert pools[0].done()
