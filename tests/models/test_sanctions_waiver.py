"""sanctions-waiver and sanctions-waiver-discretionary, against closed forms derived by hand.

With k units of dependence let g = arms*k, l = loss*k, c = diversification_cost; a sanction is worth -y = -(sanction + disruption*k) to the small
state and -x = -(sanction_cost + capability*k) to the ally; d = discount, and (W, U) is what k - 1 units are worth to the two.

*By statute* the ally waives after Diversify if -l + d*U >= -x, and the small state diversifies if that is waived and g - c + d*W >= -y. All the
way down, U = -(loss*((k - 1) + d*(k - 2) + ...)), and the event is played in some equilibrium exactly if every step holds weakly, in every one if
every step holds strictly.

*At discretion* the ally also answers Keep, after which k stays, with a waiver worth -l + d*V to it, V being what k units are worth. Diversify is
waived as above; D = g - c + d*W if it is, else -y. The stationary equilibria with k units:

1. Diversify, waived, Keep sanctioned: V = -l + d*U; -l + d*V <= -x; D >= -y;
2. Diversify, waived, Keep waived: the same V; -l + d*V >= -x; D >= g + d*D;
3. Diversify is sanctioned, and so is Keep (V = -x, -l - d*x <= -x), or Keep is waived (>=) and -y >= g - d*y: worth (-y, -x);
4. Keep, waived for ever: (g/(1 - d), -l/(1 - d)); -l/(1 - d) >= -x; g/(1 - d) >= D;
5. Keep, sanctioned: (-y, -x); -l - d*x <= -x; -y >= D;
6. mixed, Diversify being waived: the ally is indifferent after Keep, d*V = l - x, and the small state, D = w*(g + d*D) - (1 - w)*y with the waiver's
   probability w; it diversifies with the p for which V = p*(-l + d*U) - (1 - p)*x. After Keep and a waiver the game is the same again, so k
   falls before a sanction with probability p/(1 - (1 - p)*w).
"""

import random
from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.algebra.expressions.expression import And, Not, Or
from hedging_games.algebra.expressions.parser import parse_condition
from hedging_games.analysis.phases import NOT_AT_BORDERS

BASELINE = {
    "arms": F(1), "diversification_cost": F(3), "loss": F(1), "sanction_cost": F(1), "capability": F(3, 2), "sanction": F(2),
    "disruption": F(2), "discount": F(9, 10), "start": F(2),
}  # fmt: skip
RANGES = dict.fromkeys(BASELINE, (F(0), F(10))) | {"discount": (F(1, 2), F(19, 20)), "start": (F(1), F(4))}
PLAYERS = ("SmallState", "Ally")


@pytest.fixture(scope="module")
def statute():
    return hg.load("sanctions-waiver")


@pytest.fixture(scope="module")
def discretion():
    return hg.load("sanctions-waiver-discretionary")


@pytest.fixture(scope="module")
def count(thorough):
    return 2_000 if thorough else 60


def test_what_the_files_declare(statute, discretion, declares):
    for model in (statute, discretion):
        declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="reaches: k == 0")
        assert model.structural == ("start",)


def terms(v, k):
    """g, l, c, y, x, d with k units."""
    g, l, c, d = v["arms"] * k, v["loss"] * k, v["diversification_cost"], v["discount"]  # noqa: E741
    return g, l, c, v["sanction"] + v["disruption"] * k, v["sanction_cost"] + v["capability"] * k, d


def steps(v, start):
    """For every step down, by how much the ally gains by waiving, and the small state by diversifying; and what the way is worth."""
    small, ally, found = F(0), F(0), []
    for k in range(1, start + 1):
        g, l, c, y, x, d = terms(v, k)  # noqa: E741
        small, ally = g - c + d * small, -l + d * ally
        found += [ally + x, small + y]
    return found, (small, ally)


def near_ties(random_points, seed, count):
    """Random points, each followed by one moved on the border of a step where that is in the ranges."""
    for k, v in enumerate(random_points(RANGES, seed, count, fixed=("start",))):
        start = 1 + k % 4
        yield v, start
        gains, _ = steps(v, start)
        for name, gain in (("sanction_cost", gains[-2]), ("sanction", gains[-1]), ("sanction", gains[1])):
            if 0 <= v[name] - gain <= 10:
                yield v | {name: v[name] - gain}, start


