"""tolerance-band: equilibria derived by hand.

At a tilt t the ally punishes where ally_stake*(1 - t) > ally_cost, so below 1 - ally_cost/ally_stake, the partner above partner_cost/partner_stake - 1;
between the two lies the band. The small state gets q(t) = pull*t - concentration*t^2/2, less the penalties of those who punish.
"""

import random
from fractions import Fraction as F

import pytest

import hedging_games as hg
from continuous_outcomes import told
from hedging_games.algebra.expressions.parser import parse_condition
from oracles.continuous import random_point
from oracles.test_continuous_oracle import band_condition

BASELINE = {
    "ally_stake": F(1), "partner_stake": F(1), "ally_cost": F(6, 5), "partner_cost": F(6, 5), "pull": F(3, 5), "concentration": F(1),
    "ally_penalty": F(1, 5), "partner_penalty": F(1, 5),
}  # fmt: skip
RANGES = {
    **{name: (F(0), F(4)) for name in ("ally_stake", "partner_stake", "ally_cost", "partner_cost")},
    "pull": (F(-2), F(2)), **{name: (F(0), F(2)) for name in ("concentration", "ally_penalty", "partner_penalty")},
}  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return hg.load("tolerance-band")


def test_what_the_file_declares(model, declares):
    declares(
        model,
        players=("SmallState", "Ally", "Partner"),
        baseline=BASELINE,
        ranges=RANGES,
        hedge="Ally.Accept and Partner.Accept and -1 < tilt < 1",
    )
    assert set(model.cases) == {"korea", "nepal", "india"}


def test_payoffs_on_a_grid(model, same_payoffs):
    def tree(v):
        def after(t, ally, partner):
            lean = v["pull"] * t - v["concentration"] * t * t / 2
            return {
                "SmallState": lean - v["ally_penalty"] * ally - v["partner_penalty"] * partner,
                "Ally": (v["ally_stake"] * (1 - t) - v["ally_cost"]) * ally,
                "Partner": (v["partner_stake"] * (1 + t) - v["partner_cost"]) * partner,
            }

        def stage(t):
            # One label for both histories: the partner does not see what the ally does.
            answers = {
                a: (
                    "Partner",
                    f"partner at {t}",
                    {b: after(t, a == "Punish", b == "Punish") for b in ("Punish", "Accept")},
                )
                for a in ("Punish", "Accept")
            }
            return ("Ally", f"ally at {t}", answers)

        return ("SmallState", "tilt", {str(t): stage(t) for t in (F(-1), F(0), F(1))})

    same_payoffs(model.on_grid(3), tree, RANGES)


# The band is [-1/5, 1/5]. The best tilt, 3/5, is worth 9/50 less 1/5; 1/5 is worth 3/25 - 1/50 = 1/10, unpunished if the partner, who is indifferent
# there, accepts. It has to: just below it does for sure.
def test_baseline(model):
    assert told(model) == {"tilt=1/5; Accept; Accept": ("1/10, 0, 0", True)}


# A penalty of 2/25 leaves 9/50 - 2/25 = 1/10 of the best tilt, as much as the band: both. A smaller one, and it is worth being punished.
# A full tilt, 1, is worth 1/10 less the penalty: never better than 3/5.
def test_a_penalty_that_is_worth_it(model):
    both = {
        "tilt=1/5; Accept; Accept": ("1/10, 0, 0", True),
        "tilt=3/5; Accept; Punish": ("1/10, 0, 2/5", False),
    }
    assert told(model, partner_penalty="2/25") == both
    assert told(model, partner_penalty="1/25") == {"tilt=3/5; Accept; Punish": ("7/50, 0, 2/5", False)}


