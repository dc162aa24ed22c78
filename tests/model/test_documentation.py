"""Every example in the description of the file format is a model, or a part that fits the first one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hedging_games.errors import ModelFileError
from hedging_games.model.fields import MOST_ENTRIES
from hedging_games.model.histories import MOST_HISTORIES
from hedging_games.model.read_declarations import _CLAIM_KEYS
from hedging_games.model.reader import KEYS, read_model_text

TEXT = (Path(__file__).parents[2] / "docs" / "model-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
SECTION = re.compile(r"^(\w+):.*\n(?:(?: .*)?\n)*", re.MULTILINE)


def sections(text):
    return {match[1]: match[0] for match in SECTION.finditer(text)}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_every_example_is_a_model_or_fits_the_first(example):
    whole = example if example.startswith("title:") else "".join((sections(EXAMPLES[0]) | sections(example)).values())
    model = read_model_text(whole)
    assert read_model_text(model.dump()) == model
    (model.on_grid(3) if model.is_continuous else model).at()


def test_there_are_examples_of_both_kinds():
    assert sum(example.startswith("title:") for example in EXAMPLES) == 8
    assert len(EXAMPLES) == 12


def test_every_key_is_described():
    for key in (*KEYS, *_CLAIM_KEYS):
        assert f"`{key}`" in TEXT


def test_the_limits_are_those_of_the_code():
    assert f"{MOST_HISTORIES:,} histories" in TEXT
    assert f"{MOST_ENTRIES} entries" in TEXT


def test_the_error_shown_is_the_error_given():
    shown = re.search(r"```text\n(.*?)\n```", TEXT, re.DOTALL)[1]
    with pytest.raises(ModelFileError, match="unknown name 'autonmy'") as caught:
        read_model_text(EXAMPLES[0].replace("autonomy*[Tol", "autonmy*[Tol"), file="my-model.yaml")
    assert str(caught.value) == shown
