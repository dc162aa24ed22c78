"""Makes the builders beside this file importable from the tests of every floor."""

import gc
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
gc.set_threshold(100_000, 20, 100)  # as in the command line: a tenth of the time otherwise


@pytest.fixture(autouse=True)
def page_of_the_usual_width():
    """What is printed is as wide as where there is no terminal: readline, which pytest loads, may have put its own width here."""
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
