"""What a person at a terminal sees: lines that fit, colours, progress, a clean Ctrl-C; and what a pipe gets instead."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import termios
import threading
import time
from contextlib import suppress

import click
import pytest

from command_line import run
from hedging_games.cli import printing
from hedging_games.cli.main import cli
from hedging_games.cli.verbs import Verb
from hedging_games.model.catalogue import catalogue

COMMAND = (sys.executable, "-m", "hedging_games")
GRACE = 120
"""Seconds after which a command at a terminal is given up: far more than any of them takes."""

VERBS = sorted(cli.commands)


class Terminal:
    """A command at a terminal of its own, so many columns wide."""

    def __init__(self, *words, columns=80, **environment):
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (24, columns)) if hasattr(termios, "tcsetwinsize") else None
        inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
        # A background shell starts its children deaf to Ctrl-C, and they theirs.
        ours = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env={**inherited, **environment}, start_new_session=True
        )
        signal.signal(signal.SIGINT, ours)
        os.close(slave)
        self.text = ""

    def read(self, until=None):
        """What has come, up to a pattern or the end."""
        last = time.monotonic() + GRACE
        while time.monotonic() < last and not (until and re.search(until, self.text)):
            if select.select([self.master], [], [], 1)[0]:
                try:
                    got = os.read(self.master, 65536)
                except OSError:
                    got = b""
                if not got:
                    break
                self.text += got.decode()
        return self.text

    def interrupt(self):
        """Ctrl-C; again after a while, as a person would: Python loses one that strikes while it runs a destructor."""
        for _ in range(5):
            os.killpg(self.process.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
                return

    def end(self):
        """The exit status, after the rest has been read."""
        self.read()
        status = self.process.wait(GRACE)
        os.close(self.master)
        return status


def widest(text):
    # How long it has worked so far is written over itself: where a line is begun again, a carriage return says so.
    return max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in re.split(r"[\r\n]+", text))


# --- width ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["engagement-card", "allied-resistance", "gradual-decoupling", "sanctions-waiver"])
@pytest.mark.parametrize("width", ["60", "100"])
def test_no_line_is_wider_than_asked(monkeypatch, name, width):
    monkeypatch.setenv("COLUMNS", width)
    for words in (
        ("solve", name),
        ("show", name),
        ("solve", name, "--full"),
        ("threshold", name, "--parameter", "card"),
    ):
        if words[0] != "threshold" or name == "engagement-card":
            done = run(*words)
            assert (done.returncode, widest(done.stdout) <= int(width)) == (0, True), done.stdout


def test_a_pipe_has_a_hundred_columns_unless_columns_says_otherwise(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert printing.page_width() == 100
    for text, width in (("72", 72), ("0", 100), ("many", 100), ("-5", 100), ("9" * 40, 100)):
        monkeypatch.setenv("COLUMNS", text)
        assert printing.page_width() == width


@pytest.mark.skipif(not hasattr(termios, "tcsetwinsize"), reason="needs Python 3.11")
def test_a_terminal_is_asked_for_its_columns():
    terminal = Terminal(*COMMAND, "condition", "engagement-card", "--among", "some", columns=64)
    assert terminal.end() == 0
    assert 50 < widest(terminal.text.split("the event")[1]) <= 64


def test_messages_fit_the_terminal_too():
    words = ("eliminate", "forced-choice")
    terminal = Terminal(*COMMAND, *words, columns=50)
    assert terminal.end() == 2
    assert 40 < widest(terminal.text) <= 50
    plain = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", terminal.text).split())
    said = run(*words).stderr
    assert plain == " ".join(said.split())
    assert widest(said) > 50


def test_what_other_programs_read_is_not_wrapped(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert json.loads(run("solve", "engagement-card", "--format", "json").stdout)["complete"] == "all"
    assert "Not in this file: the parameters (its numbers are those of one point); the hedge event." in (
        run("convert", "allied-resistance", "--to", "nfg").stdout
    )


def test_choices_off_the_path_are_shown_in_full(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    short, full = run("solve", "cherry-picking").stdout, run("solve", "cherry-picking", "--full").stdout
    assert "what would be done off the path: --full" in short
    assert "Reply after Pick" not in short
    assert "Reply after Pick" in full
    assert "--full" not in full


def test_equilibria_that_differ_by_names_are_grouped_and_shown_in_full(tmp_path):
    # Two players who each want to go alone: (Lead, Follow), (Follow, Lead) and the mixture.
    path = tmp_path / "lead.nfg"
    path.write_text('NFG 1 R "Lead" { "A" "B" } { { "Lead" "Follow" } { "Lead" "Follow" } }\n\n0 0 1 3 3 1 0 0\n')
    short, full = run("solve", str(path)).stdout, run("solve", str(path), "--full").stdout
    assert re.search(r"^0, \d ", short, re.MULTILINE)
    assert "2 equilibria, 0, " in short
    assert "(--full: all)" in short
    assert "differ by which" not in full
    assert len(re.findall(r"^\d  ", full, re.MULTILINE)) == 3


# --- colours -------------------------------------------------------------------------------------------------------------


def test_colours_are_for_terminals_alone():
    words = (*COMMAND, "claims", "engagement-card")
    terminal, plain = Terminal(*words), Terminal(*words, NO_COLOR="1")
    assert (terminal.end(), plain.end()) == (0, 0)
    assert "\x1b[32mproved" in terminal.text or "\x1b[32m  proved" in terminal.text
    assert "\x1b" not in plain.text
    assert "  proved" in plain.text
    assert "\x1b" not in run("claims", "engagement-card").stdout


# --- progress and Ctrl-C -------------------------------------------------------------------------------------------------

LONG = ("sweep", "forced-choice-strategic", "--over", "forced_cost=1:5:4001")
"""A sweep of a model that is solved point by point: minutes."""


def test_progress_is_told_and_ctrl_c_is_clean(tmp_path):
    out = tmp_path / "sweep.csv"
    terminal = Terminal(*COMMAND, *LONG, "--out", str(out))
    terminal.read(until=r"sweep: \d+ s")
    assert re.search(r"\rsweep: \d+ s.*\(Ctrl-C stops\)", terminal.text)
    terminal.interrupt()
    assert terminal.end() == 130
    assert "Traceback" not in terminal.text
    # The line of progress has been taken away before.
    assert terminal.text.rstrip().split("\r")[-1].strip() == "interrupted"
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_told_no_progress(monkeypatch):
    shown = []
    monkeypatch.setattr(printing, "_show", shown.append)
    monkeypatch.setattr(printing, "PATIENCE", 0.0)
    monkeypatch.setattr(printing, "EVERY", 0.001)
    assert run("solve", "engagement-card").stderr == ""
    assert shown == []


def test_progress_names_the_claim_and_leaves_no_thread(monkeypatch):
    told = threading.Event()
    shown = []

    def show(line):
        shown.append(line)
        told.set()

    monkeypatch.setattr(printing, "_show", show)
    monkeypatch.setattr(printing, "PATIENCE", 0.0)
    monkeypatch.setattr(printing, "EVERY", 0.001)
    monkeypatch.setattr(printing, "_is_terminal", lambda _stream: True)
    before = threading.active_count()
    with printing.working("claims"):
        printing.doing("engagement-card, claim 1 of 2")
        assert told.wait(GRACE)
        told.clear()
        assert told.wait(GRACE)
    assert threading.active_count() == before
    assert re.fullmatch(r"claims: 0 s, engagement-card, claim 1 of 2 \(Ctrl-C stops\)", shown[-1])


def test_a_reproduction_that_is_interrupted_leaves_committed_files_whole(tmp_path, monkeypatch):
    (tmp_path / "output").mkdir()
    table = tmp_path / "output" / "a.csv"
    table.write_text("yesterday's")
    (tmp_path / "one.py").write_text("def main(output):\n    (output / 'a.csv').write_text('today')\n")
    from hedging_games.report import reproduce

    def half(_source, target):
        target.write_text("to")
        raise KeyboardInterrupt

    monkeypatch.setattr(reproduce.shutil, "copyfile", half)
    with pytest.raises(KeyboardInterrupt):
        reproduce.reproduce(tmp_path)
    assert [(p.name, p.read_text()) for p in (tmp_path / "output").iterdir()] == [("a.csv", "yesterday's")]


# --- time limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [v for v in VERBS if v not in ("list", "new")])
def test_every_verb_that_can_take_long_has_a_time_limit(verb):
    assert "time_limit" in {param.name for param in cli.commands[verb].params}


@pytest.mark.parametrize(
    "words",
    [
        ("sensitivity", "blockade-threat", "--points", "4096"),
        ("plot", "blockade-threat", "--over", "effort=1:5:400", "--over", "face=0:2:400", "--out", "OUT"),
    ],
    ids=lambda words: words[0],
)
def test_a_time_limit_ends_a_verb(tmp_path, words):
    out = tmp_path / "figure.svg"
    done = run(*(str(out) if word == "OUT" else word for word in words), "--time-limit", "0.5")
    assert done.returncode == 1
    assert "the time limit was reached" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_reproduction_has_a_time_limit(tmp_path):
    (tmp_path / "one.py").write_text("def main(output):\n    while True: pass\n")
    done = run("reproduce", "--examples", str(tmp_path), "--time-limit", "0.2")
    assert done.returncode == 1
    assert "the time limit was reached" in done.stderr


# --- help and completion -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example_that_runs_and_says_what_model_may_be(verb, tmp_path, monkeypatch):
    command = cli.commands[verb]
    assert isinstance(command, Verb)
    text = run(verb, "--help").stdout
    assert f"hedging-games {command.example.split()[0]}" in text
    takes_model = any(isinstance(param, click.Argument) and param.name != "form" for param in command.params)
    assert ("MODEL is:" in text) == takes_model
    if takes_model:
        assert "hedging-games list" in text
        assert "FILE.yaml" in text
        assert ("FILE.nfg" in text) == command.gambit
    if verb == "reproduce":
        return  # It is about a checkout, and has tests of its own.
    monkeypatch.chdir(tmp_path)
    # The stag hunt of the example of `replicator`.
    (tmp_path / "stag.nfg").write_text('NFG 1 R "Stag" {"A" "B"} {{"S" "H"} {"S" "H"}}\n\n4 4 3 0 0 3 2 2\n')
    done = run(*shlex.split(command.example))
    assert (done.returncode, done.stdout != "") == (0, True), done.stderr


@pytest.mark.parametrize("verb", [v for v in VERBS if not cli.commands[v].gambit])
def test_a_verb_whose_help_leaves_gambit_out_refuses_it(verb, tmp_path):
    path = tmp_path / "a.nfg"
    path.write_text('NFG 1 R "Stag" {"A" "B"} {{"S" "H"} {"S" "H"}}\n\n4 4 3 0 0 3 2 2\n')
    needed = {"condition": ["--among", "some"], "threshold": ["--parameter", "x"], "phases": ["--over", "x"]}
    done = run(verb, str(path), *needed.get(verb, []))
    assert done.returncode == 2
    assert done.stderr.startswith("error[")


def completed(*words):
    environment = {
        **os.environ,
        "_HEDGING_GAMES_COMPLETE": "bash_complete",
        "COMP_WORDS": shlex.join(["hedging-games", *words[:-1]]) + f" {words[-1]}",
        "COMP_CWORD": str(len(words)),
    }
    script = "import sys; sys.argv = ['hedging-games']; from hedging_games.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("thresh",), ["threshold"]),
        (("solve", "engag"), ["engagement-card"]),
        (("claims", "engagement-card", "allied"), ["allied-resistance"]),
        (("solve", "engagement-card", "--concept", "pure-n"), ["pure-nash"]),
        (("solve", "engagement-card", "--set", "car"), ["card="]),
        (("sweep", "engagement-card", "--over", "car"), ["card="]),
        (("threshold", "engagement-card", "--parameter", "alignment_l"), ["alignment_loss"]),
        (("solve", "engagement-card", "--case", "kor"), ["korea"]),
        (("solve", "no-such-model", "--set", "car"), []),
    ],
    ids=" ".join,
)
def test_the_shell_completes(words, found):
    assert completed(*words) == found


def test_all_models_are_offered_and_files_where_no_name_fits():
    assert set(completed("solve", "''")) >= set(catalogue())
    assert completed("solve", "./mod") == ["./mod"]
