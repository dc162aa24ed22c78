"""Claims proved, refuted with a counterexample that is solved again, or true under a condition.

A claim about how a region moves with a parameter speaks of pairs of points that differ in that parameter alone: the event
played before must be played after. Either the region at the one value is proved to lie in the region at the
other, or a pair where it does not is found; and then both points are solved by solvers that know nothing of regions.
A proof needs a region that follows every equilibrium of the concept, in the direction used (see `asked`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Atom, Formula, conjunction, holds_at, negation
from hedging_games.algebra.formulas.search import Found, find
from hedging_games.algebra.formulas.table import TRUE as ALWAYS
from hedging_games.algebra.inequality_text import written
from hedging_games.analysis.claims.asked import CONFIRMED, OPEN, Asked, listed_payoffs_break, payoffs_break
from hedging_games.analysis.claims.carried import lost_by_supports
from hedging_games.analysis.claims.compare import compared
from hedging_games.analysis.claims.doubled import Doubled, Pair, broken_by_all, rational
from hedging_games.analysis.claims.finding import Finding, Findings, Judgement, point_text, side_of
from hedging_games.analysis.claims.shares import Failing, failing_outside, with_share
from hedging_games.analysis.claims.sides import follows, opposite
from hedging_games.analysis.claims.tried import kept_and_lost, settled_where_tried, ways
from hedging_games.analysis.conditions.region import Region, by_word, trust
from hedging_games.errors import HedgingGamesError, did_you_mean, input_error
from hedging_games.model.catalogue import ModelLike, model_of
from hedging_games.model.declarations import Claim
from hedging_games.model.model import Model

QUESTIONS = 60
"""Sets of inequalities decided to leave a cell out of a condition."""

DRAWN, SOLVED = 2_000, 12
"""Points drawn among baselines and ends of ranges where no condition was derived, and how many of those that fit are solved at most."""


def examine(model: ModelLike, check: Check = no_check) -> Findings:
    """Every claim of a model, over its declared ranges and assumptions.

    Parameters
    ----------
    model : a model, its name in the catalogue, or the path of its file.
    check : called again and again; what it raises ends the work.

    Returns
    -------
    Findings
        One for each claim, in the order of the file: proved, refuted with a point at which it fails, conditional, or undecided with the
        reason, which is also where a claim that could not be finished is reported. Each has the verdict on the same sentence of the
        equilibria that the file does not speak of beside it.

    Raises InputError for what is no model, and what ``check`` raises.
    """
    model = model_of(model)
    return Findings(examined(model, claim, check) for claim in model.claims)


def examined(model: Model, claim: Claim, check: Check = no_check) -> Finding:
    """One claim of a model, of the equilibria that it speaks of and of the others; what could not be finished is undecided."""
    own = _finished(model, claim, check)
    return replace(own, opposite=follows(own) or _finished(model, opposite(claim), check))


def _finished(model: Model, claim: Claim, check: Check) -> Finding:
    """One side of a claim."""
    baseline = {name: parameter.baseline for name, parameter in model.parameters.items()}
    try:
        found = _examined(model, claim, check)
    except HedgingGamesError as problem:
        why = "; ".join(p.what for p in problem.problems)
        found = Finding(model.name, claim, "undecided", why=why, among=side_of(claim))
    return replace(found, baseline=baseline)


def _examined(model: Model, claim: Claim, check: Check) -> Finding:
    if claim.compare is not None:
        return compared(model, claim, check)
    asked = Asked(model, claim, claim.at, check)
    if claim.region is not None:
        return settled_where_tried(asked) or _movement(asked)
    if claim.payoff is not None:
        return settled_where_tried(asked) or _payoff(asked)
    if claim.holds is not None:
        found = _or_tried(_extent(asked), asked)
        return _shared(found, asked, _fails_to_be_played) if claim.holds == "everywhere" else found
    if claim.needs is not None:
        return _shared(_or_tried(_need(asked), asked), asked, _fails_to_need)
    return asked.finding("undecided", "the claim says nothing that can be examined")


def _or_tried(found: Finding, asked: Asked) -> Finding:
    """What is told by the condition, which says more than a point does; where that leaves the claim open, what solving says where it is tried."""
    return (settled_where_tried(asked) if found.verdict == "undecided" else None) or found


# --- a region that moves ----------------------------------------------------------------------------------------------


def _movement(asked: Asked) -> Finding:
    notes = []
    for name in asked.claim.with_:
        found = _moved(asked, name)
        if found.verdict != "proved":
            return found
        notes += [found.why] if found.why else []
    return asked.finding("proved", _remarks(*notes))


def _moved(asked: Asked, name: str) -> Finding:
    """How the region moves with one parameter."""
    wanted = asked.claim.region
    two = _doubled(asked.region, name)
    bases: dict[str, None] = {}
    directions = ways(asked.claim)
    for grows in directions:
        by_supports = asked.region.among == "every" and asked.region.supports
        answer = (lost_by_supports if by_supports else _lost)(two, asked, grows=grows)
        if answer.status == "undecided":
            return asked.finding("undecided", f"{name}: {OPEN}")
        if answer.point is not None:
            pair = two.pair(answer.point)
            if not asked.confirms(*kept_and_lost(pair, grows=grows)):
                return asked.unconfirmed()
            return asked.finding("refuted", CONFIRMED, counterexample=pair)
        bases[answer.basis] = None
    if wanted not in ("widens", "shrinks"):
        sure = _never_lost(two, asked, directions)
        return asked.settled("proved", _remarks(*bases, *(sure or ())), one_sided=sure is not None)
    back = _lost(two, asked, grows=wanted != "widens")
    if back.status == "nowhere":
        return asked.settled("refuted", _remarks(f"the region does not change with {name} at all", *bases, back.basis))
    if back.status == "undecided":
        return asked.finding("undecided", f"{name}: never the other way, but whether it {wanted} anywhere is open")
    return asked.settled("proved", _remarks(f"{name}: it {wanted} somewhere", *bases))


def _doubled(region: Region, name: str) -> Doubled:
    if name not in region.setting.names:
        raise input_error("claim", f"'{name}' is no open parameter", did_you_mean(name, region.setting.names))
    return Doubled(region.setting, name)


def _lost(
    two: Doubled, asked: Asked, *, grows: bool, surely: Formula | None = None, at_most: Formula | None = None
) -> Found:
    """Where the event, played at one of two values, is not played at the other: the larger one if the region ``grows``.

    The region says where it is played; or ``surely`` and ``at_most`` do, where not every equilibrium was followed.
    """
    ground, region = two.ground, asked.region
    start = ground.number(two.moved(region.formula if at_most is None else at_most, after=not grows))
    goal = ground.number(two.moved(region.possibly if surely is None else surely, after=grows))
    both = [ground.number(two.moved(asked.given, after=later)) for later in (False, True)]
    return asked.find(ground, start, *both, ground.negated(goal))


def _never_lost(two: Doubled, asked: Asked, directions: Sequence[bool]) -> list[str] | None:
    """By whose word the event is never lost even where not every equilibrium was followed; None where that is not known."""
    surely, at_most = asked.surely, asked.at_most
    if not asked.only or surely is None or at_most is None:
        return None
    answers = [_lost(two, asked, grows=grows, surely=surely, at_most=at_most) for grows in directions]
    return [answer.basis for answer in answers] if all(answer.status == "nowhere" for answer in answers) else None


# --- where an outcome holds -------------------------------------------------------------------------------------------


def _extent(asked: Asked) -> Finding:
    claim, region = asked.claim, asked.region
    ground = region.setting.ground
    given = ground.number(asked.given)
    wanted = ground.number(negation(region.possibly)) if claim.holds == "everywhere" else region.number
    found = asked.find(ground, given, wanted)
    if found.status == "undecided":
        return asked.finding("undecided", OPEN)
    if found.point is None and (met := _met_beyond(asked, is_played=claim.holds != "everywhere")) is not None:
        if claim.holds == "somewhere":
            return asked.finding("proved", f"{CONFIRMED}: {point_text(met)}")
        return asked.finding("refuted", CONFIRMED, counterexample=(met,))
    if found.point is None:
        verdict: Judgement = "refuted" if claim.holds == "somewhere" else "proved"
        sure = _for_sure(asked, everywhere=claim.holds == "everywhere")
        return asked.settled(verdict, found.basis if sure is None else sure, one_sided=sure is not None)
    point = _named(region, found.point)
    if not asked.confirms((point, claim.holds != "everywhere")):
        return asked.unconfirmed()
    if claim.holds == "somewhere":
        return asked.finding("proved", f"{CONFIRMED}: {point_text(point)}")
    within = find(ground, ground.joined("all", [given, region.number])).status
    if claim.holds == "nowhere" or within == "nowhere":
        return asked.finding("refuted", CONFIRMED, counterexample=(point,))
    why = f"{CONFIRMED}; the condition is of {asked.only}" if asked.only else CONFIRMED
    condition, told = _as_text(region)
    notes = [*trust(region), *([by_word("that the cells which are not printed lie in the others")] if told else [])]
    return asked.finding("conditional", _remarks(why, *notes), condition=condition, counterexample=(point,))


def _met_beyond(asked: Asked, *, is_played: bool) -> dict[str, Fraction] | None:
    """A point at which the outcome is played, or is not, where no condition was derived: of some that are solved, those nearest to the
    baseline first; else None.
    """
    setting, rng = asked.region.setting, random.Random(0)  # noqa: S311
    if asked.region.underived == FALSE:
        return None
    met: dict[tuple[Fraction, ...], None] = {}
    for _ in range(DRAWN):
        point = tuple(
            rng.choice([near, *(rational(end) for end in (within.low, within.high) if end is not None)])
            for near, within in zip(setting.near, setting.box, strict=True)
        )
        if setting.whole.contains(point) and holds_at(asked.given, point) and holds_at(asked.region.underived, point):
            met[point] = None
    for point in sorted(met, key=lambda p: sum(x != near for x, near in zip(p, setting.near, strict=True)))[:SOLVED]:
        named = _named(asked.region, point)
        if asked.is_played(named) is is_played:
            return named
    return None


def _shared(finding: Finding, asked: Asked, failing: Callable[[Asked], Failing | None]) -> Finding:
    """The finding with the share of the box in which the claim holds."""
    return with_share(finding, asked.region.setting.ground, asked.given, lambda: failing(asked), asked.check)


def _fails_to_be_played(asked: Asked) -> Failing | None:
    """Where the outcome is not played."""
    return failing_outside((TRUE, TRUE), asked.known)


def _fails_to_need(asked: Asked) -> Failing | None:
    """Where the outcome is played though what it needs does not hold."""
    assert asked.claim.needs is not None
    needed = asked.region.setting.condition(asked.claim.needs)
    return failing_outside(asked.known, (needed, needed))


def _for_sure(asked: Asked, *, everywhere: bool, beside: int = ALWAYS) -> str | None:
    """By whose word the event is played everywhere (or nowhere) even where not every equilibrium was followed; None if unknown."""
    if not asked.only:
        return None
    ground = asked.region.setting.ground
    known = asked.surely if everywhere else asked.at_most
    if known is not None:
        number = ground.number(negation(known) if everywhere else known)
        found = asked.find(ground, ground.number(asked.given), number, beside)
    elif everywhere and asked.assured is not None:
        found = asked.find_apart(ground, ground.number(asked.given), ground.number(negation(asked.assured)))
    else:
        return None
    return found.basis if found.status == "nowhere" else None


def _named(region: Region, point: tuple[Number, ...]) -> dict[str, Fraction]:
    return {name: rational(x) for name, x in zip(region.setting.names, point, strict=True)}


def _as_text(region: Region) -> tuple[str, bool]:
    """The region in one line, knife edges last, without the cells that lie in the union of the others, whosever they are.

    The second value says whether z3's word alone is behind a cell's being left out.
    """
    told = False
    listed = list(region.cells)
    asked = [dict.fromkeys((e, r) for e, r, _ in cell.conditions()) for cell in listed]
    words = [dict.fromkeys(written(c, cell.system.box) for c in cell.system.constraints) for cell in listed]
    kept = [k for k in range(len(asked)) if not any(_absorbs(asked, k, other) for other in range(len(asked)))]
    ground = region.setting.ground
    numbers = {k: ground.number(conjunction(Atom(c) for c in listed[k].system.constraints)) for k in kept}
    for k in reversed(kept.copy()):
        others = [ground.negated(numbers[j]) for j in kept if j != k]
        alone = ground.joined("all", [numbers[k], *others])
        found = find(ground, alone, questions=QUESTIONS) if others else Found("undecided")
        if found.status == "nowhere":
            kept.remove(k)
            told = told or found.is_told
    cells = [" and ".join(words[k]) or "always" for k in kept]
    if not region.is_listed:
        cells.append("further cells that were not listed within the limits")
    return (cells[0] if len(cells) == 1 else " or ".join(f"({cell})" for cell in cells)), told


def _absorbs(asked: Sequence[Mapping[tuple[str, str], None]], cell: int, other: int) -> bool:
    """Whether a cell asks for everything that another asks for (of two that ask for the same, the first stays)."""

    def follows(within: int, wanted: int) -> bool:
        return all((e, r) in asked[within] or (r == ">=" and (e, ">") in asked[within]) for e, r in asked[wanted])

    return cell != other and follows(cell, other) and (other < cell or not follows(other, cell))


def _need(asked: Asked) -> Finding:
    """The outcome is played only where the condition holds."""
    assert asked.claim.needs is not None
    region = asked.region
    ground = region.setting.ground
    missing = ground.negated(ground.number(region.setting.condition(asked.claim.needs)))
    given = ground.number(asked.given)
    found = asked.find(ground, region.number, given, missing)
    if found.point is not None:
        point = _named(region, found.point)
        if not asked.confirms((point, True)):
            return asked.unconfirmed()
        return asked.finding("refuted", CONFIRMED, counterexample=(point,))
    if found.status == "undecided":
        return asked.finding("undecided", OPEN)
    sure = _for_sure(asked, everywhere=False, beside=missing)
    return asked.settled("proved", found.basis if sure is None else sure, one_sided=sure is not None)


# --- a payoff that moves ----------------------------------------------------------------------------------------------


def _payoff(asked: Asked) -> Finding:
    """Any equilibrium payoff at the smaller value against any at the larger one: the claim must hold for every pair (or for some pair)."""
    against = ">" if asked.claim.moves in ("rises", "never falls") else "<"
    of_some = side_of(asked.claim) == "some"
    breaks = _payoff_always_moves if of_some else _payoff_moves
    bases: dict[str, None] = {}
    for name in asked.claim.with_:
        found, basis = breaks(asked, name, against)
        if found.status == "undecided":
            return asked.finding("undecided", f"{name}: {OPEN}")
        if found.point is not None:
            return _payoff_refuted(asked, _doubled(asked.region, name).pair(found.point))
        if asked.claim.moves in ("rises", "falls"):
            back, other = _payoff_moves(asked, name, "<" if against == ">" else ">")
            if back.status == "nowhere":
                unchanged = f"the payoff does not change with {name} at all"
                return asked.settled("refuted", _remarks(unchanged, basis, other))
            if back.status == "undecided":
                return asked.finding("undecided", f"{name}: never the other way, but whether it moves at all is open")
        bases[basis] = None
    refuted = (_refuted_at_ends(asked, name) for name in asked.claim.with_) if asked.only else ()
    one_sided = of_some and asked.some_followed
    return next(filter(None, refuted), None) or asked.settled("proved", _remarks(*bases), one_sided=one_sided)


def _refuted_at_ends(asked: Asked, name: str) -> Finding | None:
    """A counterexample to a claim about payoffs among equilibria that were not followed, looked for where a parameter's range ends."""
    setting, ends = asked.region.setting, asked.model.parameters[name].range
    near = dict(zip(setting.names, setting.near, strict=True))
    pair = {**near, name: ends.low}, {**near, name: ends.high}
    if not all(setting.whole.contains(at) and holds_at(asked.given, at) for at in map(setting.point, pair)):
        return None
    first, second = (list(asked.solutions(point)) for point in pair)
    is_broken = listed_payoffs_break(asked.claim, first, second)
    return asked.finding("refuted", CONFIRMED, counterexample=pair) if is_broken else None


