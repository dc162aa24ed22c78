"""What a store vouches for: damage of every kind to every file, kills at every kind of moment, two writers, longer axes."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.sweep import pointwise, run
from hedging_games.analysis.sweep.design import sobol, span
from hedging_games.analysis.sweep.opening import opened
from hedging_games.analysis.sweep.plan import plan
from hedging_games.analysis.sweep.run import sweep
from hedging_games.model.reader import read_model_text

# Two by two, solved from formulas; with three actions each (below) it is solved point by point.
BY_FORMULAS = """
title: a test
players: [Row, Col]
parameters:
  a: {baseline: 1, range: [0, 2]}
  b: {baseline: 1, range: [0, 2]}
play: {Row: [U1, D1], Col: [U2, D2]}
payoffs: {Row: "a*[U1 and U2] + [D1 and D2]", Col: "b*[U1 and U2] + [D1 and D2]"}
hedge: U1 and U2
"""
BY_SOLVING = """
title: a test
players: [Row, Col]
parameters:
  a: {baseline: 1, range: [0, 2]}
  b: {baseline: 1, range: [0, 2]}
play: {Row: [U1, D1, M1, N1], Col: [U2, D2, M2, N2]}
payoffs:
  Row: a*[U1 and U2] + [D1 and D2] + b*[M1 and M2] + 2*[N1 and N2]
  Col: b*[U2 and U1] + a*[D2 and D1] + [M2 and M1] - [N2 and N1] + [N2 and U1]
hedge: U1 and U2
"""
GRID = {"a": span(0, 2, 9), "b": span(0, 2, 9)}
SWEEPS = {
    "a grid": (BY_FORMULAS, GRID, {"outputs": ("regime",), "chunk": 30}),
    "a grid with margins": (
        "engagement-card",
        {"card": span(0, 10, 9)},
        {"outputs": ("margin", "margin_every"), "chunk": 4},
    ),
    "a grid of payoffs": (BY_SOLVING, {"a": [0, 1, 2]}, {"outputs": ("regime", "hedge", "payoffs"), "chunk": 2}),
    "a sample": (BY_FORMULAS, None, {"sample": sobol(64, seed=1), "chunk": 30}),
}


def model_of(text):
    return read_model_text(text) if "\n" in text else hg.load(text)


def files_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :]


DAMAGES = {
    "deleted": lambda file: file.unlink(),
    "emptied": lambda file: file.write_bytes(b""),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-3]),
    "lengthened": lambda file: file.write_bytes(file.read_bytes() + b"\0"),
    "changed": lambda file: file.write_bytes(flipped(file.read_bytes())),
}


@pytest.fixture(scope="module", params=SWEEPS)
def stored(request, tmp_path_factory):
    """A finished sweep: what asks for it again, its store, and the store's files."""
    text, over, options = SWEEPS[request.param]
    model, path = model_of(text), tmp_path_factory.mktemp("stored") / "s.zarr"

    def again():
        return sweep(model, over, store=path, **options)

    again()
    return again, path, files_of(path)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_to_any_file_of_a_store_is_noticed_and_mended(stored, damage):
    again, path, whole = stored
    for name in whole:
        DAMAGES[damage](path / name)
        found = again()
        assert files_of(path) == whole, name
        # A store without its first or last file to be written is one that was killed while it was made, or in that block.
        is_as_killed = damage == "deleted" and (name == "zarr.json" or "/checksum/c/" in name)
        is_summary = name == "zarr.json" and damage in ("lengthened", "changed")
        assert bool(found.notes) != is_as_killed or is_summary, name


def test_a_whole_store_is_not_said_to_be_damaged(stored):
    again, path, whole = stored
    assert again().notes == ()
    assert files_of(path) == whole


def test_two_files_damaged_in_one_block_cost_that_block_alone(tmp_path, monkeypatch):
    model, path = model_of(BY_FORMULAS), tmp_path / "s.zarr"
    sweep(model, GRID, store=path, chunk=30)  # 9 × 9 points in blocks of 3 × 9: three of them
    whole = files_of(path)
    (path / "every" / "c" / "1" / "0").unlink()
    (path / "regime" / "c" / "1" / "0").write_bytes(b"\xff" * 70)
    asked, true = [], run.computed

    def counting(task, number):
        asked.append(number)
        return true(task, number)

    monkeypatch.setattr(run, "computed", counting)
    found = sweep(model, GRID, store=path, chunk=30)
    assert asked == [1]
    assert found.notes == (f"damaged in '{path}' and written again: block 1/0",)
    assert files_of(path) == whole


