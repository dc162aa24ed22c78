"""Stores that survive being killed, executors and clusters that change nothing, files that hold everything."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.sweep import run
from hedging_games.analysis.sweep.design import sobol, span
from hedging_games.analysis.sweep.pool import process_pool
from hedging_games.analysis.sweep.progress import Progress
from hedging_games.analysis.sweep.run import sweep
from hedging_games.analysis.sweep.store import Store

THOROUGH = os.environ.get("HG_THOROUGH") == "1"

OVER = {"card": span(0, 10, 101), "alignment_loss": span(0, 10, 101)}
OUTPUTS = ("regime", "margin")


def files_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def model():
    return hg.load("engagement-card")


@pytest.fixture(scope="module")
def whole(model, tmp_path_factory):
    """The files of an uninterrupted sweep."""
    path = tmp_path_factory.mktemp("whole") / "sweep.zarr"
    sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
    return files_of(path)


def test_a_store_holds_what_a_sweep_in_memory_gives(model, tmp_path):
    stored = sweep(model, OVER, outputs=OUTPUTS, store=tmp_path / "s.zarr", chunk=700)
    memory = sweep(model, OVER, outputs=OUTPUTS)
    assert list(stored.data) == list(memory.data)
    for name in memory.data:
        assert np.array_equal(stored[name], memory[name], equal_nan=True)
    assert stored.tally == memory.tally
    assert stored.regimes == memory.regimes


def test_a_sweep_that_stops_after_any_chunk_continues_to_the_same_bytes(model, whole, tmp_path, monkeypatch):
    class StopError(Exception):
        pass

    true = run.computed
    for stop in (0, 1, 7, 14):
        path = tmp_path / f"{stop}.zarr"
        left = [stop]

        def stopping(task, number, left=left):
            if left[0] == 0:
                raise StopError
            left[0] -= 1
            return true(task, number)

        monkeypatch.setattr(run, "computed", stopping)
        with pytest.raises(StopError):
            sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
        monkeypatch.setattr(run, "computed", true)
        sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
        assert files_of(path) == whole


def test_what_is_there_is_not_computed_again(model, tmp_path, monkeypatch):
    path = tmp_path / "s.zarr"
    first = sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
    before = files_of(path)

    def never(_task, _number):
        raise AssertionError

    monkeypatch.setattr(run, "computed", never)
    again = sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
    assert again.tally == first.tally
    assert files_of(path) == before


def test_half_written_files_and_lost_chunks_are_mended(model, whole, tmp_path):
    path = tmp_path / "s.zarr"
    sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
    chunk = path / "some" / "c" / "6" / "0"
    chunk.with_suffix(".0123.partial").write_bytes(chunk.read_bytes()[:5])
    chunk.unlink()
    sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
    assert files_of(path) == whole


KILLED = """
import os, signal, sys
import hedging_games as hg
from hedging_games.analysis.sweep.design import span
from hedging_games.analysis.sweep.run import sweep

TOUCHING = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.listdir", "os.scandir")

def count(event, arguments):
    # Touches of a file of the store, or of what becomes it, are counted; the process dies just before the last one.
    global touched
    if event in TOUCHING and "s.zarr" in str(arguments[0]):
        touched += 1
        if touched == last:
            os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    store, touched = sys.argv[1], 0
    last, workers, size = map(int, sys.argv[2:])
    over = {"card": span(0, 10, size), "alignment_loss": span(0, 10, size)}
    sys.addaudithook(count)
    print("ready", flush=True)
    sweep(hg.load("engagement-card"), over, outputs=("regime", "margin"), store=store, chunk=700, workers=workers or None)
    print(touched)
