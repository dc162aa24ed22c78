"""Phases: at every cell's own exact sample, the solver finds exactly the outcomes that the phase names."""

import os
import subprocess
import sys
import time
from fractions import Fraction

import pytest

import hedging_games as hg
from hedging_games.analysis.phases import AT_BORDERS, phases
from hedging_games.errors import InputError
from hedging_games.model.reader import read_model_text

CASES = [
    ("engagement-card", ("card",)),
    ("engagement-card", ("alignment_loss", "card")),
    ("dependence-backlash", ("dependence", "hostility")),
    ("cherry-picking", ("p",)),
    ("cherry-picking", ("p", "betrayal")),
    ("latent-threat", ("p", "discount")),
    ("hedging-triangle", ("card", "leverage")),
]


@pytest.mark.parametrize(("name", "over"), CASES)
def test_the_solver_finds_as_many_outcomes_at_every_rational_sample(name, over):
    model = hg.load(name)
    found = phases(model, over)
    seen = 0
    for phase in found.phases:
        for cell in phase.cells[:4]:
            # Where chance excludes a type, outcomes that differ in what it would do are one.
            excluded = "p" in over and cell.sample[over.index("p")] in (0, 1)
            if not excluded and all(isinstance(x, Fraction) for x in cell.sample):
                there = hg.solve(model.at(**dict(zip(over, cell.sample, strict=True))), found.concept)
                # At borders in trees the solver lists mixtures at ties too; phases name what is played without them, and say so.
                listed = [e for e in there if e.profile.is_pure or AT_BORDERS not in found.notes]
                # Two equilibria that differ off the path alone are one outcome.
                assert len({outcome_of(e, there.game) for e in listed}) == len(phase.outcomes), (cell, phase.outcomes)
                seen += 1
    assert seen >= len(over)


def outcome_of(equilibrium, game):
    """Terminal histories with their probabilities."""
    form = equilibrium.profile.form
    probabilities = equilibrium.profile.probabilities
    reached = []
    for z in form.terminals.tolist():
        weight = Fraction(1)
        for slot in form.path(z):
            weight *= game.chance[slot] if form.player_of_slot[slot] < 0 else probabilities[slot]
        reached.append(weight)
    return tuple(reached)


# The card must make up for the loss: card >= alignment_loss - 2, with equality on a border of its own.
def test_the_plane_by_hand():
    found = phases(hg.load("engagement-card"), ("alignment_loss", "card"))
    assert [phase.dimension for phase in found.phases] == [2, 2, 1]
    border = found.phases[2]
    assert border.outcomes == (0, 1)
    assert [cell.low for cell in border.cells if cell.dimension == 1] == ["alignment_loss - 2"]


def test_the_partition_does_not_depend_on_the_hash_seed():
    program = (
        "import hedging_games as hg; from hedging_games.analysis.phases import phases;"
        "print(phases(hg.load('cherry-picking'), ['p', 'betrayal']))"
    )
    said = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
        )
        said.add(done.stdout)
    assert len(said) == 1


THREE_BY_THREE = """
title: Three allies
players: {A: {role: ally}, B: {role: ally}, C: {role: ally}}
parameters:
  x: {baseline: 1, range: [-3, 3], meaning: weight, source: assumed}
  y: {baseline: 1, range: [-3, 3], meaning: weight, source: assumed}
play:
  A: {by: A, actions: [a1, a2, a3]}
  B: {by: B, actions: [b1, b2, b3]}
  C: {by: C, actions: [c1, c2, c3]}
payoffs:
  A: x*[a1 and b1] + y*[a2 and c2] + (x - y)*[a3 and b3] + [a1 and c3] - x*y*[a2 and b2]
  B: y*[b1 and c1] + x*[b2 and a2] + (x + y - 1)*[b3 and c3] + x*[b1 and a3]
  C: (x - 1)*[c1 and a1] + (y + 1)*[c2 and b2] + x*y*[c3 and a3] + y*[c1 and b3]
hedge: a1 and b1
"""


# Twenty-seven profiles of bilinear payoffs in seconds, and right at every cell.
def test_twenty_seven_profiles(tmp_path):
    path = tmp_path / "three.yaml"
    path.write_text(THREE_BY_THREE, encoding="utf-8")
    model = hg.load(path)
    started = time.process_time()
    found = phases(model, ("x", "y"), "pure-nash")
    assert time.process_time() - started < 60
    for phase in found.phases:
        for cell in phase.cells[:2]:
            if all(isinstance(v, Fraction) for v in cell.sample):
                game = model.at(x=cell.sample[0], y=cell.sample[1])
                assert len(hg.solve(game, "pure-nash")) == len(phase.outcomes), cell


def test_refusals():
    model = hg.load("engagement-card")
    for over, said in ((("card", "card"), "one or two"), (("crad",), "card"), (("card",), "both")):
        with pytest.raises(InputError, match=said):
            phases(model, over, fixed={"card": 1} if said == "both" else None)
    with pytest.raises(InputError, match="form of the game"):
        phases(hg.load("allied-resistance"), ["threshold"])


CUBIC = """
title: three roots over one value
players: [A]
parameters: {a: {baseline: 0, range: [-3, 3]}, b: {baseline: 0, range: [-2, 2]}}
play: {Move: {by: A, actions: [In, Out]}}
payoffs: {A: "(b**3 - 3*b + a)*[In]"}
hedge: In
"""


# b^3 - 3b + a rises, falls between b = -1 and 1, and rises again. For -2 < a < 2 it has three roots b: In is worth more than 0 between the
# first and the second and beyond the third. The three have one equation, so it takes their numbers to tell an area from a curve.
def test_roots_of_one_equation_are_told_apart():
    text = str(hg.phases(read_model_text(CUBIC), ["a", "b"]))
    first, second, third = (f"(root {k} from below of -3*b + b^3 + a = 0)" for k in (1, 2, 3))
    assert f"  a in (-2, 2), {second} < b < {third}" in text
    stays_out, comes_in = (
        text.split("[1]:")[1].split("[0]:", maxsplit=1)[0],
        text.split("[0]:")[1].split("[0], [1]:", maxsplit=1)[0],
    )
    assert f"{second} < b < {third}" in stays_out
    assert f"{first} < b < {second}" in comes_in
    assert f"{third} < b <= 2" in comes_in
    assert text.count("a in (-2, 2), b = (root") == 3
