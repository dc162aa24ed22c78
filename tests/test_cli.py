"""The command line and its JSON: what scripts rely on."""

import json
import re
import subprocess
import sys
from fractions import Fraction

import pytest

from command_line import answer, run


def test_the_package_is_a_command_of_python():
    words = [sys.executable, "-m", "hedging_games", "solve", "engagement-crad", "--format", "json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean 'engagement-card'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_list():
    models = answer("list")["models"]
    assert {"name", "title", "form", "players"} <= set(models[0])
    assert {"engagement-card", "audience-costs"} <= {model["name"] for model in models}


def test_show():
    shown = answer("show", "engagement-card", "--set", "card=1/3")
    assert shown["players"] == ["SmallState", "Ally", "Partner"]
    assert shown["parameters"]["card"] == "1/3"
    assert [(d["player"], d["actions"]) for d in shown["decisions"]] == [
        ("SmallState", ["Align", "Engage"]),
        ("Ally", ["Tolerate", "Punish"]),
        ("Partner", ["Restrain", "Support"]),
    ]
    # Engage-Tolerate-Restrain is worth card + example - alignment_loss = 1/3 + 0 - 5 to the ally.
    worth = {tuple(o["history"]): o["payoffs"]["Ally"] for o in shown["outcomes"]}
    assert worth["Engage", "Tolerate", "Restrain"] == "-14/3"


def test_solve_has_the_promised_keys():
    solved = answer("solve", "engagement-card")
    assert {
        "schema",
        "model",
        "parameters",
        "concept",
        "method",
        "complete",
        "notes",
        "equilibria",
        "components",
    } <= set(solved)
    assert (solved["schema"], solved["model"], solved["concept"], solved["complete"]) == (
        1, "engagement-card", "subgame-perfect", "all",
    )  # fmt: skip
    equilibrium = solved["equilibria"][0]
    assert set(equilibrium) >= {"profile", "beliefs", "payoffs", "hedge", "strict", "certificate"}
    assert equilibrium["certificate"] == {"exact": True, "largest_gain": "0"}
    assert equilibrium["hedge"] == "1"
    assert equilibrium["beliefs"] is None


def test_an_irrational_number_has_an_approximation_and_an_exact_form():
    # At the baseline a patron of resistance mixes with weight x where 4 (1 - x^2) = 1, that is x = sqrt(3)/2.
    mixed = [e for e in answer("solve", "allied-resistance")["equilibria"] if not e["strict"]]
    assert [e["profile"]["Seoul"]["Resist"] for e in mixed] == [{"approx": "0.8660254037844386", "exact": "sqrt(3)/2"}]


def test_beliefs_are_given_at_every_information_set():
    for equilibrium in answer("solve", "cherry-picking")["equilibria"]:
        assert set(equilibrium["beliefs"]) == set(equilibrium["profile"])
        for belief in equilibrium["beliefs"].values():
            assert sum(Fraction(p) for p in belief.values()) == 1


def test_points_from_csv_and_json_lines(tmp_path):
    table = tmp_path / "points.csv"
    table.write_text("card,alignment_loss\n4,5\n0.5,\n,many\n1,2,3\n4,5\n")
    rows = [json.loads(line) for line in run("solve", "engagement-card", "--points", str(table)).stdout.splitlines()]
    assert len(rows) == 5
    assert rows[0] == rows[4] == answer("solve", "engagement-card", "--set", "card=4", "--set", "alignment_loss=5")
    assert rows[1]["parameters"]["card"] == "1/2"
    assert rows[1]["parameters"]["alignment_loss"] == "5"
    assert "alignment_loss" in rows[2]["error"]
    assert "3 cells" in rows[3]["error"]
    lines = '{"card": 0.1}\n{"card": "1/3"}\n{"crad": 1}\nnonsense\n'
    rows = [
        json.loads(line) for line in run("solve", "engagement-card", "--points", "-", given=lines).stdout.splitlines()
    ]
    assert [row["parameters"]["card"] for row in rows[:2]] == ["1/10", "1/3"]
    assert "did you mean 'card'" in rows[2]["error"]
    assert "error" in rows[3]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["solve", "engagement-crad"], 2, "did you mean 'engagement-card'?"),
        (["solve", "engagement-card", "--set", "crad=4"], 2, "did you mean 'card'?"),
        (["solve", "engagement-card", "--set", "card=4", "--set", "card=5"], 2, "twice"),
        (["solve", "engagement-card", "--set", "card"], 2, "NAME=VALUE"),
        (["solve", "engagement-card", "--set", "card=four"], 2, "not a number"),
        (["solve", "engagement-card", "--case", "kora"], 2, "did you mean 'korea'?"),
        (["solve", "engagement-card", "--concept", "nsah"], 2, "did you mean 'nash'?"),
        (["solve", "engagement-card", "--concept", "evolutionarily-stable"], 2, "those that fit"),
        (["solve", "engagement-card", "--concept", "repeated"], 2, "it is for repeated games"),
        (["solve", "engagement-card", "--method", "guessing"], 2, "backward-induction"),
        (["solve", "engagement-card", "--precision", "2"], 2, "for qre"),
        (["solve", "gradual-decoupling", "--set", "press_cost=3"], 2, "press_cost < drop_cost"),
        (["solve", "blockade-threat", "--levels", "21", "--concept", "nash", "--method", "extreme-points"], 1, "plans"),
        (["solve", "nowhere.yaml"], 2, "nowhere.yaml"),
        (["sovle", "engagement-card"], 2, "did you mean 'solve'?"),
        (["convert", "engagement-card", "--to", "pdf"], 2, "nfg"),
    ],
)  # fmt: skip
def test_refusals_are_one_message_and_a_status(words, status, said):
    done = run(*words)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_value_outside_its_range_is_a_note():
    assert any("card = 11" in note for note in answer("solve", "engagement-card", "--set", "card=11")["notes"])