# The other way round: pull -3/5 leans to the partner as far as 1 - 6/5 = -1/5 is accepted by the ally; with an ally that is easier on
# it, it bears its punishment at -3/5.
def test_pressure_from_the_ally(model):
    assert told(model, pull="-3/5") == {"tilt=-1/5; Accept; Accept": ("1/10, 0, 0", True)}
    assert told(model, pull="-3/5", ally_penalty="1/25") == {"tilt=-3/5; Punish; Accept": ("7/50, 2/5, 0", False)}


# Costs 1/5: the ally punishes below 4/5, the partner above -4/5. At the best tilt 0 both do, which costs 2/5. Tilts from 4/5 on escape the ally's, and
# cost 8/25 and the partner's 1/5: more.
def test_pressure_from_both_at_once(model):
    assert told(model, ally_cost="1/5", partner_cost="1/5", pull=0) == {
        "tilt=0; Punish; Punish": ("-2/5, 4/5, 4/5", False)
    }


# Costs 1: the band is the point 0, where both are indifferent. 3/5 with the partner's penalty, 9/50 - 1/5 = -1/50, is what the small
# state secures: punished by one at 0 it gets -1/5. So 0 unpunished stands, and 3/5 with the penalty, if 0 is punished.
def test_a_band_of_one_point(model):
    assert told(model, ally_cost=1, partner_cost=1) == {
        "tilt=0; Accept; Accept": ("0, 0, 0", True),
        "tilt=3/5; Accept; Punish": ("-1/50, 0, 3/5", False),
    }
    # Costs 4/5: no band at all, the ally punishes below 1/5, the partner above -1/5.
    assert told(model, ally_cost="4/5", partner_cost="4/5") == {"tilt=3/5; Accept; Punish": ("-1/50, 0, 4/5", False)}


# Costs of more than twice the stakes: the ally and the partner never punish. A pull of 2 > concentration leans all the way, which is no
# hedging. Fiercer rivalry with stakes 1 makes it a hedge: the partner then accepts up to 1/5 only, worth 19/50 unpunished, where a full
# tilt is worth 3/2 less a penalty of 2.
def test_rivalry_that_makes_a_hedge(model):
    eager = {"pull": 2, "partner_penalty": 2}
    assert told(model, ally_stake="1/2", partner_stake="1/2", **eager) == {
        "tilt=1; Accept; Accept": ("3/2, 0, 0", False)
    }
    assert told(model, **eager) == {"tilt=1/5; Accept; Accept": ("19/50, 0, 0", True)}


# korea: pull 0, the best tilt 0 is in the band. nepal: 4/5 is best, worth 8/25 - 1/5 = 3/25 punished by the partner, 4/25 - 1/50 = 7/50 at 1/5.
# india: 9/50 - 1/10 = 2/25 < 1/10.
def test_cases(model):
    assert told(model, "korea") == {"tilt=0; Accept; Accept": ("0, 0, 0", True)}
    assert told(model, "nepal") == {"tilt=1/5; Accept; Accept": ("7/50, 0, 0", True)}
    assert told(model, "india") == {"tilt=1/5; Accept; Accept": ("1/10, 0, 0", True)}


