"""Time limits and Ctrl-C: no concept outlives its limit by more than a second, and what is shown by then is right."""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis import limits
from hedging_games.analysis.limits import interrupted_after, stopped_after
from hedging_games.errors import ConceptError, CouldNotFinish
from hedging_games.theory.concepts import CONCEPTS

MODELS = ("restraining-pyongyang", "blockade-threat", "tolerated-example", "hedging-triangle")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_concept_keeps_its_limit(model, concept):
    # Limits at which some of these are cut off in the search, in the sifting, in the judging or not at all. A solver that
    # passed off a Nash equilibrium it had not yet sifted would be caught by the certificate, as an AssertionError here.
    loaded = hg.load(model)
    game = (loaded.on_grid(21) if loaded.is_continuous else loaded).at()
    for limit in (0.02, 0.3):
        started = time.process_time()  # The limit is on the clock; work done is what can be late on a busy machine.
        try:
            found = hg.solve(game, concept, time_limit=limit)
        except ConceptError:
            return
        except CouldNotFinish:
            pass
        else:
            assert found.complete in ("all", "extreme", "some")
            assert found.complete != "some" or found.notes
        assert time.process_time() - started < limit + 1


def test_a_limit_reached_inside_a_library_is_still_a_limit():
    # numpy reads an attribute of every entry; the timer goes off while it does, and C code turns what was raised into a
    # SystemError that has it as its cause. The same happens to Ctrl-C.
    def broken_by(cause):
        broken = SystemError("returned a result with an exception set")
        broken.__cause__ = cause
        return broken

    def waits():
        with limits.interrupted_after(0.05):
            try:
                time.sleep(5)
            except CouldNotFinish as stopped:
                raise broken_by(stopped) from stopped

    with pytest.raises(CouldNotFinish, match="the time limit was reached"):
        waits()
    assert isinstance(limits.interruption(broken_by(KeyboardInterrupt())), KeyboardInterrupt)
    assert limits.interruption(SystemError("something else")) is None
    with pytest.raises(SystemError, match="something else"), limits.interrupted_after(5):
        raise SystemError("something else")


def test_a_limit_that_code_in_c_takes_for_a_wrong_argument_is_still_a_limit():
    # What reads an argument for C++ puts aside what was raised meanwhile, and says that the argument has no type it knows, without a cause.
    def waits():
        with limits.interrupted_after(0.05):
            with suppress(CouldNotFinish):
                time.sleep(5)
            raise TypeError("incompatible function arguments")

    with pytest.raises(CouldNotFinish, match="the time limit was reached"):
        waits()
    with pytest.raises(TypeError, match="a mistake of ours"), limits.interrupted_after(5):
        raise TypeError("a mistake of ours")


@pytest.mark.skipif(os.name != "posix", reason="the C library of Unix")
def test_an_interruption_where_ctypes_takes_an_argument_is_still_one():
    # As z3's arguments are taken: what `from_param` raises, ctypes makes an error of its own, without a cause.
    waiting = [lambda: spin(0.3)]

    class Argument:
        @classmethod
        def from_param(cls, argument):
            waiting[0]()
            return argument

    absolute = ctypes.CDLL(None).abs
    absolute.argtypes = [Argument]

    def asks():
        with limits.interrupted_after(0.05):
            absolute(-3)
            spin(60)

    with pytest.raises(CouldNotFinish):
        asks()

    def ctrl_c():
        raise KeyboardInterrupt

    waiting[0] = ctrl_c
    with pytest.raises(ctypes.ArgumentError) as broken:
        absolute(-3)
    assert isinstance(limits.interruption(broken.value), KeyboardInterrupt)


def test_a_limit_waits_while_a_figure_is_drawn():
    # A file in a folder of matplotlib's name stands for it: it runs to its end, and the limit is met just after.
    drawn = []
    names = {"time": time, "drawn": drawn}
    body = "end = time.monotonic() + 0.3\nwhile time.monotonic() < end: pass\ndrawn.append(1)"
    library = compile(body, str(Path("site-packages", "matplotlib", "transforms.py")), "exec")

    def draws():
        with limits.interrupted_after(0.05):
            exec(library, names)
            spin(60)

    with pytest.raises(CouldNotFinish):
        draws()
    assert drawn == [1]


def test_coalition_proof_equilibria_need_every_nash_equilibrium():
    # Whether no other equilibrium is better for both is known only with all of them at hand: a list cut short says nothing.
    draw = np.random.default_rng(5)
    game = hg.matrix_game(*(draw.integers(-9, 10, (14, 14)).astype(object) for _ in range(2)))
    with pytest.raises(CouldNotFinish, match="time limit"):
        hg.solve(game, "coalition-proof", time_limit=0.2)


INTERRUPTED = """
import os, signal, sys
from hedging_games.cli.main import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # A background shell starts its children deaf to Ctrl-C.
place, name, more = sys.argv.pop(1).split()
more = int(more)
reached = False

def interrupt(frame, event, _argument):
    # At the call of a function, or so many calls later: a moment that no load of the machine moves.
    global more, reached
    if event == "call":
        code = frame.f_code
        reached = reached or (code.co_name == name and code.co_filename.endswith(place))
        more -= reached
        if more < 0:
            sys.setprofile(None)
            print("reached", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGINT)

sys.setprofile(interrupt)
main()
"""