def test_a_block_of_another_sweep_is_not_taken_for_this_ones(tmp_path):
    # The pieces and the checksum of a block are moved together from a sweep at another point: each file is sound by itself.
    model, one, other = model_of(BY_SOLVING), tmp_path / "one.zarr", tmp_path / "other.zarr"
    sweep(model, {"a": [0, 1, 2]}, store=one, at={"b": 0}, chunk=2)
    sweep(model, {"a": [0, 1, 2]}, store=other, at={"b": 2}, chunk=2)
    whole = files_of(one)
    for name, content in files_of(other).items():
        if "/c/0" in name:
            (one / name).write_bytes(content)
    assert files_of(one) != whole
    sweep(model, {"a": [0, 1, 2]}, store=one, at={"b": 0}, chunk=2)
    assert files_of(one) == whole


@pytest.mark.parametrize("damage", ["emptied", "cut short"])
def test_a_store_that_no_longer_says_what_it_is_is_refused_and_left_alone(tmp_path, damage):
    model, path = model_of(BY_FORMULAS), tmp_path / "s.zarr"
    sweep(model, GRID, store=path)
    copies = (path / "zarr.json", path / "hedging_games_blocks" / "zarr.json")
    kept = copies[0].read_bytes()
    for file in copies:
        DAMAGES[damage](file)
    before = files_of(path)
    with pytest.raises(hg.InputError, match=r"zarr.json' and '.*/zarr.json', the two copies .* are both damaged"):
        sweep(model, GRID, store=path)
    assert files_of(path) == before
    copies[0].write_bytes(kept)  # what the message says to do
    sweep(model, GRID, store=path)


# --- kills ----------------------------------------------------------------------------------------------------------------------

# A child for each moment, which kills itself there: at the so manieth file it opens, renames, makes or removes.
KILLED = """
import os, signal, sys
import scipy, zarr  # once, not in every child
from hedging_games.analysis.sweep.design import span
from hedging_games.analysis.sweep.run import sweep
from hedging_games.model.reader import read_model_text

text, first, last = sys.argv[1], eval(sys.argv[3]), eval(sys.argv[4])
for moment in map(int, sys.argv[5:]):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        continue
    store = f"{sys.argv[2]}/{moment}.zarr"
    model = read_model_text(text)
    if first:
        sweep(model, first, store=store, chunk=30)
    left = moment

    def strike(event, arguments):
        global left
        if event in ("open", "os.rename", "os.mkdir", "os.remove") and ".zarr" in str(arguments[0]):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(strike)
    sweep(model, last, store=store, chunk=30)
    os._exit(0)
"""


def killed(folder, first, last, moments):
    """Stores of sweeps that were killed: of ``last`` alone, or where it extends ``first``."""
    script = folder / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    arguments = [BY_FORMULAS, str(folder), repr_of(first), repr_of(last), *map(str, moments)]
    subprocess.run([sys.executable, "-W", "ignore", str(script), *arguments], check=True)
    return [folder / f"{moment}.zarr" for moment in moments]


def repr_of(over):
    return (
        repr(over)
        if over is None
        else "{" + ", ".join(f"{n!r}: span({s.low}, {s.high}, {s.count})" for n, s in over.items()) + "}"
    )


def test_a_sweep_that_is_killed_at_any_of_23_moments_continues_to_the_same_bytes(tmp_path):
    model = model_of(BY_FORMULAS)
    sweep(model, GRID, store=tmp_path / "whole.zarr", chunk=30)
    whole = files_of(tmp_path / "whole.zarr")
    unfinished = 0
    for path in killed(tmp_path, None, GRID, range(0, 92, 4)):
        unfinished += not path.exists() or files_of(path) != whole
        sweep(model, GRID, store=path, chunk=30)
        assert files_of(path) == whole, path
    assert unfinished > 15