def test_a_time_limit_ends_the_work():
    done = run("solve", "blockade-threat", "--levels", "21", "--concept", "pure-nash", "--time-limit", "0.000001")
    assert done.returncode == 1
    assert "time limit" in done.stderr


def test_convert_is_read_back(tmp_path):
    # Cherry-picking at its baseline has the same equilibrium payoffs before and after the detour through Gambit's format.
    for form in ("efg", "nfg"):
        path = tmp_path / f"game.{form}"
        assert run("convert", "cherry-picking", "--to", form, "--out", str(path)).returncode == 0
        here, there = (
            answer("solve", "cherry-picking", "--concept", "nash"),
            answer("solve", str(path), "--concept", "nash"),
        )
        worth = lambda solved: sorted(tuple(e["payoffs"].values()) for e in solved["equilibria"])  # noqa: E731
        assert set(worth(here)) == set(worth(there))


def test_reproduce_check_tells_what_differs(tmp_path):
    (tmp_path / "output").mkdir()
    (tmp_path / "one.py").write_text("def main(output):\n    (output / 'a.csv').write_text('1')\n")
    (tmp_path / "output" / "a.csv").write_text("1")
    done = run("reproduce", "--check", "--examples", str(tmp_path), "--format", "json")
    assert (done.returncode, [a["same"] for a in json.loads(done.stdout)["artefacts"]]) == (0, [True])
    (tmp_path / "output" / "a.csv").write_text("2")
    (tmp_path / "output" / "stale.csv").write_text("3")
    done = run("reproduce", "--check", "--examples", str(tmp_path), "--format", "json")
    assert (done.returncode, [a["same"] for a in json.loads(done.stdout)["artefacts"]]) == (1, [False, False])
    table = tmp_path / "output" / "a.csv"
    done = run("reproduce", "--examples", str(tmp_path))
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f"CHANGED  {table}", "1 files, 1 changed"]
    assert table.read_text() == "1"
    assert run("reproduce", "--examples", str(tmp_path)).stdout.splitlines() == [
        f"same  {table}",
        "1 files, none changed",
    ]
    assert run("reproduce", "--examples", str(tmp_path / "none")).returncode == 2


def test_reproduce_says_what_it_is_doing_on_standard_error(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(f"def main(output):\n    (output / '{name}.csv').write_text('1')\n")
    done = run("reproduce", "--examples", str(tmp_path), "--format", "json")
    assert set(json.loads(done.stdout)) == {"schema", "artefacts"}
    begun, ended, *other = done.stderr.splitlines()
    assert begun == f"[1/2] {tmp_path / 'one.py'} ..."
    assert re.fullmatch(re.escape(f"[1/2] {tmp_path / 'one.py'}: ") + r"\d+\.\d s", ended)
    assert [line.split()[:2] for line in other] == [
        ["[2/2]", f"{tmp_path / 'two.py'}"],
        ["[2/2]", f"{tmp_path / 'two.py'}:"],
    ]
    # What a script has told before another one fails is known all the same.
    (tmp_path / "two.py").write_text("def main(output):\n    raise KeyboardInterrupt\n")
    command = [sys.executable, "-m", "hedging_games", "reproduce", "--examples", str(tmp_path)]
    stopped = subprocess.run(command, capture_output=True, text=True, check=False)  # an interruption ends the process
    assert stopped.returncode == 130
    assert [line.split()[0] for line in stopped.stderr.splitlines()[:3]] == ["[1/2]", "[1/2]", "[2/2]"]


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, hedging_games; print([m for m in ('sympy', 'scipy', 'nashpy', 'pandas', 'matplotlib', 'flint', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_catalogue_and_help_do_not_load_sympy():
    for words in (["list"], ["--help"]):
        code = f"import sys; sys.argv = ['hedging-games', *{words}]\nfrom hedging_games.cli.main import main\ntry: main()\nexcept SystemExit: pass\nprint('sympy' in sys.modules, 'scipy' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "False False"
