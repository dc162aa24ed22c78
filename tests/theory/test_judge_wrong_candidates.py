"""Wrong candidates for every concept: the judge refuses each for the one thing that is wrong with it, and a solver that
proposes it gets it into no answer. Beside each stands a right candidate of the same game, which passes.

Every wrong candidate here fails one condition only, so that it would be accepted if that condition were not checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F
from types import SimpleNamespace
from typing import Any

import pytest

import hedging_games as hg
from hedging_games.algebra.arithmetic import EXACT
from hedging_games.analysis import solve as solving
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile, profile_from
from hedging_games.theory import certificate
from hedging_games.theory.concepts import CONCEPTS, NASH, PURE_NASH, SUBGAME_PERFECT
from hedging_games.theory.equilibria import Candidate, Proposal
from tree_builders import CHANCE, Move, game_from

HALF = F(1, 2)


def played(game: Game, *choices: Any) -> MixedProfile:
    """A profile: for each player's decision, in order, an action or actions with probabilities."""
    labels = [s.label for s in game.form.information_sets if s.player != CHANCE]
    mixtures = [choice if isinstance(choice, dict) else {choice: 1} for choice in choices]
    return profile_from(game.form, dict(zip(labels, mixtures, strict=True)))


def numbers(game: Game, *probabilities: Any) -> MixedProfile:
    """A profile by its bare numbers, distributions or not."""
    return MixedProfile(game.form, EXACT.array(list(probabilities)))


def table(first: Any, second: Any, *actions: str) -> Game:
    return hg.matrix_game(first, second, players=["A", "B"], actions=[list(actions)] * 2)


# --- games, their right and their wrong candidates ------------------------------------------------------------------------

DILEMMA = table([[2, 0], [3, 1]], [[2, 3], [0, 1]], "c", "d")
PENNIES = table([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], "h", "t")
EVEN = {"h": HALF, "t": HALF}
MEETING = table([[2, 0], [0, 1]], [[2, 0], [0, 1]], "a", "b")
HAWKS = table([[-1, 2], [0, 1]], [[-1, 0], [2, 1]], "hawk", "dove")
IDLE = game_from(["A"], Move("A", 0, {"l": (0,), "r": (0,)}))
"""Nothing depends on anything: only what is no distribution can be wrong."""

ENTRY = game_from(
    ["In", "Old"], Move("enter", 0, {"out": (0, 2), "go": Move("answer", 1, {"fight": (-1, -1), "share": (1, 1)})})
)


def secret(worth_of_x: int) -> Game:
    """A coin shows s or t; A, who does not see it, stays out (0 for both) or goes in; B, who does not see it either, then
    takes x (nothing for B) or y (B loses 1 at s, gets 3 at t; A gets 2). A gets ``worth_of_x`` for x.
    """

    def after(loss_or_prize: int) -> Move:
        answer = Move("B", 1, {"x": (worth_of_x, 0), "y": (2, loss_or_prize)})
        return Move("A", 0, {"out": (0, 0), "in": answer})

    return game_from(["A", "B"], Move("coin", CHANCE, {"s": after(-1), "t": after(3)}, {"s": HALF, "t": HALF}))


def believed(game: Game, in_s: Any, coin: Any = HALF) -> dict[str, dict[str, Any]]:
    """B's belief in s after A has gone in, and A's before."""
    by_label = {}
    for s, information_set in enumerate(game.form.information_sets):
        if information_set.player != CHANCE:
            at_s, at_t = (game.form.history_labels[h] for h in game.form.histories_of[s].tolist())
            p = in_s if information_set.label == "B" else coin
            by_label[information_set.label] = {at_s: p, at_t: 1 - p}
    return by_label


def watched() -> Game:
    """A and B each stay or slip by one of two ways, A first, B knowing nothing of it; if both slip, C sees that they did,
    not how. Nobody is paid for anything.
    """
    nothing = (0, 0, 0)
    look = Move("C", 2, {"u": nothing, "v": nothing})
    second = Move("B", 1, {"stay": nothing, "1": nothing, "2": nothing})
    slipped = Move("B", 1, {"stay": nothing, "1": look, "2": look})
    return game_from(["A", "B", "C"], Move("A", 0, {"stay": second, "1": slipped, "2": slipped}))


WATCHED = watched()
STAYING = played(WATCHED, "stay", "stay", "u")


def of_slips(*odds: Any) -> dict[str, dict[str, Any]]:
    """C's belief in the four ways to slip, A's first; B believes in A's staying, as it does."""
    sets = WATCHED.form.information_sets
    labels = {
        information_set.label: [WATCHED.form.history_labels[h] for h in WATCHED.form.histories_of[s].tolist()]
        for s, information_set in enumerate(sets)
    }
    start, *_ = labels["A"]
    stayed, *_ = labels["B"]
    return {"A": {start: 1}, "B": {stayed: 1}, "C": dict(zip(labels["C"], odds, strict=True))}