def _remarks(*remarks: str) -> str:
    return "; ".join(dict.fromkeys(remark for remark in remarks if remark))


def _payoff_moves(asked: Asked, name: str, relation: str) -> tuple[Found, str]:
    """Where some expectation at the smaller value is ``>`` or ``<`` than some at the larger one; by whose word nowhere."""
    region, two = asked.region, _doubled(asked.region, name)
    ground = two.ground
    player = region.setting.players.index(str(asked.claim.payoff))
    given = [two.moved(asked.given, after=later) for later in (False, True)]
    open_, basis = False, ""
    for before, after in product(asked.outcomes, repeat=2):
        moved = two.broken(before.worth[player], after.worth[player], relation)
        both = [two.moved(before.formula, after=False), two.moved(after.formula, after=True), moved, *given]
        found = asked.find(ground, *map(ground.number, both))
        if found.point is not None:
            return found, ""
        open_, basis = open_ or found.status == "undecided", basis or found.basis
    return Found("undecided" if open_ else "nowhere"), basis


def _payoff_always_moves(asked: Asked, name: str, relation: str) -> tuple[Found, str]:
    """Where every expectation at the smaller value is ``>`` or ``<`` than every one at the larger one; by whose word nowhere."""
    region, two = asked.region, _doubled(asked.region, name)
    player = region.setting.players.index(str(asked.claim.payoff))
    before, after = (
        [(two.fraction(o.worth[player], after=later), two.moved(o.formula, after=later)) for o in asked.outcomes]
        for later in (False, True)
    )
    given = [two.moved(asked.given, after=later) for later in (False, True)]
    ground = two.ground
    number = ground.number(conjunction([*given, broken_by_all(before, after, relation)]))
    # Inside, where nobody is indifferent, the solver can list all that there is.
    inside = asked.find(ground, ground.open_part(number))
    found = inside if inside.point is not None else asked.find(ground, number)
    return found, found.basis


def _payoff_refuted(asked: Asked, pair: Pair) -> Finding:
    """A counterexample to a claim about a payoff, if solving at its points confirms it."""
    if payoffs_break(asked, asked, pair):
        return asked.finding("refuted", CONFIRMED, counterexample=pair)
    return asked.unconfirmed()