def test_a_sweep_that_is_killed_while_it_is_extended_continues(tmp_path):
    model = model_of(BY_FORMULAS)
    longer = {"a": span(0, 3, 13), "b": span(0, 2, 9)}
    right = sweep(model, longer)
    unfinished = 0
    for path in killed(tmp_path, GRID, longer, range(0, 240, 20)):
        unfinished += f".{path.name}.extended" in {p.name for p in tmp_path.iterdir()}
        found = sweep(model, longer, store=path, chunk=30)
        assert all(np.array_equal(found[name], right[name]) for name in right.data), path
        assert found.tally == right.tally
    assert unfinished > 3
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_grid_whose_extension_was_killed_can_still_be_continued_as_it_was(tmp_path):
    model = model_of(BY_FORMULAS)
    sweep(model, GRID, store=tmp_path / "whole.zarr", chunk=30)
    longer = {"a": span(0, 3, 13), "b": span(0, 2, 9)}
    (path,) = killed(tmp_path, GRID, longer, [60])
    assert (tmp_path / f".{path.name}.extended").exists()
    sweep(model, GRID, store=path, chunk=30)
    assert files_of(path) == files_of(tmp_path / "whole.zarr")
    assert not (tmp_path / f".{path.name}.extended").exists()


# --- two writers ----------------------------------------------------------------------------------------------------------------


def test_a_store_that_is_being_written_is_refused_to_others(tmp_path):
    model, path = model_of(BY_FORMULAS), tmp_path / "s.zarr"
    with opened(plan(model, GRID), path):
        before = files_of(path)
        with pytest.raises(hg.InputError, match=f"another command is writing '{path}'"):
            sweep(model, GRID, store=path)
        with pytest.raises(hg.InputError, match="another command"):
            sweep(model, {**GRID, "a": span(0, 4, 17)}, store=path)
        assert files_of(path) == before
    sweep(model, GRID, store=path)
    assert {p.name for p in tmp_path.iterdir()} == {"s.zarr"}