"""


def test_kill_9_at_random_moments_leaves_a_store_that_continues_to_the_same_bytes(model, whole, tmp_path):
    # Between any two touches of a file, not so and so long after the beginning: under load too each kill hits the writing.
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")

    def swept(path, last):
        words = [sys.executable, str(script), str(path), str(last), "0", "101"]
        return subprocess.run(words, check=False, stdout=subprocess.PIPE, text=True)

    touches = int(swept(tmp_path / "s.zarr", 0).stdout.split()[-1])
    rng = random.Random(11)
    begun = finished = 0
    for trial in range(20 if THOROUGH else 3):
        path = tmp_path / str(trial) / "s.zarr"
        assert swept(path, rng.randrange(1, touches)).returncode == -signal.SIGKILL
        done = len(list((path / "some" / "c").rglob("0"))) if (path / "some" / "c").exists() else 0
        begun, finished = begun + (0 < done < 15), finished + (done == 15)
        sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
        assert files_of(path) == whole, trial
    assert begun > finished, "few kills came between the first and the last chunk"


def test_ctrl_c_leaves_a_store_that_continues(model, whole, tmp_path, monkeypatch):
    path = tmp_path / "s.zarr"
    true = run.computed

    def interrupted(task, number):
        if number == 5:
            raise KeyboardInterrupt
        return true(task, number)

    monkeypatch.setattr(run, "computed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
    monkeypatch.undo()
    sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700)
    assert files_of(path) == whole


def test_the_store_of_another_sweep_is_refused(model, tmp_path):
    path = tmp_path / "s.zarr"
    sweep(model, OVER, store=path)
    before = files_of(path)
    others = [
        (model, {"card": span(0, 10, 101), "alignment_loss": span(0, 9, 101)}, {}, "design"),
        (model, {"alignment_loss": span(0, 10, 101), "card": span(0, 10, 101)}, {}, "design"),
        (model, OVER, {"concept": "pure-nash"}, "concept"),
        (model, OVER, {"at": {"sanction": 3}}, "fixed"),
        (model, OVER, {"outputs": ("margin",)}, "outputs"),
        (hg.load("hedging-triangle"), {"card": span(0, 10, 101)}, {"concept": "pure-nash"}, "fingerprint"),
    ]
    for other, over, options, what in others:
        with pytest.raises(hg.InputError, match=what):
            sweep(other, over, store=path, **options)
    assert files_of(path) == before


def test_a_folder_that_is_no_store_is_left_alone(model, tmp_path):
    (tmp_path / "thesis.txt").write_text("chapter 1", encoding="utf-8")
    with pytest.raises(hg.InputError, match="no store of a sweep"):
        sweep(model, OVER, store=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_executors_change_nothing(model, whole, tmp_path, kind):
    path = tmp_path / "s.zarr"
    with ThreadPoolExecutor(3) if kind == "threads" else process_pool(2) as executor:
        sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700, executor=executor)
    assert files_of(path) == whole


class Forgetful(ThreadPoolExecutor):
    """An executor that loses tasks, as clusters do whose workers die: the first ``losses`` times each is asked for."""

    def __init__(self, losses):
        super().__init__(2)
        self.losses = losses
        self.asked = Counter()

    def submit(self, function, task, number):
        self.asked[number] += 1
        if self.asked[number] > self.losses or number % 2:
            return super().submit(function, task, number)
        lost = Future()
        if number % 4:
            lost.cancel()
            lost.set_running_or_notify_cancel()
        else:
            lost.set_exception(ConnectionError("the worker is gone"))
        return lost


def test_what_an_executor_loses_is_sent_out_once_more(model, whole, tmp_path):
    path = tmp_path / "s.zarr"
    with Forgetful(losses=1) as executor:
        sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700, executor=executor)
        assert set(executor.asked.values()) == {1, 2}
    assert files_of(path) == whole
    with Forgetful(losses=2) as executor, pytest.raises(hg.CouldNotFinish, match="keeps what is done"):
        sweep(model, OVER, outputs=OUTPUTS, store=tmp_path / "t.zarr", chunk=700, executor=executor)


def test_the_workers_of_a_killed_sweep_end_with_it(tmp_path):
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "s.zarr"), "0", "2", "4001"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout.readline() == b"ready\n"

    def group():
        """The processes of the session that the sweep started."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                except OSError:
                    continue
                if int(fields[3]) == process.pid and fields[0] != "Z":
                    found.append(int(entry.name))
        return found

    # Sixteen million points: it is far from its end when both workers are there.
    while len(group()) < 3:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    while group():  # The test's own limit ends the wait for workers that stay.
        time.sleep(0.05)


@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_changes_nothing_even_if_a_worker_is_killed(model, whole, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    path = tmp_path / "s.zarr"
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        victim = next(iter(client.run(os.getpid).values()))
        write = Store.write
        killed = []

        def write_and_kill(self, chunk, arrays):
            """The first chunk that comes back costs a worker its life: others are under way then."""
            if not killed:
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)
            write(self, chunk, arrays)

        monkeypatch.setattr(Store, "write", write_and_kill)
        sweep(model, OVER, outputs=OUTPUTS, store=path, chunk=700, executor=client.get_executor())
        monkeypatch.undo()
    assert killed
    assert files_of(path) == whole


