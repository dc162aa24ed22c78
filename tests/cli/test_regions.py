"""The verbs that ask when, as scripts use them: the keys of the contract, and refusals that say what to do."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner

import hedging_games as hg
from command_line import run as typed
from hedging_games.cli.main import cli
from hedging_games.errors import HedgingGamesError

NO_EVENT = """
title: No event
players: {A: {role: ally}}
parameters: {x: {baseline: 1, range: [0, 2], meaning: a number, source: assumed}}
play: {Move: {by: A, actions: [l, r]}}
payoffs: {A: "x*[l]"}
"""


def run(*arguments):
    return CliRunner().invoke(cli, list(arguments))


def answer(*arguments):
    done = run(*arguments, "--format", "json")
    assert done.exit_code == 0, (done.output, done.exception)
    assert done.output.count("\n") == 1
    return json.loads(done.output)


def refusal(*arguments):
    done = run(*arguments)
    assert isinstance(done.exception, HedgingGamesError), done.output
    return str(done.exception)


def test_condition():
    found = answer("condition", "engagement-card", "--among", "some")
    assert {"cells", "complete"} <= found.keys()
    assert found["complete"] is True
    assert found["concept"] == "subgame-perfect"
    first = found["cells"][0]
    assert first["profile"] == {"Choice": {"Engage": "1"}, "Reply": {"Tolerate": "1"}, "Client": {"Restrain": "1"}}
    assert {
        "expression": "card + example - alignment_loss + punishment_cost",
        "relation": ">=",
        "because": "else Ally would play Punish",
    } in first["conditions"]


def test_condition_needs_to_know_among_which():
    assert run("condition", "engagement-card").exit_code == 2


# Signalling games are asked for sequential equilibria by default. The one condition is derived in test_conditions_by_hand.
def test_condition_of_a_signalling_game():
    found = answer("condition", "cherry-picking", "--among", "every")
    assert found["concept"] == "sequential"
    (cell,) = found["cells"]
    assert [(c["expression"], c["relation"]) for c in cell["conditions"]] == [
        ("p*trust_gain + p*betrayal - betrayal", ">")
    ]


def test_a_concept_without_regions_names_those_with():
    said = refusal("condition", "cherry-picking", "--among", "some", "--concept", "correlated")
    assert "nash, pure-nash, subgame-perfect, sequential" in said
    assert "nash" in refusal("condition", "hedging-triangle", "--among", "some", "--concept", "sequential")


def test_a_model_without_an_event_is_refused(tmp_path):
    path = tmp_path / "none.yaml"
    path.write_text(NO_EVENT, encoding="utf-8")
    for verb in (("condition", "--among", "some"), ("threshold", "--parameter", "x"), ("robustness",)):
        assert "names no event" in refusal(verb[0], str(path), *verb[1:])


def test_latex():
    done = typed("condition", "dependence-backlash", "--among", "every", "--latex")
    command = "hedging-games condition dependence-backlash --among every --latex"
    assert done.stdout.startswith(f"% hedging-games {hg.__version__}: condition of dependence-backlash; {command}\n")
    assert r"\begin{align*}" in done.stdout
    assert r"\text{" in done.stdout


# capacity_loss: (1 + d)*partner_value*(1 - c) <= d*partner_value - subsidy, so c >= (1 + subsidy/partner_value)/(1 + d) = 10/19 at d = 9/10.
def test_threshold():
    found = answer("threshold", "gradual-decoupling", "--parameter", "capacity_loss")
    assert found["thresholds"] == ["10/19"]
    assert found["intervals"] == [{"low": "10/19", "high": "1", "low_closed": True, "high_closed": True}]
    assert found["boundaries"] == [
        ["capacity_loss = (partner_value + subsidy)/(partner_value*discount + partner_value)"]
    ]
    without = answer("threshold", "gradual-decoupling", "--parameter", "capacity_loss", "--set", "subsidy=0")
    assert without["boundaries"] == [["capacity_loss = 1/(discount + 1)"]]


# engagement-card at its baseline: card + example - alignment_loss + punishment_cost = 1, four parameters each in [0, 10] (example at the
# end of its range cannot fall): moving by the share r of a range changes it by at most 10*r in three of them, so r = 1/30.
def test_robustness():
    found = answer("robustness", "engagement-card")
    assert {"radius", "binding", "nearest", "share"} <= found.keys()
    assert (found["norm"], found["radius"]) == ("box", "1/30")
    assert found["exact"] is True
    assert found["binding"][0]["because"] == "else Ally would play Punish"
    assert found["elasticities"] == [{"card": "4", "example": "0", "alignment_loss": "-5", "punishment_cost": "2"}]


def test_robustness_in_a_ball():
    # The margin card + example - alignment_loss + punishment_cost is 1 at the baseline. The example, 0, cannot become less; the other
    # three move by 1/3 each along the normal, by 1/30 of their ranges of length 10: 3 * (1/30)**2 = 1/300.
    found = answer("robustness", "engagement-card", "--norm", "ball")
    assert found["norm"] == "ball"
    assert (found["exact"], found["radius_squared"]) == (True, "1/300")
    # sqrt(1/300) = 0.05773...
    assert (found["radius"], found["radius_at_most"]) == ("577/10000", "289/5000")
    assert [found["nearest"][name] for name in ("card", "example", "alignment_loss", "punishment_cost")] == [
        "11/3", "0", "16/3", "5/3",
    ]  # fmt: skip


def test_robustness_in_a_ball_with_a_rational_radius():
    # With all held but the card and the punishment's cost, both with ranges of length 10, card - 5 + punishment_cost >= 0 has margin 2
    # at card = 5, punishment_cost = 2: the nearest loss is (4, 1), at the squared distance 2 * (1/10)**2 = 1/50. With the card alone
    # free it is card = 3, at 2/10.
    model = hg.load("engagement-card")
    held = {name: p.baseline for name, p in model.parameters.items() if name not in ("card", "punishment_cost")}
    two = hg.robustness(model, fixed={"card": 5}, held=held, norm="ball")
    assert (two.exact, two.square) == (True, Fraction(1, 50))
    assert two.low**2 < Fraction(1, 50) < two.high**2
    assert "sqrt(1/50), at least 707/5000 ≈ 0.141 (at most 283/2000 ≈ 0.142) (Euclidean length" in str(two)
    assert two.nearest == {"card": 4, "punishment_cost": 1}
    one = hg.robustness(model, fixed={"card": 5}, held={**held, "punishment_cost": 2}, norm="ball")
    assert one.low == one.high == Fraction(1, 5)
    with pytest.raises(hg.InputError, match="write box or ball"):
        hg.robustness(model, norm="euclidean")


def test_robustness_where_nothing_can_be_lost():
    assert "not played at this point" in refusal("robustness", "engagement-card", "--set", "card=0")


def test_phases():
    found = answer("phases", "engagement-card", "--over", "card")
    assert [outcome["profile"]["Choice"] for outcome in found["outcomes"]] == [{"Align": "1"}, {"Engage": "1"}]
    assert [(p["outcomes"], p["dimension"], p["cells"][0]["low"], p["cells"][0]["high"]) for p in found["phases"]] == [
        ([0], 1, "0", "3"),
        ([1], 1, "3", "10"),
        ([0, 1], 0, "3", "3"),
    ]
    assert "one or two" in refusal(
        "phases", "engagement-card", *(w for n in ("card", "example", "sanction") for w in ("--over", n))
    )


def test_a_file_without_claims_is_said_to_make_none(tmp_path):
    path = tmp_path / "silent.yaml"
    path.write_text("title: Without claims\nextends: engagement-card\n", encoding="utf-8")
    assert run("claims", str(path)).stdout == "silent: the file makes no claims; they go under 'claims:'\n"


def test_claims():
    found = answer("claims", "engagement-card")["claims"]
    assert [claim["verdict"] for claim in found] == ["proved", "refuted", "proved", "proved"]
    assert {"model", "says", "verdict", "condition", "counterexample"} <= found[0].keys()
    before, after = found[1]["counterexample"]
    assert {name for name in before if before[name] != after[name]} == {"retained_share"}


@pytest.mark.parametrize("verb", ["condition", "threshold", "robustness", "phases"])
def test_gambit_files_have_no_parameters(verb, tmp_path):
    options = {"condition": ["--among", "some"], "threshold": ["--parameter", "x"], "phases": ["--over", "x"]}
    assert "without parameters" in refusal(verb, str(tmp_path / "a.nfg"), *options.get(verb, []))


# Backward induction over a stage of three who choose at once follows pure equilibria alone: every answer says so, in text and in JSON.
# Each of the three takes l if x > 0, whatever the others do.
THREE = """
title: Three at once, after a start
players: {A: {role: ally}, B: {role: partner}, C: {role: small state}}
parameters:
  x: {baseline: 1, range: [-2, 2], meaning: a number, source: assumed}
  steps: {baseline: 2, range: [2, 5], meaning: how finely C chooses, source: assumed}
play:
  Start: {by: C, actions: [go, stay]}
  One: {by: A, actions: [l, r], sees: [Start], when: go}
  Two: {by: B, actions: [up, down], sees: [Start], when: go}
  Three: {by: C, actions: {from: 0, to: 1, levels: steps}, sees: [Start], when: go}
payoffs: {A: "x*[l]", B: "x*[up]", C: "[go] + x*Three"}
hedge: l
"""


@pytest.mark.parametrize(
    "asked",
    [
        ("condition", "--among", "some"),
        ("threshold", "--parameter", "x"),
        ("robustness",),
        ("phases", "--over", "x"),
    ],
)
def test_what_was_not_followed_and_what_is_held_is_said(asked, tmp_path):
    path = tmp_path / "three.yaml"
    path.write_text(THREE, encoding="utf-8")
    found = answer(asked[0], str(path), *asked[1:])
    assert found["complete"] is False
    assert "more than two movers were not followed" in found["notes"][0]
    assert (found["fixed"]["steps"], found["structural"]) == ("2", ["steps"])
    text = run(asked[0], str(path), *asked[1:]).output
    assert "held: steps = 2" in text
    assert "note: equilibria with randomisation" in text