def three_who_meet() -> Game:
    """A and B meet at a (2 each), at b (1 each) or not at all (0); C has a choice that matters to nobody."""
    worth = {("a", "a"): 2, ("b", "b"): 1}

    def last(one: str, other: str) -> Move:
        paid = worth.get((one, other), 0)
        return Move("C", 2, {"x": (paid, paid, 0), "y": (paid, paid, 0)})

    def second(one: str) -> Move:
        return Move("B", 1, {other: last(one, other) for other in ("a", "b")})

    return game_from(["A", "B", "C"], Move("A", 0, {one: second(one) for one in ("a", "b")}))


THREE = three_who_meet()
SHY, BOLD = secret(-1), secret(1)
DULL = table([[1, 0], [0, 0]], [[1, 0], [0, 0]], "a", "b")


@dataclass(frozen=True)
class Case:
    """A candidate, and what the judge has to say against it."""

    concept: str
    game: Game
    candidate: Candidate
    said: str


def correlated(game: Game, distribution: dict[tuple[int, int], Any]) -> Candidate:
    """Correlated play; the marginals, which the judge does not look at, are anything."""
    first, second = (s.actions[0] for s in game.form.information_sets)
    return Candidate(played(game, first, second), distribution=distribution)


RIGHT = [
    Case("nash", DILEMMA, Candidate(played(DILEMMA, "d", "d")), ""),
    Case("nash", PENNIES, Candidate(played(PENNIES, EVEN, EVEN)), ""),
    Case("pure-nash", DILEMMA, Candidate(played(DILEMMA, "d", "d")), ""),
    Case("subgame-perfect", ENTRY, Candidate(played(ENTRY, "go", "share")), ""),
    Case("sequential", BOLD, Candidate(played(BOLD, "in", "y"), believed(BOLD, HALF)), ""),
    Case("sequential", WATCHED, Candidate(STAYING, of_slips(F(1, 6), F(1, 3), F(1, 6), F(1, 3))), ""),
    Case("weak-pbe", SHY, Candidate(played(SHY, "out", "x"), believed(SHY, 1)), ""),
    Case("weak-pbe", WATCHED, Candidate(STAYING, of_slips(HALF, 0, 0, HALF)), ""),
    Case("perfect", DULL, Candidate(played(DULL, "a", "a")), ""),
    Case("correlated", MEETING, correlated(MEETING, {(0, 0): HALF, (1, 1): HALF}), ""),
    Case("strong-nash", MEETING, Candidate(played(MEETING, "a", "a")), ""),
    Case("coalition-proof", THREE, Candidate(played(THREE, "a", "a", "x")), ""),
    Case("evolutionarily-stable", HAWKS, Candidate(played(HAWKS, *[{"hawk": HALF, "dove": HALF}] * 2)), ""),
]