MOMENTS = {
    "reading the words typed": "click/core.py main 0",
    "importing a library of ours": "analysis/solve.py <module> 0",
    "importing a library of others": "yaml/__init__.py <module> 0",
    "reading the model": "model/reader.py read_model 0",
    "starting the search": "solvers/many_players.py propose 0",
    "a little later": "solvers/many_players.py propose 1_000",
    "deep in the search": "solvers/many_players.py propose 200_000",
}


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_ctrl_c_at_any_moment(moment):
    # The search takes minutes: it is not over. An import that was interrupted makes Python end by the signal itself.
    words = [sys.executable, "-c", INTERRUPTED, moment, "solve", "restraining-pyongyang", "--concept", "nash"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode in (130, -signal.SIGINT)
    assert done.stderr.split() == ["reached", "interrupted"]


def spin(seconds):
    """Keep the processor busy for so long, unless interrupted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_a_limit_around_another_goes_on():
    def work():
        with interrupted_after(0.2):
            with interrupted_after(60):
                pass  # This ends in time, and must not put out the timer of the outer one.
            spin(60)

    with pytest.raises(CouldNotFinish):
        work()


def test_a_limit_around_a_longer_one_ends_it():
    inner = []

    def work():
        with interrupted_after(0.1):
            try:
                with interrupted_after(60):
                    spin(60)
            except CouldNotFinish:
                inner.append("stopped")
            spin(60)

    with pytest.raises(CouldNotFinish):
        work()
    assert inner == ["stopped"]


def test_a_task_is_stopped_whatever_its_parts_make_of_limits():
    parts = []

    def work():
        with stopped_after(0.2):
            while True:
                try:
                    with interrupted_after(0.05):
                        spin(60)
                except CouldNotFinish:
                    parts.append("stopped")

    with pytest.raises(CouldNotFinish, match="the time limit was reached"):
        work()
    assert parts


def test_the_timer_is_left_as_it_was():
    before = signal.setitimer(signal.ITIMER_REAL, 0)  # The test runner's own.
    try:
        with interrupted_after(60), interrupted_after(30):
            pass
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        signal.setitimer(signal.ITIMER_REAL, 50)
        with interrupted_after(30):
            assert 29 < signal.getitimer(signal.ITIMER_REAL)[0] <= 30
        assert 49 < signal.getitimer(signal.ITIMER_REAL)[0] <= 50
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)


def test_a_context_of_z3_that_is_left_half_made_is_freed_in_silence(monkeypatch):
    import z3

    from hedging_games.algebra.inequalities.smt import Oracle

    def interrupted(*_args):
        raise CouldNotFinish

    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    monkeypatch.setattr(z3.z3, "Z3_mk_context_rc", interrupted)
    with pytest.raises(CouldNotFinish):
        Oracle((), 1)
    gc.collect()
    assert told == []


SLOW_MODULE = "import time\nfor _ in range(100):\n    time.sleep(0.01)\nWHOLE = True\n"


def test_a_limit_never_cuts_a_module_in_half_while_it_is_imported(tmp_path, monkeypatch):
    (tmp_path / "takes_a_second.py").write_text(SLOW_MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    def imported_and_more():
        importlib.import_module("takes_a_second")
        time.sleep(5)

    with pytest.raises(hg.CouldNotFinish), interrupted_after(0.05):
        imported_and_more()
    assert sys.modules["takes_a_second"].WHOLE


def test_a_limit_set_while_a_module_is_imported_holds(tmp_path, monkeypatch):
    # A script that is imported by another one, and solves on the way.
    (tmp_path / "solves_on_the_way.py").write_text(
        "import time\nfrom hedging_games.analysis.limits import interrupted_after\nwith interrupted_after(0.05):\n    time.sleep(5)\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(hg.CouldNotFinish):
        import solves_on_the_way  # noqa: F401  (imported for what it does)


def test_a_limit_waits_while_the_collector_of_garbage_tells_somebody():
    # What is raised there is lost, and printed.
    told = []

    def slow(phase, _about):
        if phase == "start":
            spin(0.3)
            told.append(phase)

    def collects():
        with interrupted_after(0.05):
            gc.collect()
            spin(60)

    gc.callbacks.append(slow)
    try:
        with pytest.raises(CouldNotFinish):
            collects()
    finally:
        gc.callbacks.remove(slow)
    assert told[0] == "start"


def test_a_limit_that_strikes_in_a_destructor_is_not_lost_there():
    class Slow:
        whole = False

        def __del__(self):
            time.sleep(0.3)
            Slow.whole = True

    def dropped_and_more():
        Slow()
        time.sleep(5)

    with pytest.raises(hg.CouldNotFinish), interrupted_after(0.05):
        dropped_and_more()
    assert Slow.whole
