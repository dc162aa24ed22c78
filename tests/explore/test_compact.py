"""Texts that share pieces, and what is packed."""

import json
import zlib
from base64 import b64decode

from hedging_games.explore.compact import packed, shared


def test_pieces_that_several_texts_have_are_held_once_and_the_steps_between_them_told():
    one, two, three = "<piece one>", "<piece two>", "<piece three>"
    data = {"a": [one, "own of a", two, "<b>", three], "b": [{"c": [two, "<b>", three, one]}], "words": one, "none": []}
    # "<b>" is shorter than most numbers with their commas; a text that comes whole is left alone. From three back to one: over two, and one more.
    assert shared(data) == [one, two, three]
    assert data == {"a": [0, "own of a", 0, "<b>", 0], "b": [{"c": [1, "<b>", 0, -3]}], "words": one, "none": []}


def test_what_is_packed_is_deflated_json_in_base64():
    data = {"words": "größer als <b>", "numbers": list(range(1000))}
    text = packed(data)
    assert json.loads(zlib.decompress(b64decode(text), -zlib.MAX_WBITS)) == data
    assert len(text) < len(json.dumps(data))