@pytest.mark.timeout(3600)  # HG_THOROUGH asks for 2,000 points
def test_by_statute_at_many_points_and_at_ties(statute, random_points, count):
    seen = set()
    for v, start in near_ties(random_points, 31, count):
        gains, way = steps(v, start)
        found = hg.solve(statute.at(**v, start=start))
        assert found.concept == "markov-perfect"
        hedged = [e.hedge > 0 for e in found]
        assert any(hedged) == all(gain >= 0 for gain in gains), v
        if found.complete != "some":
            assert all(hedged) == all(gain > 0 for gain in gains), v
        assert all(tuple(e.payoffs.values()) == way for e in found if e.hedge == 1)
        seen.add((start, any(hedged), all(hedged)))
    assert len(seen) > 6


def way_down(k):
    """What k units are worth on the way down, as formulas: to the small state and to the ally."""
    small = [f"discount**{j}*({k - j}*arms - diversification_cost)" for j in range(k)]
    ally = [f"discount**{j}*{k - j}*loss" for j in range(k)]
    return " + ".join(small), f"-({' + '.join(ally)})"


def alike(region, condition):
    """Whether the region is that of a condition: both ways, by the engine's own proofs (or z3's word)."""
    other = region.where(condition)
    return region.implies(other).status, other.implies(region).status


BOTH = ("proved", "proved")


# For every k: loss*(k + d*(k - 1) + ... + d^(k - 1)) <= sanction_cost + capability*k, and the sum of d^j*(arms*(k - j) - diversification_cost) over
# j < k is at least -sanction - disruption*k; in every equilibrium if all this holds strictly.
@pytest.mark.parametrize("start", [1, 2, 3, 4])
def test_the_conditions_by_statute(statute, random_points, start):
    for among, relation in (("some", ">="), ("every", ">")):
        region = hg.condition(statute, among, fixed={"start": start})
        assert region.complete
        parts = []
        for k in range(1, start + 1):
            small, ally = way_down(k)
            parts += [
                f"{ally} {relation} -sanction_cost - {k}*capability",
                f"{small} {relation} -sanction - {k}*disruption",
            ]
        assert alike(region, parse_condition(" and ".join(parts))) == BOTH
        for v, other in near_ties(random_points, 32, 30):
            gains, _ = steps(v, start)
            assert region.contains(**v) == all(gain > 0 if among == "every" else gain >= 0 for gain in gains), (
                v,
                other,
            )


def played(v, k, below):
    """What k units can be worth at discretion, (W, U, chance of getting rid of all) being ``below`` for one unit less; None at a tie."""
    g, l, c, y, x, d = terms(v, k)  # noqa: E741
    small, ally, on = below
    found = set()
    waived = -l + d * ally
    if waived == -x:
        return None
    diversify = g - c + d * small if waived > -x else -y
    if waived > -x:
        after_keep = -l + d * waived
        signs = [after_keep + x, diversify + y, (1 - d) * diversify - g, -l - d * x + x]
        if after_keep < -x and diversify > -y:
            found.add((diversify, waived, on))
        if after_keep > -x and (1 - d) * diversify > g:
            found.add((diversify, waived, on))
        worth = (l - x) / d
        p = (worth + x) / (waived + x)
        gap = g + d * diversify + y
        w = (diversify + y) / gap if gap else F(-1)
        signs += [p, 1 - p, w, 1 - w]
        if 0 < p < 1 and 0 < w < 1:
            found.add((diversify, worth, on * p / (1 - (1 - p) * w)))
    else:
        signs = [-l - d * x + x, g - d * y + y]
        if -l - d * x < -x or -y > g - d * y:
            found.add((-y, -x, F(0)))
    for_ever = g / (1 - d)
    signs += [x - l / (1 - d), for_ever - diversify]
    if -l / (1 - d) > -x and for_ever > diversify:
        found.add((for_ever, -l / (1 - d), F(0)))
    if -l - d * x < -x and -y > diversify:
        found.add((-y, -x, F(0)))
    return None if 0 in signs else found


def expected(v, start):
    """All equilibria at discretion from ``start`` units, None where somebody is at a tie."""
    found = {(F(0), F(0), F(1))}
    for k in range(1, start + 1):
        lists = [played(v, k, below) for below in found]
        if None in lists:
            return None
        found = set().union(*lists)
    return found