WRONG = [
    # Against c each gets 3 by d instead of 2.
    Case("nash", DILEMMA, Candidate(played(DILEMMA, "c", "d")), "gain 1"),
    # Half of A and nothing else is an average of nothing; 2 and -1 sum to one and are no probabilities.
    Case("nash", IDLE, Candidate(numbers(IDLE, HALF, 0)), "no distribution"),
    Case("nash", IDLE, Candidate(numbers(IDLE, 2, -1)), "no distribution"),
    # The equilibrium of matching pennies, in which both randomise.
    Case("pure-nash", PENNIES, Candidate(played(PENNIES, EVEN, EVEN)), "somebody randomises"),
    Case("pure-nash", DILEMMA, Candidate(played(DILEMMA, "d", "c")), "gain 1"),
    # The threat to fight keeps the entrant out, which is Nash; carried out it costs 2: -1 instead of 1.
    Case("subgame-perfect", ENTRY, Candidate(played(ENTRY, "out", "fight")), "gain 2"),
    # Nobody who goes in knows the coin, so B believes 1/2 even where A stays out. Sure of s, B would do right to take x,
    # and A to stay out (-1 for going in): a weak perfect Bayesian equilibrium, not a sequential one.
    Case("sequential", SHY, Candidate(played(SHY, "out", "x"), believed(SHY, 1)), "departs from Bayes' rule"),
    # With that belief of 1/2, y is worth (3 - 1)/2 = 1 to B and x nothing.
    Case("sequential", SHY, Candidate(played(SHY, "out", "x"), believed(SHY, HALF)), "gain 1"),
    # Slips of two players are independent: 11 and 22 cannot be as likely as each other and 12 and 21 impossible; and the
    # product of the odds of 11 and 22 is that of 12 and 21, not 1/4 * 3/8 against 1/4 * 1/8.
    Case("sequential", WATCHED, Candidate(STAYING, of_slips(HALF, 0, 0, HALF)), "ranking"),
    Case("sequential", WATCHED, Candidate(STAYING, of_slips(F(1, 4), F(1, 4), F(1, 8), F(3, 8))), "disagree"),
    Case("sequential", IDLE, Candidate(numbers(IDLE, HALF, 0), {"A": {"start": 1}}), "no distribution"),
    # A goes in, so B's information set is reached and its belief is the coin's: 1/2, not 1. Sure of s, x would be best for B,
    # and A gets 1 instead of 0.
    Case("weak-pbe", BOLD, Candidate(played(BOLD, "in", "x"), believed(BOLD, 1)), "departs from Bayes' rule"),
    # A's own belief about the coin follows from the coin too.
    Case("weak-pbe", SHY, Candidate(played(SHY, "out", "x"), believed(SHY, 1, coin=1)), "departs from Bayes' rule"),
    Case("weak-pbe", BOLD, Candidate(played(BOLD, "in", "x"), believed(BOLD, HALF)), "gain 1"),
    # B believes in A's slip 1, though A stays.
    Case("weak-pbe", WATCHED, Candidate(STAYING, {**of_slips(1, 0, 0, 0), "B": {"A=1": 1}}), "rule out"),
    Case("weak-pbe", IDLE, Candidate(numbers(IDLE, 2, -1), {"A": {"start": 1}}), "no distribution"),
    # Against b both actions are worth nothing, so (b, b) is Nash; a is better as soon as the other's hand trembles.
    Case("perfect", DULL, Candidate(played(DULL, "b", "b")), "weakly dominated"),
    # Nothing is dominated where the two meet at a or at b; they miss each other: 0 for both, 2 for B by a.
    Case("perfect", MEETING, Candidate(played(MEETING, "a", "b")), "gain 2"),
    # Told c, who knows that the other is told c too takes d: 3 instead of 2.
    Case("correlated", DILEMMA, correlated(DILEMMA, {(0, 0): 1}), "gain 1"),
    # The mediator who always says (a, a) is obeyed; one who does so half of the time, or twice, or twice minus once something
    # else is none.
    Case("correlated", MEETING, correlated(MEETING, {(0, 0): HALF}), "the proposed distribution is none"),
    Case("correlated", MEETING, correlated(MEETING, {(0, 0): 2}), "the proposed distribution is none"),
    Case("correlated", MEETING, correlated(MEETING, {(0, 0): 2, (1, 1): -1}), "the proposed distribution is none"),
    # Nobody gains alone; both gain 1 by cooperating, and by meeting at a.
    Case("strong-nash", DILEMMA, Candidate(played(DILEMMA, "d", "d")), "gain 1"),
    Case("strong-nash", MEETING, Candidate(played(MEETING, "b", "b")), "gain 1"),
    Case("strong-nash", MEETING, Candidate(played(MEETING, "a", "b")), "gain 2"),
    # Nobody gains alone by leaving b; A and B together do by a, and neither would leave a again.
    Case("coalition-proof", THREE, Candidate(played(THREE, "b", "b", "x")), "not coalition-proof"),
    Case("coalition-proof", DILEMMA, Candidate(played(DILEMMA, "c", "d")), "gain 1"),
    # At 1/3 a, 2/3 b both meet equally well with a and b; a, once there are some, does better against itself: 2 > 2/3.
    Case("evolutionarily-stable", MEETING, Candidate(played(MEETING, *[{"a": F(1, 3), "b": F(2, 3)}] * 2)), "invade"),
    # A hawk and a dove are in equilibrium (2 > 1, 0 > -1), but no population plays both roles.
    Case("evolutionarily-stable", HAWKS, Candidate(played(HAWKS, "hawk", "dove")), "invade"),
    # At a logit response of any precision the other action is played too; c costs 1, and is no exact answer.
    Case("qre", DILEMMA, Candidate(played(DILEMMA, "c", "d")), "gain 1"),
]  # fmt: skip


def test_every_concept_has_a_wrong_candidate() -> None:
    # Reactions by pieces and play over time have judges of their own, with their own wrong candidates: see test_judging_reactions and
    # test_judging_over_time.
    elsewhere = {"pure-subgame-perfect", "markov-perfect", "pure-markov-perfect"}
    elsewhere |= {"repeated", "grim-trigger", "tit-for-tat", "optimal-penal-code"}
    assert {case.concept for case in WRONG} == set(CONCEPTS) - elsewhere
    # Only quantal responses, which are never exact, have no exact right one.
    assert {case.concept for case in RIGHT} == set(CONCEPTS) - {"qre", *elsewhere}


