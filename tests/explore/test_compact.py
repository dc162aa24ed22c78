"""Texts that share pieces, and what is packed."""

import json
import zlib
from base64 import b64decode

from hedging_games.explore.compact import packed, shared


def test_pieces_that_several_texts_have_are_held_once_and_numbered():
    data = {
        "a": ["<common piece>", "own of a", "<b>"],
        "b": [{"c": ["own of b", "<common piece>", "<b>"]}],
        "words": "<common piece>",
        "none": [],
    }
    pieces = shared(data)
    # "<b>" is shorter than most numbers with their commas; a text that comes whole is left alone.
    assert pieces == ["<common piece>"]
    assert data == {
        "a": [0, "own of a", "<b>"],
        "b": [{"c": ["own of b", 0, "<b>"]}],
        "words": "<common piece>",
        "none": [],
    }


def test_what_is_packed_is_deflated_json_in_base64():
    data = {"words": "größer als <b>", "numbers": list(range(1000))}
    text = packed(data)
    assert json.loads(zlib.decompress(b64decode(text), -zlib.MAX_WBITS)) == data
    assert len(text) < len(json.dumps(data))