def pure(v, start):
    """What ``start`` units can be worth at discretion in pure equilibria, ties included, and whether all is got rid of: 1 to 5, word by word."""
    found = {(F(0), F(0), 1)}
    for k in range(1, start + 1):
        found = {worth for below in found for worth in pure_step(v, k, below)}
    return found


def pure_step(v, k, below):
    """The pure equilibria with k units, (W, U, whether all is got rid of) being ``below`` for one unit less."""
    g, l, c, y, x, d = terms(v, k)  # noqa: E741
    small, ally, on = below
    waived = -l + d * ally
    answers = [(g - c + d * small, waived, on)] if waived >= -x else []
    answers += [(-y, -x, 0)] if waived <= -x else []
    for diversify in answers:
        after_keep = -l + d * diversify[1]
        keeping = g + d * diversify[0]
        if (after_keep <= -x and diversify[0] >= -y) or (after_keep >= -x and diversify[0] >= keeping):
            yield diversify
        for_ever = g / (1 - d)
        if -l >= -(1 - d) * x and for_ever >= diversify[0]:
            yield (for_ever, -l / (1 - d), 0)
        if -l - d * x <= -x and -y >= diversify[0]:
            yield (-y, -x, 0)


def near_more_ties(random_points, seed, count):
    """The points of `near_ties`, and others at which the ally is indifferent after Keep, or the small state between the two courses."""
    for v, start in near_ties(random_points, seed, count):
        yield v, start
        _, (_, ally) = steps(v, start - 1)
        _, l, _, _, x, d = terms(v, start)  # noqa: E741
        # So that the cost x of a sanction is that of one waiver and the way down, or of waivers for ever.
        for cost in (-l + d * (-l + d * ally), -l / (1 - d)):
            moved = v["sanction_cost"] - x - cost
            if 0 <= moved <= 10:
                yield v | {"sanction_cost": moved}, start
        yield v | {"arms": F(0), "diversification_cost": F(0)}, start


