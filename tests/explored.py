"""The formulas of a model, derived once for the tests of its page, and what Python reads in them at a point."""

from __future__ import annotations

import itertools
import json
import re
import zlib
from base64 import b64decode
from functools import cache

import hedging_games as hg
from hedging_games.analysis.solve import concept_of
from hedging_games.analysis.sweep.events import events_by_signs
from hedging_games.explore.formulas import written

WITHOUT = {"hedging-triangle", "patron-auction"}
WITH = [name for name in hg.catalogue() if name not in WITHOUT]


@cache
def asked(name):
    """A model, its concept, its formulas as Python has them (None without any), and as JSON."""
    model = hg.load(name)
    concept = concept_of(model.at()).name
    names = [n for n in model.parameters if n not in model.structural]
    found = events_by_signs(model, concept, names, model.point())
    return model, concept, found, None if found is None else written(found, model, model.point())


def signs(found, point):
    """What `told` reads: the values of all polynomials at a point, which is what takes time."""
    return [polynomial.at(point) for polynomial in found.circuit.polynomials]


def told(found, values):
    """At the point where the polynomials have these values: whether the event is played in some and in every equilibrium (None: not told), and whether someone is indifferent; None where
    there is no game.
    """
    wanted = [found.valid, found.degenerate, found.doubtful, found.unsettled, found.some, found.every]
    valid, degenerate, doubtful, unsettled, some, every = found.circuit.truths_of_signs(wanted, values)
    if not valid:
        return None
    # `flags` has -2 for what is not known.
    some, every = (None if flag not in (0, 1) else bool(flag) for flag in found.flags(some, every))
    if unsettled:
        some, every = found.circuit.truths_of_signs(found.mixed, values) if found.mixed else (None, None)
    if degenerate:
        some = every = None
    return some, every, doubtful


def word(found, point):
    """The answer in the page's word."""
    said = told(found, signs(found, point))
    if said is None:
        return "invalid"
    return {(True, True): "every", (False, False): "none", (True, False): "some"}.get(said[:2], "unknown")


def _part(page, key):
    return re.search(rf'<script type="[a-z/]*" id="{key}">(.*?)</script>', page, re.DOTALL)[1]


def beside_formulas(page):
    """The bytes of a file without the compiled conditions that it holds."""
    data = _part(page, "data")
    start = data.index('"formulas":') + len('"formulas":')
    _, end = json.JSONDecoder().raw_decode(data, start)
    return len(page.encode()) - len(data[start:end].encode())


def unpacked(page):
    """What a file holds that was computed beforehand, its texts whole."""
    data = json.loads(zlib.decompress(b64decode(_part(page, "beforehand")), -zlib.MAX_WBITS))
    pieces = data.pop("pieces")

    def whole(part):
        if isinstance(part, dict):
            return {key: whole(inner) for key, inner in part.items()}
        if isinstance(part, list) and part and isinstance(part[0], str | int):
            between = itertools.accumulate((1 + piece for piece in part if isinstance(piece, int)), initial=-1)
            next(between)
            return "".join(pieces[next(between)] if isinstance(piece, int) else piece for piece in part)
        return [whole(inner) for inner in part] if isinstance(part, list) else part

    return whole(data)