def solved(case: Case, monkeypatch: pytest.MonkeyPatch) -> hg.Equilibria:
    """The answer if the solver proposes the candidate."""
    proposal = Proposal((case.candidate,), "some", ("by decree",))
    method = SimpleNamespace(name="decree", propose=lambda _game, _run: proposal)
    monkeypatch.setattr(solving, "method_for", lambda *_: method)
    return hg.solve(case.game, case.concept)


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.concept)
def test_what_is_right_becomes_an_answer(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = solved(case, monkeypatch)
    assert found.certificate.exact
    assert found.certificate.largest_gain == 0


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case.concept}: {case.said}")
def test_what_is_wrong_becomes_no_answer(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError) as caught:
        solved(case, monkeypatch)
    assert case.said in str(caught.value)


JUDGED = [
    case
    for case in WRONG
    if case.concept not in ("correlated", "coalition-proof", "qre") and "no distribution" not in case.said
]


@pytest.mark.parametrize("case", JUDGED, ids=lambda case: f"{case.concept}: {case.said}")
def test_a_readers_own_wrong_profile_is_told_why(case: Case) -> None:
    judged = hg.judge(case.game, case.candidate.profile, case.concept, beliefs=case.candidate.beliefs)
    assert not judged
    amount = case.said.removeprefix("gain ")
    assert (f"gains {amount}" if amount != case.said else case.said) in judged.why_not


# --- what is said of an answer beside its gain --------------------------------------------------------------------------


def test_quantal_responses_are_never_exact_and_never_strict() -> None:
    # (d, d) is a strict equilibrium; put forward as a quantal response it is one of an infinite precision at best.
    profile = played(DILEMMA, "d", "d")
    assert certificate.judge(DILEMMA, Candidate(profile), NASH) == (certificate.Certificate(True, F(0)), True)
    found, strict = certificate.judge(DILEMMA, Candidate(profile), CONCEPTS["qre"])
    assert (found.exact, found.largest_gain, strict) == (False, 0, False)


def test_a_point_with_an_error_is_never_certified_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    # Near an equilibrium, not at it: the gain, 1/100 here, is a bound and no proof of anything exact.
    near = played(PENNIES, {"h": F(101, 200), "t": F(99, 200)}, EVEN)
    (found,) = solved(Case("nash", PENNIES, Candidate(near, error=F(1, 100)), ""), monkeypatch)
    assert not found.certificate.exact
    assert found.certificate.largest_gain == F(1, 100)
    with pytest.raises(AssertionError, match="gain 1/100"):
        solved(Case("nash", PENNIES, Candidate(near), ""), monkeypatch)


@pytest.mark.parametrize("depth", [1, 2])
def test_ties_behind_an_own_choice_not_made_leave_an_equilibrium_strict(depth: int) -> None:
    # A stops for 2, or goes on (twice, at depth 2) and chooses between l and r for 1. What A would choose there is no part
    # of the plan to stop: every other plan is worse by 1. In the subgames, which A may find itself in, l and r are tied.
    node: Any = Move("choose", 0, {"l": (1,), "r": (1,)})
    for k in reversed(range(1, depth)):
        node = Move(f"again {k}", 0, {"on": node, "off": (0,)})
    game = game_from(["A"], Move("first", 0, {"stop": (2,), "go": node}))
    profile = played(game, "stop", *["on"] * (depth - 1), "l")
    assert certificate.certify(game, profile, NASH) == (certificate.Certificate(True, F(0)), True)
    assert certificate.certify(game, profile, SUBGAME_PERFECT) == (certificate.Certificate(True, F(0)), False)


def test_ties_on_the_own_way_leave_none_strict() -> None:
    # A goes on for 1 either way: the other way is no worse.
    game = game_from(["A"], Move("first", 0, {"stop": (0,), "go": Move("choose", 0, {"l": (1,), "r": (1,)})}))
    assert certificate.certify(game, played(game, "go", "l"), NASH) == (certificate.Certificate(True, F(0)), False)


def test_no_profile_with_a_gain_is_strict() -> None:
    # (a, b) in the meeting game: each would gain; a plan that is not best is not strictly best either.
    found, strict = certificate.certify(MEETING, played(MEETING, "a", "b"), PURE_NASH)
    assert (found.largest_gain, strict) == (2, False)


def test_correlated_play_is_strict_where_every_disobedience_loses() -> None:
    # Told a the other is told a: b loses 2; told b likewise, it loses 1. In the dull game, told b, a does as well.
    for game, told, expected in ((MEETING, {(0, 0): HALF, (1, 1): HALF}, True), (DULL, {(1, 1): 1}, False)):
        found, strict = certificate.judge(game, correlated(game, told), CONCEPTS["correlated"])
        assert (found.largest_gain, strict) == (0, expected)
