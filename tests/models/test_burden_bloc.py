"""burden-bloc, against payoffs written down a second time and equilibria derived by hand.

Let a = one_value - commitment <= 0 and b = both_value - 2*commitment be what covering one ally and both is worth to Washington before offers.

- A bloc offers max(0, -b/2) for each, what Washington lacks.
- Alone, Seoul first. Washington covers both where b + s + t is at least 0, a + s and a + t: so each pays m = a - b at least, and together -b.
  If b <= 2*a (substitutes: both_value <= 2*one_value), m >= -b/2 and each pays m: with less, an ally is left out for the other one. If b > 2*a
  (complements), Seoul pays max(m, 0) < -b/2, or nothing like Tokyo where b >= 0, and leaves the rest to Tokyo.

A bloc saves each m + b/2 = one_value - both_value/2 among substitutes, from which coordination has to be paid; among complements Seoul would lose by
it, or where b >= 0 both pay nothing either way.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg

BASELINE = {"one_value": F(3), "both_value": F(4), "commitment": F(3), "security": F(4), "coordination": F(1, 4)}
SOME = "2*one_value - both_value >= 2*coordination or coordination == 0 and both_value >= 2*commitment"
EVERY = "2*one_value - both_value > 2*coordination"


@pytest.fixture(scope="module")
def model():
    return hg.load("burden-bloc")


def test_what_the_file_declares(model):
    assert tuple(model.players) == ("Seoul", "Tokyo", "Washington")
    assert {name: p.baseline for name, p in model.parameters.items()} == BASELINE
    assert all(p.meaning and p.unit and p.source for p in model.parameters.values())
    assert set(model.cases) == {"complements", "thin_bloc"}


def test_payoffs(model):
    v = BASELINE
    game = model.on_grid(3).at()
    form = game.form
    for z, history in enumerate(form.terminals.tolist()):
        *sides, last = (form.action_of_slot[slot] for slot in form.path(history))
        numbers = [F(text.split("=")[-1]) for text in sides if text not in ("Bloc", "Alone")]
        if len(numbers) == 1:
            covered = last == "Cover"
            each = (v["security"] - numbers[0]) * covered - v["coordination"]
            expected = (each, each, (v["both_value"] - 2 * v["commitment"] + 2 * numbers[0]) * covered)
        else:
            seoul, tokyo = last in ("Both", "SeoulOnly"), last in ("Both", "TokyoOnly")
            value = {0: F(0), 1: v["one_value"], 2: v["both_value"]}[seoul + tokyo]
            costs = v["commitment"] * (seoul + tokyo)
            paid = numbers[0] * seoul + numbers[1] * tokyo
            expected = (
                (v["security"] - numbers[0]) * seoul,
                (v["security"] - numbers[1]) * tokyo,
                value - costs + paid,
            )
        assert tuple(game.payoffs[:, z]) == expected


def tree(v, offers):
    """The game on a grid of offers, as a plain tree."""

    def worth(seoul, tokyo, washington):
        return dict(zip(("Seoul", "Tokyo", "Washington"), (seoul, tokyo, washington), strict=True))

    def bloc(offer):
        out = -v["coordination"]
        cover = worth(*[v["security"] - offer + out] * 2, v["both_value"] - 2 * v["commitment"] + 2 * offer)
        return ("Washington", f"bloc at {offer}", {"Cover": cover, "Refuse": worth(out, out, 0)})

    def alone(seoul, tokyo):
        one, both = v["one_value"] - v["commitment"], v["both_value"] - 2 * v["commitment"]
        return (
            "Washington",
            f"alone at {seoul}, {tokyo}",
            {
                "Both": worth(v["security"] - seoul, v["security"] - tokyo, both + seoul + tokyo),
                "SeoulOnly": worth(v["security"] - seoul, 0, one + seoul),
                "TokyoOnly": worth(0, v["security"] - tokyo, one + tokyo),
                "Neither": worth(0, 0, 0),
            },
        )

    def apart():
        return ("Seoul", "offer", {s: ("Tokyo", f"offer after {s}", {t: alone(s, t) for t in offers}) for s in offers})

    joined = ("Tokyo", "side", {"Bloc": ("Seoul", "bloc offer", {b: bloc(b) for b in offers}), "Alone": apart()})
    return ("Seoul", "side", {"Bloc": joined, "Alone": apart()})


def assumed(v):
    return (
        v["one_value"] <= min(v["commitment"], v["both_value"])
        and v["commitment"] < v["security"]
        and 2 * v["commitment"] - v["both_value"] < v["security"]
    )


def test_on_a_grid_what_is_played_is_what_induction_from_the_end_finds(model, induced, random_points):
    grid = model.on_grid(3)
    ranges = {name: (F(0), F(10)) for name in BASELINE}
    for v in [BASELINE, *random_points(ranges, 32, 2, assumed)]:
        offers = [k * v["security"] / 2 for k in range(3)]
        expected = {worth for _, worth in induced(("Seoul", "Tokyo", "Washington"), tree(v, offers))}
        found = hg.solve(grid.at(**v))
        assert {tuple(e.payoffs.values()) for e in found if e.profile.is_pure} == expected, v


# a = 0, b = -2: 1 each in a bloc, 2 each alone. 4 - 1 - 1/4 > 4 - 2.
def test_baseline(model):
    (only,) = hg.solve(model.at())
    assert tuple(only.payoffs.values()) == (F(11, 4), F(11, 4), 0)
    assert only.hedge == 1


# Complements: a = -1/2, b = -1/2, m = 0. Alone Seoul pays nothing and Tokyo 1/2, in a bloc 1/4 each: Seoul refuses. A bloc that costs 3/2 each
# saves 1: both pay 2, and Washington keeps 2*2 - 2.
def test_cases(model):
    found = hg.solve(model.at("complements"))
    assert {tuple(e.payoffs.values()) for e in found} == {(4, F(7, 2), 0)}
    assert {tuple(e.payoffs.values()) for e in hg.solve(model.at("thin_bloc"))} == {(2, 2, 2)}
    assert all(e.hedge == 0 for e in found)


@pytest.mark.parametrize(("among", "by_hand"), [("some", SOME), ("every", EVERY)])
def test_the_condition_is_the_one_derived_by_hand(model, same_region, among, by_hand):
    region = hg.condition(model, among=among)
    assert region.complete is True
    same_region(region, by_hand)


def test_claims(model):
    assert [f.verdict for f in hg.examine(model)] == ["conditional", "proved", "proved", "proved"]