@pytest.mark.timeout(3600)  # HG_THOROUGH asks for 2,000 points
def test_pure_ones_at_discretion_at_many_points_and_at_ties(discretion, random_points, count):
    seen = set()
    for v, start in near_more_ties(random_points, 36, count // 3):
        found = hg.solve(discretion.at(**v, start=start), "pure-markov-perfect")
        assert found.complete == "all"
        assert {(*e.payoffs.values(), e.hedge) for e in found} == pure(v, start), (v, start)
        seen.add((start, len(pure(v, start))))
    assert len(seen) > 8


# Where nobody is at a tie every equilibrium is found, pure and mixed, and no other one. (Where Diversify and Keep are both sanctioned the small
# state may mix as it likes: one of these is listed, all are worth the same.)
@pytest.mark.timeout(3600)  # HG_THOROUGH asks for 2,000 points
def test_at_discretion_at_many_points(discretion, random_points, count):
    without_pure = checked = 0
    for k, v in enumerate(random_points(RANGES, 33, count, fixed=("start",))):
        start = 1 + k % 3
        wanted = expected(v, start)
        if wanted is None:
            continue
        game = discretion.at(**v, start=start)
        found = hg.solve(game)
        assert {(*e.payoffs.values(), e.hedge) for e in found} == wanted, (v, start)
        assert all(e.certificate.largest_gain == 0 for e in found)
        checked += 1
        pure = hg.solve(game, "pure-markov-perfect")
        assert pure.complete == "all"
        assert {(*e.payoffs.values(), e.hedge) for e in pure} <= wanted
        without_pure += not pure.equilibria
        if not pure.equilibria:
            assert "there is no pure stationary equilibrium" in pure.notes[-1]
            assert len(found) > 0
    assert checked > count // 2
    assert without_pure > checked // 10


# At the baseline. With one unit: Diversify is waived (-1 > -5/2) and D = -2; after Keep one more waiver, -1 - 9/10 = -19/10, beats the sanction; but
# Keep, waived for ever, costs 10. So 6: V = (1 - 5/2)/(9/10) = -5/3, p = (5/2 - 5/3)/(3/2) = 5/9, w = (-2 + 4)/(1 - 9/5 + 4) = 5/8. With two: Diversify
# is waived, -2 - 9/10*5/3 = -7/2 > -4, D = -1 - 9/5 = -14/5 > -6, and Keep is sanctioned, -2 - 63/20 < -4. The unit left falls with probability
# (5/9)/(1 - 4/9*5/8) = 10/13.
def test_at_discretion_at_the_baseline(discretion):
    found = hg.solve(discretion.at())
    assert (found.complete, len(found)) == ("all", 1)
    assert found[0].payoffs == {"SmallState": F(-14, 5), "Ally": F(-7, 2)}
    assert found[0].hedge == F(10, 13)
    assert found[0].profiles[1].as_dict() == {
        "Course": {"Diversify": F(5, 9), "Keep": F(4, 9)},
        "Answer after Diversify": {"Waive": 1, "Sanction": 0},
        "Answer after Keep": {"Waive": F(5, 8), "Sanction": F(3, 8)},
    }
    pure = hg.solve(discretion.at(), "pure-markov-perfect")
    assert (pure.complete, len(pure)) == ("all", 0)


@pytest.mark.parametrize("start", [1, 2])
def test_the_conditions_at_discretion(discretion, random_points, start):
    some, every = (hg.condition(discretion, among, fixed={"start": start}) for among in ("some", "every"))
    sides = set()
    for v in random_points(RANGES, 34, 120, fixed=("start",)):
        wanted = expected(v, start)
        if wanted is None:
            continue
        hedged = [on > 0 for _, _, on in wanted]
        assert some.contains(**v) == any(hedged), v
        assert every.contains(**v) == all(hedged), v
        sides.add((any(hedged), all(hedged)))
    assert sides >= {(True, True), (False, False)}


def by_hand(start):
    """1 to 5 as formulas: for every pure equilibrium where it is one, and whether all is got rid of. What k units are worth is put in for k - 1."""
    found = [("0 == 0", "0", "0", True)]
    for k in range(1, start + 1):
        g, l, y, x = f"{k}*arms", f"{k}*loss", f"(sanction + {k}*disruption)", f"(sanction_cost + {k}*capability)"  # noqa: E741
        here = []
        for before, small, ally, on in found:
            down, waived = f"({g} - diversification_cost + discount*{small})", f"(-{l} + discount*{ally})"
            granted, refused = f"{waived} >= -{x}", f"{waived} <= -{x}"
            sanctioned, kept = f"-{l} - discount*{x} <= -{x}", f"-{l} >= -(1 - discount)*{x}"
            after = f"-{l} + discount*{waived}"
            gone, for_ever = (f"(-{y})", f"(-{x})"), (f"({g}/(1 - discount))", f"(-{l}/(1 - discount))")
            forms = (
                (f"{granted} and {after} <= -{x} and {down} >= -{y}", (down, waived), on),
                (f"{granted} and {after} >= -{x} and (1 - discount)*{down} >= {g}", (down, waived), on),
                (
                    f"{refused} and ({sanctioned} or -{l} - discount*{x} >= -{x} and -{y} >= {g} - discount*{y})",
                    gone,
                    False,
                ),
                (f"{kept} and {granted} and {g} >= (1 - discount)*{down}", for_ever, False),
                (f"{kept} and {refused} and {g} >= -(1 - discount)*{y}", for_ever, False),
                (f"{sanctioned} and ({refused} or -{y} >= {down})", gone, False),
            )
            here += [(f"({before}) and ({condition})", *worth, gets_rid) for condition, worth, gets_rid in forms]
        found = here
    return [(parse_condition(condition), on) for condition, _, _, on in found]


def any_of(conditions):
    """Where one of some conditions holds."""
    return Or(tuple(conditions)) if len(conditions) > 1 else conditions[0]


# The event is possible where an equilibrium has it, and sure where moreover none misses it.
@pytest.mark.parametrize("start", [1, 2])
def test_pure_conditions_at_discretion_are_proved_equal(discretion, start):
    forms = by_hand(start)
    some, missed = (any_of([condition for condition, on in forms if on == wanted]) for wanted in (True, False))
    for among, wanted in (("some", some), ("every", And((some, Not(missed))))):
        region = hg.condition(discretion, among, "pure-markov-perfect", fixed={"start": start})
        assert region.complete
        assert alike(region, wanted) == BOTH, among


# With one unit, U = W = 0, D = arms - c, lotteries included. In every equilibrium: (1 - d)*x < l < x and D > -y. For l >= x a sanction follows
# Diversify; for l <= (1 - d)*x Keep is waived for ever, and worth no less than D; for D <= -y the small state may Keep and be sanctioned. Between
# these Diversify is waived and better than a sanction, and Keep for certain would be sanctioned. In some equilibrium: l <= x, D >= -y and
# (l > (1 - d)*x, by 1, 2 or 6, at D = -y with w = 0; or l*(1 + d) >= x, by 1), or l*(1 + d) <= x and D*(1 - d) >= arms, by 2.
def test_the_conditions_with_one_unit_are_proved_equal(discretion):
    l, x, y = "loss", "(sanction_cost + capability)", "(sanction + disruption)"  # noqa: E741
    down = "(arms - diversification_cost)"
    every = f"(1 - discount)*{x} < {l} and {l} < {x} and {down} > -{y}"
    some = f"""{l} <= {x} and ({down} >= -{y} and ({l} > (1 - discount)*{x} or (1 + discount)*{l} >= {x})
        or (1 + discount)*{l} <= {x} and (1 - discount)*{down} >= arms)"""
    region = hg.condition(discretion, "every", fixed={"start": 1})
    assert alike(region, parse_condition(every)) == BOTH
    region = hg.condition(discretion, "some", fixed={"start": 1})
    assert alike(region, parse_condition(" ".join(some.split()))) == BOTH


def test_pure_conditions_agree_with_solving_at_ties(discretion, random_points):
    some, every = (hg.condition(discretion, among, "pure-markov-perfect") for among in ("some", "every"))
    assert some.complete and every.complete  # noqa: PT018
    for v, _ in near_ties(random_points, 35, 25):
        hedged = [e.hedge > 0 for e in hg.solve(discretion.at(**v, start=2), "pure-markov-perfect")]
        assert some.contains(**v) == any(hedged), v
        assert every.contains(**v) == (bool(hedged) and all(hedged)), v


@pytest.fixture(scope="module")
def examined(discretion):
    return hg.examine(discretion)


def test_the_claims(statute, examined):
    assert [f.verdict for f in hg.examine(statute)] == ["refuted", "proved", "proved", "proved", "proved"]
    assert [f.verdict for f in examined] == ["refuted", "refuted", "refuted", "proved", "proved", "proved"]


# At D = -y, diversification_cost = 5 with one unit, the small state may mix as in 6 with w = 0: phases name what there is beside the border alone.
def test_phases_say_that_borders_may_have_more(discretion):
    found = hg.phases(discretion, ["diversification_cost"], fixed={"start": 1})
    assert found.complete
    assert found.notes == (NOT_AT_BORDERS,)
    assert [(str(phase.cells[0].first.low), str(phase.cells[0].first.high)) for phase in found.phases] == [
        ("0", "5"),
        ("5", "10"),
    ]


# Each share of the box against 1,500 random points at which everything is worked out by hand (at ties it is not, which fill nothing).
def test_the_shares_of_the_comparisons(examined):
    draw = random.Random(38)
    held = {"small": 0, "region": 0, "ally": 0}
    count = 0
    while count < 1_500:
        v = {name: low + (high - low) * F(draw.randint(0, 10**6), 10**6) for name, (low, high) in RANGES.items()}
        at_discretion = expected(v, 2)
        if at_discretion is None:
            continue
        count += 1
        gains, way = steps(v, 2)
        by_statute = by_statute_worth(v)
        assert (by_statute == way) == all(gain > 0 for gain in gains)
        held["region"] += any(on > 0 for _, _, on in at_discretion) or not all(gain > 0 for gain in gains)
        held["small"] += all(small >= by_statute[0] for small, _, _ in at_discretion)
        held["ally"] += all(ally >= by_statute[1] for _, ally, _ in at_discretion)
    told = dict(zip(("small", "region", "ally"), examined, strict=False))
    for name, finding in told.items():
        share = finding.share
        assert not share.exact
        error = share.error + (float(share.value) * (1 - float(share.value)) / count) ** 0.5
        assert abs(held[name] / count - share.value) < 5 * error, name


def by_statute_worth(v):
    """What two units are worth by statute to the small state and the ally, off ties: backward, unit by unit."""
    small, ally = F(0), F(0)
    for k in (1, 2):
        g, l, c, y, x, d = terms(v, k)  # noqa: E741
        waived = -l + d * ally > -x and g - c + d * small > -y
        small, ally = (g - c + d * small, -l + d * ally) if waived else (-y, -x)
    return small, ally