def test_of_commands_that_start_the_same_store_at_once_one_wins_and_the_others_are_refused(tmp_path):
    script = tmp_path / "start.py"
    script.write_text(
        "import sys\n"
        "from hedging_games.analysis.sweep.design import span\n"
        "from hedging_games.analysis.sweep.run import sweep\n"
        "from hedging_games.errors import InputError\n"
        "from hedging_games.model.reader import read_model_text\n"
        "model = read_model_text(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "try:\n"
        "    sweep(model, {'a': span(0, 2, 5), 'b': span(0, 2, 5)}, store=sys.argv[2], chunk=5)\n"
        "    print('done', flush=True)\n"
        "    sys.stdin.readline()\n"
        "except InputError as problem:\n"
        "    print(problem.problems[0].what)\n",
        encoding="utf-8",
    )
    path = tmp_path / "s.zarr"
    starts = [
        subprocess.Popen(
            [sys.executable, str(script), BY_SOLVING, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in starts:
        assert process.stdout.readline() == "ready\n"
    for process in starts:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate("\n")[0].strip() for process in starts]
    assert [process.returncode for process in starts] == [0, 0, 0]
    # Whoever comes when the first has finished finds a finished store, which is no fault.
    assert set(said) <= {"done", f"another command is writing '{path}'"}
    assert "done" in said
    assert {p.name for p in tmp_path.iterdir()} == {"s.zarr", "start.py"}


# --- more values of an axis -----------------------------------------------------------------------------------------------------

LONGER = {
    "further up": {"a": span(0, 3, 13), "b": span(0, 2, 9)},
    "further down": {"a": span(-1, 2, 13), "b": span(0, 2, 9)},
    "finer": {"a": span(0, 2, 17), "b": span(0, 2, 9)},
    "finer in both": {"a": span(0, 2, 17), "b": span(-2, 2, 17)},
    "in another order": {"a": [2, "7/3", *(f"{k}/4" for k in range(8))], "b": span(0, 2, 9)},
}


@pytest.mark.parametrize("longer", LONGER)
def test_a_grid_with_more_values_keeps_what_was_computed(tmp_path, longer, monkeypatch):
    model, path = model_of(BY_SOLVING), tmp_path / "s.zarr"
    small = {"a": span(0, 2, 3), "b": span(0, 2, 3)}
    large = {
        name: span(s.low, s.high, (s.count - 1) // 4 + 1) if isinstance(s, type(GRID["a"])) else [2, "7/3", 0, 1]
        for name, s in LONGER[longer].items()
    }
    outputs = ("regime", "hedge")
    right = sweep(model, large, outputs=outputs)
    sweep(model, small, outputs=outputs, store=path, chunk=4)
    solved, true = [], pointwise.solved_point

    def counting(task, values, out, index):
        solved.append((values["a"], values["b"]))
        true(task, values, out, index)

    monkeypatch.setattr(pointwise, "solved_point", counting)
    found = sweep(model, large, outputs=outputs, store=path, chunk=4)
    assert all(np.array_equal(found[name], right[name], equal_nan=True) for name in right.data)
    assert (found.tally, found.regimes) == (right.tally, right.regimes)
    # Each point is solved once: none of the nine that were there.
    assert len(solved) == len(set(solved)) == found.points - 9
    assert not set(solved) & set(product(small["a"].values(), small["b"].values()))
    assert [p.name for p in tmp_path.iterdir()] == ["s.zarr"]


def test_an_extended_store_is_as_safe_as_any(tmp_path):
    model, path = model_of(BY_FORMULAS), tmp_path / "s.zarr"
    sweep(model, GRID, store=path, chunk=30)
    (path / "every" / "c" / "1" / "0").write_bytes(b"")  # and so is what it is made from
    longer = {"a": span(0, 3, 13), "b": span(0, 2, 9)}
    found = sweep(model, longer, store=path, chunk=30)
    assert found.notes == (f"damaged in '{path}' and written again: block 1/0",)
    assert np.array_equal(found["every"], sweep(model, longer)["every"])
    whole = files_of(path)
    (path / "some" / "c" / "0" / "0").write_bytes(b"")
    sweep(model, longer, store=path, chunk=30)
    assert files_of(path) == whole


@pytest.mark.parametrize(
    ("over", "options", "says"),
    [
        ({"a": span(0, 1, 9), "b": span(0, 2, 9)}, {}, "axis a: 9 values from 0 to 2 there, 9 values from 0 to 1 here"),
        ({"a": span(0, 2, 7), "b": span(0, 2, 9)}, {}, "axis a: 9 values from 0 to 2 there, 7 values from 0 to 2 here"),
        ({"a": [0, 1, 2], "b": span(0, 2, 9)}, {}, "axis a: 9 values from 0 to 2 there, 3 values from 0 to 2 here"),
        (
            {"a": [*(f"{k}/4" for k in range(7)), "15/8", 2], "b": span(0, 2, 9)},
            {},
            "axis a: 9 values from 0 to 2 in both, with other values between",
        ),
        ({"b": span(0, 2, 9), "a": span(0, 2, 9)}, {}, "axes: a, b there, b, a here"),
        ({"a": span(0, 2, 9)}, {}, "axes: a, b there, a here"),
        (None, {"sample": sobol(16)}, 'kind: "grid" there, "sample" here'),
        (GRID, {"concept": "pure-nash"}, 'concept: "nash" there, "pure-nash" here'),
        (GRID, {"outputs": ("regime", "payoffs")}, r'outputs: \["some"'),
    ],
)
def test_a_refused_store_says_where_the_sweeps_differ(tmp_path, over, options, says):
    model, path = model_of(BY_FORMULAS), tmp_path / "s.zarr"
    sweep(model, GRID, store=path)
    before = files_of(path)
    with pytest.raises(hg.InputError, match=says):
        sweep(model, over, store=path, **options)
    assert files_of(path) == before


def test_metadata_are_consolidated(tmp_path):
    xr = pytest.importorskip("xarray")
    found = sweep(model_of(BY_FORMULAS), GRID, store=tmp_path / "s.zarr")
    metadata = json.loads(Path(tmp_path / "s.zarr" / "zarr.json").read_text(encoding="utf-8"))
    assert {"some", "every", "regime", "a", "b"} <= metadata["consolidated_metadata"]["metadata"].keys()
    with xr.open_zarr(tmp_path / "s.zarr", consolidated=True) as read:
        assert set(read.data_vars) == {"some", "every", "regime"}
        assert np.array_equal(read["some"].values, found["some"])