def test_files_hold_every_point(model, tmp_path):
    pd = pytest.importorskip("pandas")
    xr = pytest.importorskip("xarray")
    over = {"card": ["1/3", 2, 3], "alignment_loss": [4, "9/2"]}
    found = sweep(model, over, outputs=("regime", "margin"), chunk=2)
    rows = list(csv.DictReader(found.write(tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()))
    assert [(r["card"], r["alignment_loss"]) for r in rows] == [
        (str(Fraction(c)), str(Fraction(a))) for c in over["card"] for a in over["alignment_loss"]
    ]
    assert [int(r["some"]) for r in rows] == found["some"].ravel().tolist()
    assert [float(r["margin"]) for r in rows] == found["margin"].ravel().tolist()
    frame = found.to_frame()
    assert pd.read_parquet(found.write(tmp_path / "s.parquet")).equals(frame)
    dataset = found.to_xarray()
    assert dataset.attrs["fingerprint"] == model.fingerprint
    assert dataset["card"].attrs["units"] == model.parameters["card"].unit
    with xr.open_dataset(found.write(tmp_path / "s.nc"), engine="h5netcdf") as read:
        assert np.array_equal(read["some"].values, found["some"])
        assert read.attrs["concept"] == "subgame-perfect"
    with np.load(found.write(tmp_path / "s.npz")) as arrays:
        assert np.array_equal(arrays["margin"], found["margin"])
        assert json.loads(str(arrays["attributes"]))["model"] == "engagement-card"
    with pytest.raises(hg.InputError, match="ending"):
        found.write(tmp_path / "s.xls")


def test_a_stored_sample_opens_as_a_labelled_dataset(model, tmp_path):
    xr = pytest.importorskip("xarray")
    found = sweep(model, ["card", "sanction"], sample=sobol(300, seed=1), store=tmp_path / "s.zarr", chunk=64)
    with xr.open_zarr(tmp_path / "s.zarr", consolidated=False) as read:
        assert read["some"].dims == ("point",)
        assert np.array_equal(read["card"].values, found["card"])
        assert len(read["some"]) == 300
        assert read.attrs["fingerprint"] == model.fingerprint
        assert (read.attrs["model"], read.attrs["concept"]) == ("engagement-card", "subgame-perfect")
        assert read.attrs["version"] == hg.__version__


def test_a_missing_extra_is_named(model, tmp_path, monkeypatch):
    for module in ("zarr", "xarray", "pandas", "pyarrow", "h5netcdf"):
        monkeypatch.setitem(sys.modules, module, None)
    found = sweep(model, {"card": [1, 2]})
    for action in (
        found.to_xarray,
        found.to_frame,
        lambda: found.write(tmp_path / "s.nc"),
        lambda: sweep(model, {"card": [1, 2]}, store=tmp_path / "s.zarr"),
    ):
        with pytest.raises(hg.InputError, match=r"hedging-games\[data\]"):
            action()
    assert found.write(tmp_path / "s.csv").read_text(encoding="utf-8").startswith("card,")
    found.write(tmp_path / "s.npz")


def test_progress_is_shown_on_terminals_only():
    class Stream:
        def __init__(self, terminal):
            self.terminal, self.text = terminal, ""

        def isatty(self):
            return self.terminal

        def write(self, text):
            self.text += text

        def flush(self):
            pass

    for terminal in (False, True):
        stream = Stream(terminal)
        progress = Progress(10, stream=stream)
        progress.add(10)
        progress.close()
        assert ("10 of 10 points" in stream.text) == terminal


@pytest.mark.skipif(not THOROUGH, reason="takes a minute: HG_THOROUGH=1")
def test_memory_stays_bounded_at_a_hundred_million_points(tmp_path):
    script = tmp_path / "large.py"
    script.write_text(
        "import resource, sys, hedging_games as hg\n"
        "from hedging_games.analysis.sweep.design import span\n"
        "from hedging_games.analysis.sweep.run import sweep\n"
        "over = {'card': span(0, 10, 10_000), 'alignment_loss': span(0, 10, 10_000)}\n"
        "sweep(hg.load('engagement-card'), over, store=sys.argv[1])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "s.zarr")], capture_output=True, text=True, check=True
    )
    shutil.rmtree(tmp_path / "s.zarr")
    assert int(done.stdout) < 1024
