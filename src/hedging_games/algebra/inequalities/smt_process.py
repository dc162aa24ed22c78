"""The process that runs one solver: reads an SMT-LIB 2 script on standard input, prints the answers.

Run as ``python -P smt_process.py SOLVER MILLISECONDS``, without importing the package. It ends itself when its time is
over, and when the process that started it is gone.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from importlib import import_module
from typing import Any


def main() -> None:
    """Answer the question on standard input."""
    solver, milliseconds = sys.argv[1], int(sys.argv[2])
    _end_after(milliseconds / 1000)
    question = sys.stdin.read()
    answer = _z3(question, milliseconds) if solver == "z3" else _cvc5(question, milliseconds)
    sys.stdout.write(answer)
    sys.stdout.flush()


def _end_after(seconds: float) -> None:
    """Leave without ceremony at the end of the time or when orphaned: solvers do not always heed their limits."""
    parent = os.getppid()

    def watch() -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and os.getppid() == parent:
            time.sleep(0.1)
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def _z3(question: str, milliseconds: int) -> str:
    z3: Any = import_module("z3")

    z3.set_param("timeout", milliseconds)
    context = z3.main_ctx().ref()
    asked, _, values = question.partition("(get-value")
    answer: str = z3.Z3_eval_smtlib2_string(context, asked)
    if answer.startswith("sat") and values:
        # Asked only now: where there is no model the request would be an error that hides the answer.
        answer += z3.Z3_eval_smtlib2_string(context, "(get-value" + values)
    return answer


def _cvc5(question: str, milliseconds: int) -> str:
    cvc5: Any = import_module("cvc5")

    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("tlimit-per", str(milliseconds))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, question, "question")
    symbols = parser.getSymbolManager()
    answers: list[str] = []
    while True:
        command = parser.nextCommand()
        if command.isNull():
            return "".join(answers)
        answers.append(command.invoke(solver, symbols))


if __name__ == "__main__":
    main()
