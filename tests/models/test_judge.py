"""The judge itself, on games whose answers everybody knows: it has to find them and to notice what is wrong."""

from fractions import Fraction as F

import pytest


def dilemma(_=None):
    def column(row):
        worth = {("C", "C"): (2, 2), ("C", "D"): (0, 3), ("D", "C"): (3, 0), ("D", "D"): (1, 1)}
        return ("Two", "two", {a: dict(zip(("One", "Two"), worth[row, a], strict=True)) for a in ("C", "D")})

    return ("One", "one", {a: column(a) for a in ("C", "D")})


def entry():
    fight, share = {"In": -1, "Old": -1}, {"In": 1, "Old": 1}
    return ("In", "enter", {"Out": {"In": 0, "Old": 2}, "Enter": ("Old", "answer", {"Fight": fight, "Share": share})})


def test_dilemma(judge):
    watch = judge(("One", "Two"), dilemma())
    assert watch.nash() == watch.subgame_perfect() == {("D", "D")}
    even = {"C": F(1, 2), "D": F(1, 2)}
    assert watch.largest_gain({"one": even, "two": even}) == F(1, 2)
    assert watch.payoffs({"one": even, "two": even}) == {"One": F(3, 2), "Two": F(3, 2)}


def test_an_empty_threat_is_nash_but_not_perfect(judge):
    watch = judge(("In", "Old"), entry())
    assert watch.nash() == {("Enter", "Share"), ("Out", "Fight")}
    assert watch.subgame_perfect() == {("Enter", "Share")}
    threat = {"enter": {"Out": 1, "Enter": 0}, "answer": {"Fight": 1, "Share": 0}}
    assert watch.largest_gain(threat) == 0
    assert watch.largest_gain(threat, everywhere=True) == 2


def test_chance_and_hidden_moves(judge):
    # A coin decides whether guessing heads or tails wins; the guesser does not see it: both guesses are best.
    def guess(coin):
        return ("G", "guess", {"H": {"G": int(coin == "h")}, "T": {"G": int(coin == "t")}})

    watch = judge(("G",), ("chance", "coin", {"h": (F(1, 2), guess("h")), "t": (F(1, 2), guess("t"))}))
    assert watch.nash() == watch.subgame_perfect() == {("H",), ("T",)}
    biased = judge(("G",), ("chance", "coin", {"h": (F(2, 3), guess("h")), "t": (F(1, 3), guess("t"))}))
    assert biased.nash() == {("H",)}


def test_what_a_plan_rules_out_is_filled(judge):
    later = ("In", "later", {"A": {"In": 0, "Old": 0}, "B": {"In": 1, "Old": 0}})
    watch = judge(("In", "Old"), ("In", "enter", {"Out": {"In": 2, "Old": 2}, "Enter": later}))
    assert watch.nash() == {("Out", "A")}
    assert watch.subgame_perfect() == {("Out", "B")}


def test_a_game_with_another_payoff_or_another_view_is_noticed(judge, agrees):
    import hedging_games as hg

    class Slip:
        def at(self, **_):
            return hg.matrix_game([[2, 0], [3, 1]], [[2, 3], [0, 2]], players=["One", "Two"], actions=[["C", "D"]] * 2)

    with pytest.raises(AssertionError):
        agrees(Slip(), dilemma, {}, seed=0, concepts=["nash"], count=1)
    open_game = ("One", "one", {a: ("Two", f"two after {a}", b[2]) for a, b in dilemma()[2].items()})
    with pytest.raises(AssertionError):
        judge(("One", "Two"), open_game).names_in(Slip().at())
