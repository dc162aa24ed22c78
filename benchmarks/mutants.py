"""Do the tests notice? One small fault at a time is put into a copy of the package, and the tests of that place are run.

    python benchmarks/mutants.py judge --count 20 --seed 1     a sample of an area, as lines of a Markdown table
    python benchmarks/mutants.py named                         the faults of `NAMED`, made by hand

The checkout itself is never touched: the copy stands first on PYTHONPATH. A fault that no test notices (`survived`) calls for
a test, or for a sentence why the program is the same with it: `results/mutants.md`.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = Path("src") / "hedging_games"
BROKEN: Final = 99
"""The exit status of a process that could not run the tests."""


@dataclass(frozen=True, slots=True)
class Area:
    """Modules (patterns below the package) and the tests that answer for them, quick ones first."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


SLOW: Final = "tests/analysis/test_conditions_by_hand.py::test_the_region_is_the_condition_derived_by_hand"
SLOW_MODELS: Final = (
    ("blockade-threat, on a grid", "some"),
    ("blockade-threat, on a grid", "every"),
    ("gradual-decoupling", "some"),
)
"""Questions that take longer than all others together."""

AREAS: Final = {
    "judge": Area(
        ("theory/**/*.py",),
        (
            "tests/theory/test_judge_wrong_candidates.py",
            "tests/theory/test_judging_reactions.py",
            "tests/theory",
            "tests/solvers/test_correlated.py",
            "tests/solvers/test_coalitional.py",
            "tests/solvers/test_filters.py",
            "tests/analysis/test_refine.py",
            "tests/solvers/test_quantal.py",
        ),
    ),
    "backward": Area(
        ("solvers/backward/*.py",),
        ("tests/solvers/test_lots.py", "tests/solvers/test_backward.py", "tests/solvers/test_ties.py"),
    ),
    "bimatrix": Area(
        ("solvers/bimatrix.py", "solvers/two_player.py"),
        ("tests/solvers/test_bimatrix.py", "tests/solvers/test_two_player.py", "tests/solvers/test_bimatrix_laws.py"),
    ),
    "outcomes": Area(
        ("analysis/conditions/**/*.py",),
        (
            "tests/analysis/test_conditions_ties.py",
            "tests/analysis/test_conditions_wording.py",
            "tests/analysis/test_conditions_judged.py",
            "tests/analysis/test_conditions_mixed.py",
            "tests/analysis/test_conditions_by_hand.py",
            *(f"--deselect={SLOW}[{model} subgame-perfect {among}]" for model, among in SLOW_MODELS),
            "tests/analysis/test_claims_conditions.py",
            "tests/analysis/test_sweep_supports.py",
            "tests/analysis/test_sweep_three_players.py",
        ),
    ),
    "deciding": Area(
        ("algebra/inequalities/*.py",),
        (
            "tests/algebra/test_inequalities_polynomial.py",
            "tests/algebra/test_inequalities_linear.py",
            "tests/algebra/test_inequalities_regions.py",
            "tests/algebra/test_inequalities_measures.py",
            "tests/algebra/test_formulas_search.py",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: the module, the line, what was there, what is there now, and the whole text of the module with it."""

    module: str
    line: int
    before: str
    after: str
    text: str


# --- faults by rule -----------------------------------------------------------------------------------------------------

Change: TypeAlias = Callable[[ast.AST], ast.AST | None]
"""From a node to what takes its place; None where the rule has nothing to say."""

COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
CALLED: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
LEAVING: Final = (ast.Raise, ast.Return, ast.Continue, ast.Break)


def turned_comparison(node: ast.AST) -> ast.AST | None:
    """``<`` for ``<=``, ``!=`` for ``==``, and so on."""
    if isinstance(node, ast.Compare):
        return ast.Compare(node.left, [COMPARED[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    return None


def dropped_not(node: ast.AST) -> ast.AST | None:
    """A condition without its ``not``."""
    return node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) else None


def dropped_guard(node: ast.AST) -> ast.AST | None:
    """Without an ``if`` that does nothing but leave, or an ``assert``."""
    leaves = isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], LEAVING)
    return ast.Pass() if leaves or isinstance(node, ast.Assert) else None


def exchanged_and_or(node: ast.AST) -> ast.AST | None:
    """``or`` for ``and``, ``and`` for ``or``."""
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    return None


def shortened_and_or(node: ast.AST) -> ast.AST | None:
    """A conjunction or disjunction without its last part."""
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(node.op, node.values[:-1]) if len(node.values) > 2 else node.values[0]
    return None


def moved_number(node: ast.AST) -> ast.AST | None:
    """A small whole number that is one more (large ones are limits of effort)."""
    if isinstance(node, ast.Constant) and type(node.value) is int and node.value <= 9:
        return ast.Constant(node.value + 1)
    return None


def exchanged_plus_minus(node: ast.AST) -> ast.AST | None:
    """``-`` for ``+``, ``+`` for ``-``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)
    return None


def exchanged_call(node: ast.AST) -> ast.AST | None:
    """``max`` for ``min``, ``all`` for ``any``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLED:
        return ast.Call(ast.Name(CALLED[node.func.id], ast.Load()), node.args, node.keywords)
    return None


def second_choice(node: ast.AST) -> ast.AST | None:
    """Of ``this if condition else that``, always that."""
    return node.orelse if isinstance(node, ast.IfExp) else None


RULES: Final[tuple[Change, ...]] = (
    turned_comparison, dropped_not, dropped_guard, exchanged_and_or, shortened_and_or, moved_number, exchanged_plus_minus,
    exchanged_call, second_choice,
)  # fmt: skip


def _sites(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Every place where a node hangs, but for annotations: its parent, field and number there."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            if isinstance(value, ast.AST):
                yield parent, name, None
            elif isinstance(value, list):
                for k, child in enumerate(value):
                    if isinstance(child, ast.AST):
                        yield parent, name, k


def _child(parent: ast.AST, name: str, k: int | None) -> ast.AST:
    value = getattr(parent, name)
    child: ast.AST = value if k is None else value[k]
    return child


def mutants_of(module: str) -> list[tuple[Change, int]]:
    """All faults that the rules put into a module: the rule and the number of the place."""
    tree = ast.parse((ROOT / PACKAGE / module).read_text(encoding="utf-8"))
    return [
        (rule, number)
        for number, (parent, name, k) in enumerate(_sites(tree))
        for rule in RULES
        if hasattr(_child(parent, name, k), "lineno") and rule(_child(parent, name, k)) is not None
    ]


def mutant(module: str, rule: Change, number: int) -> Mutant:
    """The fault that a rule puts into one place of a module."""
    tree = ast.parse((ROOT / PACKAGE / module).read_text(encoding="utf-8"))
    parent, name, k = list(_sites(tree))[number]
    node = _child(parent, name, k)
    other = rule(copy.deepcopy(node))
    assert other is not None
    if k is None:
        setattr(parent, name, other)
    else:
        getattr(parent, name)[k] = other
    ast.fix_missing_locations(tree)
    line = int(getattr(node, "lineno", 0))
    return Mutant(module, line, _short(node), _short(other), ast.unparse(tree))


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}..."


def sample(area: Area, count: int, seed: int) -> list[Mutant]:
    """Some of the faults of an area, the same for the same seed; every module has its share by its size."""
    package = ROOT / PACKAGE
    modules = sorted({p.relative_to(package).as_posix() for pattern in area.modules for p in package.glob(pattern)})
    every = [(module, rule, number) for module in modules for rule, number in mutants_of(module)]
    chosen = random.Random(seed).sample(every, min(count, len(every)))
    return [mutant(*one) for one in sorted(chosen, key=every.index)]


# --- running the tests --------------------------------------------------------------------------------------------------


def make_copy(folder: Path) -> Path:
    """A copy of the package and of the models that it finds beside it."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "models", folder / "models")
    return folder


def put(folder: Path, module: str, text: str) -> None:
    """Write a module of the copy, and forget what it was compiled to."""
    path = folder / PACKAGE / module
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        compiled.unlink()


class _First:
    """A plugin of pytest that writes down the first test that failed, or the file that could not be read."""

    def __init__(self, note: Path) -> None:
        self.note = note

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A test has run."""
        self._noted(report)

    def pytest_collectreport(self, report: Any) -> None:
        """A file has been read."""
        self._noted(report)

    def _noted(self, report: Any) -> None:
        if report.failed and not self.note.exists():
            self.note.write_text(report.nodeid.split("::", 1)[-1].split("[")[0], encoding="utf-8")


def tested(folder: Path, tests: Sequence[str], note: Path) -> None:
    """Run tests against the copy in this process and leave it, zero if all passed."""
    import pytest

    os.setsid()  # What the tests start ends with them.
    os.chdir(ROOT)
    os.environ["PYTHONPATH"] = str(folder / "src")
    sys.path.insert(0, str(folder / "src"))
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        words = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
        status = pytest.main([*words, *tests], plugins=[_First(note)])
        os._exit(int(status))


def warm_up() -> None:
    """Load what every test needs once; each fault then has a fork of this process to itself."""
    for name in ("numpy", "scipy.optimize", "sympy", "flint", "z3", "yaml", "click", "nashpy", "hypothesis", "pytest"):
        importlib.import_module(name)
    assert "hedging_games" not in sys.modules


@dataclass(slots=True)
class _Running:
    """A fault whose tests run: the process, its copy of the package, where the first failure is noted, and its time."""

    process: int
    folder: Path
    note: Path
    until: float


def run(mutants: Sequence[tuple[Mutant, Sequence[str]]], *, workers: int, limit: float) -> Iterator[str]:
    """A line of a table for each fault, as soon as it is known."""
    warm_up()
    with tempfile.TemporaryDirectory() as scratch:
        free = [make_copy(Path(scratch) / str(k)) for k in range(workers)]
        waiting = list(enumerate(mutants))
        running: dict[int, _Running] = {}
        while waiting or running:
            while waiting and free:
                number, (fault, tests) = waiting.pop(0)
                folder = free.pop()
                note = Path(scratch) / f"first {number}"
                put(folder, fault.module, fault.text)
                process = os.fork()
                if process == 0:
                    try:
                        tested(folder, tests, note)
                    finally:
                        os._exit(BROKEN)
                running[number] = _Running(process, folder, note, time.monotonic() + limit)
            time.sleep(0.05)
            for number, one in list(running.items()):
                ended, status = os.waitpid(one.process, os.WNOHANG)
                late = not ended and time.monotonic() > one.until
                if late:
                    os.killpg(one.process, signal.SIGKILL)
                    os.waitpid(one.process, 0)
                if ended or late:
                    fault = mutants[number][0]
                    put(one.folder, fault.module, (ROOT / PACKAGE / fault.module).read_text(encoding="utf-8"))
                    free.append(one.folder)
                    del running[number]
                    yield row(fault, "time" if late else one.note.read_text() if one.note.exists() else status and "?")


def row(fault: Mutant, said: str | int) -> str:
    """A line of the table: what was changed, and the first test that failed (0: none did)."""
    verdict = f"killed: {said if said == 'time' else f'`{said}`'}" if said else "**survived**"
    cells = (f"{fault.module}:{fault.line}", f"`{fault.before}`", f"`{fault.after}`", verdict)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


# --- faults by hand -----------------------------------------------------------------------------------------------------

NAMED: Final[tuple[tuple[str, str, str, str], ...]] = (
    # The judge.
    ("judge", "theory/deviations.py", "for s in set_before if is_followed[s])", "for s in set_before)"),
    ("judge", "theory/certificate.py", "consistent=True)", "consistent=False)"),
    ("judge", "theory/certificate.py", "max([alone.largest_gain, *together])", "alone.largest_gain"),
    ("judge", "theory/certificate.py", "not in _coalition_proof_plans(game)", "in ()"),
    ("judge", "theory/certificate.py", "min(weights) < 0 or sum(weights) != 1", "min(weights) < 0"),
    ("judge", "theory/certificate.py", "min(weights) < 0 or sum(weights) != 1", "sum(weights) != 1"),
    ("judge", "theory/certificate.py", "weakly_dominating(rows, np.array(weights, dtype=object) @ rows) is not None", "False"),
    ("judge", "theory/certificate.py", "why_unstable(game, candidate.profile) is not None", "False"),
    ("judge", "theory/certificate.py", "exact=False, largest_gain", "exact=True, largest_gain"),
    ("judge", "theory/certificate.py", "strict and largest == 0", "strict"),
    ("judge", "theory/certificate.py", "    assert candidate.beliefs is not None\n    _require_distributions(candidate.profile)",
     "    assert candidate.beliefs is not None"),
    ("judge", "theory/certificate.py", "min(here) < 0 or sum(here) != 1", "min(here) < 0"),
    ("judge", "theory/certificate.py", "min(here) < 0 or sum(here) != 1", "sum(here) != 1"),
    ("judge", "theory/certificate.py", "and gain < 0", "and gain <= 0"),
    ("judge", "theory/judging_reactions.py", "where = conjunction([guard, rest])", "where = guard"),
    ("judge", "theory/judging_reactions.py", "(*history, rest), path, at", "(*history, rest, FALSE), path, at"),
    ("judge", "theory/judging_reactions.py", "(*here, where, *within, there, gains)", "(*here, where, there, gains)"),
    ("judge", "theory/judging_reactions.py", "(*here, where, *within, there, gains)", "(*here, *within, there, gains)"),
    ("judge", "theory/judging_reactions.py", "(*here, where, *within, there, gains)", "(*here, where, *within, gains)"),
    ("judge", "theory/judging_reactions.py", "(*here, where, there, gains)", "(*history, where, there, gains)"),
    ("judge", "theory/judging_reactions.py", "(*here, where, there, gains)", "(*here, there, gains)"),
    ("judge", "theory/judging_reactions.py", "(*here, outside), path", "(*here, FALSE), path"),
    ("judge", "theory/judging_reactions.py", "inside = (*history, *within)", "inside = history"),
    ("judge", "theory/judging_reactions.py", "if spoken - made:", "if False:"),
    ("judge", "theory/judging_reactions.py", "_spoken(formula) | _spoken_by(answer)", "_spoken_by(answer)"),
    ("judge", "theory/judging_reactions.py", "both = conjunction([where, there])", "both = where"),
    ("judge", "theory/judging_reactions.py", "t + p * w for", "t + w for"),
    ("judge", "theory/judging_reactions.py", "if a != answer[k]:", "if a > answer[k]:"),
    ("judge", "theory/judging_reactions.py", "if a != answer)", "if a > answer)"),
    ("judge", "theory/judging_reactions.py", "self.told = self.told or found.is_told", "pass"),
    ("judge", "theory/judging_reactions.py", "self.undecided.append(question)", "pass"),
    ("judge", "theory/choice_ring.py", 'self.compared(ratio.numer if relation == "==" else ratio.numer * ratio.denom, relation)', "self.compared(ratio.numer, relation)"),
    ("judge", "theory/choice_ring.py", 'top * ratio.denom if power % 2 and asked.relation != "==" else top', "top"),
    ("judge", "theory/choice_ring.py", "(top, bottom * scale) if above > below else (top * scale, bottom)", "(top, bottom)"),
    ("judge", "theory/choice_ring.py", 'pinned = tuple(constraint(polynomial, "==") for polynomial in self.minimal)', "pinned = ()"),
    ("judge", "theory/choice_ring.py", "Interval(low, high, low_closed=False, high_closed=False)", "Interval(None, None)"),
    ("judge", "theory/assessments.py", "on_path_only=not consistent", "on_path_only=True"),
    ("judge", "theory/assessments.py", "if why_not is not None:", "if False:"),
    ("judge", "theory/assessments.py", "if orders(rankings) is None:", "if False:"),
    ("judge", "theory/assessments.py", "if product != 1:", "if False:"),
    ("judge", "theory/assessments.py", "any(_departs(belief, origin) for origin in possible)", "False"),
    ("judge", "theory/assessments.py", "sum(belief[k] for origin in possible for k in origin.histories) != 1", "False"),
    ("judge", "analysis/solve.py", "    if candidate.error is not None:\n        certificate = Certificate(exact=False",
     "    if candidate.error is not None:\n        certificate = Certificate(exact=True"),
    ("judge", "analysis/solve.py", "certificate.largest_gain > 0", "False"),
    # Backward induction.
    ("backward", "solvers/backward/induction.py", "is_point and play.component >= 0", "is_point"),
    ("backward", "solvers/backward/induction.py", "is_point and play.component >= 0", "play.component >= 0"),
    ("backward", "solvers/backward/induction.py", "if size == 1 and is_known", "if size == 1"),
    ("backward", "solvers/backward/induction.py", "if not is_known:", "if False:"),
    ("backward", "solvers/backward/induction.py", "own = (play.component,) if len(problem.movers) > 1 else ()", "own = ()"),
    ("backward", "solvers/backward/continuations.py", 'known = proposal.complete == "all"', "known = True"),
    ("backward", "solvers/backward/induction.py", "prod(len(continuations) for continuations in options) > limit", "False"),
    ("backward", "solvers/backward/induction.py", "if len(here) > limit:", "if False:"),
    ("backward", "solvers/backward/induction.py", "len(problem.movers) > 1 and is_too_much(problem, worth_classes(problem, options))",
     "False"),
    ("backward", "solvers/backward/induction.py", "if not problem.can_compare(below):", "if False:"),
    ("backward", "solvers/backward/lots.py", "if len(form.histories_of[s]) == 1:", "if True:"),
    # Two players.
    ("bimatrix", "solvers/bimatrix.py", "word, bit = action // 64, ", "word, bit = 0, "),
    ("bimatrix", "solvers/bimatrix.py", "opponent.tight[a // 64]", "opponent.tight[0]"),
    ("bimatrix", "solvers/bimatrix.py", "int(p_count[i].max()) + int(q_count[j].max()) < size + twice", "False"),
    ("bimatrix", "solvers/bimatrix.py", "limits.hold(len(pairs), ", "limits.hold(0, "),
    # Deciding.
    ("deciding", "algebra/inequalities/decide.py", "if slope == 0:", "if False:"),
    ("deciding", "algebra/inequalities/decide.py", "if not system.contains(point):", "if False:"),
    ("deciding", "algebra/inequalities/decide.py", "if not check(found, system, asking=False):", "if False:"),
)  # fmt: skip
"""Area, module, and a piece of its text with what is put in its place."""


def named() -> list[tuple[Mutant, Sequence[str]]]:
    """The faults made by hand, each with the tests of its area."""
    found: list[tuple[Mutant, Sequence[str]]] = []
    for area, module, before, after in NAMED:
        text = (ROOT / PACKAGE / module).read_text(encoding="utf-8")
        if text.count(before) != 1:
            raise SystemExit(f"{module} holds this {text.count(before)} times, not once: {before}")
        line = text[: text.index(before)].count("\n") + 1
        was, now = (" ".join(piece.split()) for piece in (before, after))
        found.append((Mutant(module, line, was, now, text.replace(before, after)), AREAS[area].tests))
    return found


def main() -> None:
    """Read the words typed, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("area", choices=[*AREAS, "named"])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--limit", type=float, default=300, help="seconds for the tests of one fault")
    parser.add_argument("--only", default="", help="faults in modules whose name holds this")
    parser.add_argument("--list", action="store_true", help="only list the faults")
    asked = parser.parse_args()
    if asked.area == "named":
        mutants = named()
    else:
        area = AREAS[asked.area]
        mutants = [(fault, area.tests) for fault in sample(area, asked.count, asked.seed)]
    mutants = [(fault, tests) for fault, tests in mutants if asked.only in fault.module]
    print("| place | before | after | tests |", "|---|---|---|---|", sep="\n", flush=True)
    if asked.list:
        for fault, _ in mutants:
            print(f"| {fault.module}:{fault.line} | `{fault.before}` | `{fault.after}` | |")
        return
    started = time.monotonic()
    for line in run(mutants, workers=asked.workers, limit=asked.limit):
        print(line, flush=True)
    print(f"\n{len(mutants)} faults in {time.monotonic() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