# The conditions. Where neither side is indifferent at every tilt and some tilt is better than others, q has one best point, at `free`: pull/concentration
# held to [-1, 1]. The band is [L, R] with L = 1 - ally_cost/ally_stake, R = partner_cost/partner_stake - 1: not empty iff
# 2*ally_stake*partner_stake <= ally_cost*partner_stake + partner_cost*ally_stake. A hedge is at its point nearest to `free`, which has to be inside (-1, 1).
# - `free` in the band: inside (-1, 1) iff -concentration < pull < concentration. Nothing is better, and no punishment deters from it.
# - `free` beyond R: the hedge is at R, inside (-1, 1) iff 0 < partner_cost < 2*partner_stake, where the partner, indifferent, accepts (it
#   does just below R). What `free` gains over R must be no more than the partner's penalty, the ally not minding `free` > R >= L. It is
#   concentration*(pull/concentration - R)^2/2 where pull < concentration (then `free` > R is partner_stake*(concentration + pull) >
#   partner_cost*concentration, and with pull/concentration < 1 it follows that R is), and else, at `free` = 1,
#   (1 - R)*(pull - concentration*(1 + R)/2) with 1 + R = partner_cost/partner_stake.
# - `free` below L: the mirror image.
# In every equilibrium: as strictly, in a band with an inside (in one of a single point both may punish), if penalties are positive (at an end
# of the band an indifferent side may punish the best tilt, which then has to cost something).
BAND = "2*ally_stake*partner_stake {least} ally_cost*partner_stake + partner_cost*ally_stake"
WITHIN = (
    "-concentration < pull < concentration and ally_stake*(concentration - pull) <= ally_cost*concentration"
    " and partner_stake*(concentration + pull) <= partner_cost*concentration"
)
BEYOND = (
    "pull < concentration and partner_cost > 0 and partner_stake*(concentration + pull) > partner_cost*concentration"
    " and (partner_stake*(concentration + pull) - partner_cost*concentration)**2"
    " {least} 2*concentration*partner_stake**2*partner_penalty"
)
FULL = (
    "pull >= concentration and 0 < partner_cost < 2*partner_stake and (2*partner_stake - partner_cost)"
    "*(2*partner_stake*pull - concentration*partner_cost) {least} 2*partner_stake**2*partner_penalty"
)


def mirrored(text):
    """The same with the two sides, and the two directions of tilting, exchanged."""
    for old, new in (("partner_", "?_"), ("ally_", "partner_"), ("?_", "ally_"), ("pull", "(-pull)")):
        text = text.replace(old, new)
    return text


def derived_by_hand(least):
    sides = [BEYOND, FULL, mirrored(BEYOND), mirrored(FULL)]
    cases = " or ".join(f"({side})" for side in (WITHIN, *sides))
    return f"{BAND} and ({cases})".format(least=least)


NEITHER_INDIFFERENT = (
    "(ally_stake > 0 or ally_cost > 0) and (partner_stake > 0 or partner_cost > 0)"
    " and (concentration > 0 or pull < 0 or pull > 0)"
)
ALL_POSITIVE = (
    "ally_stake > 0 and partner_stake > 0 and ally_penalty > 0 and partner_penalty > 0"
    " and (concentration > 0 or pull < 0 or pull > 0)"
)


@pytest.mark.parametrize(
    ("among", "given", "least"), [("some", NEITHER_INDIFFERENT, "<="), ("every", ALL_POSITIVE, "<")]
)
def test_the_conditions_derived_by_hand_are_proved_equal_to_the_regions(model, among, given, least):
    region = hg.condition(model, among)
    assert (region.complete, region.notes) == (True, ())

    def where(text):
        return region.where(parse_condition(text))

    mine = where(f"{given} and {derived_by_hand(least)}")
    assert region.intersect(where(given)).implies(mine)
    assert mine.implies(region)
    # And everywhere, ties and what is left out above included, it is where the analysis by intervals puts it.
    rng, seen = random.Random(among), {True: 0, False: 0}
    while sum(seen.values()) < 300:
        point = random_point("tolerance-band", rng, ties=rng.random() < 0.7)
        expected = band_condition(point)[among == "every"]
        assert region.contains(point) == expected, point
        seen[expected] += 1
    assert min(seen.values()) > 40


# Where the ally's stake is 0 nobody minds a full tilt to the partner's side, pull -2: it is not punished. With a stake it is a hedge instead, as above, so
# that fiercer rivalry makes one; but where no tilt was accepted by both, none is then. Pressure from one side, or both, as above.
@pytest.mark.timeout(900)
def test_claims(model):
    found = hg.examine(model)
    assert [finding.verdict for finding in found] == ["refuted", "proved", "refuted", *["proved"] * 6]
    # What rests on a region that rests on z3's word says so, once.
    assert [finding.why for finding in found if "z3" in finding.why] == ["by z3's word"] * 4
