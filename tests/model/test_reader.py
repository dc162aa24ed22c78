"""Every mistake a scholar can make in a model file, with the place, the words and the remedy it is answered with."""

from __future__ import annotations

import pytest

from hedging_games.analysis.conditions.question import condition
from hedging_games.analysis.solve import solve
from hedging_games.errors import ModelFileError
from hedging_games.model.reader import read_model_text

SOUND = """\
title: A small game
players: {Small: {role: small state}, Ally: {role: ally}}
parameters:
  card: {baseline: 4, range: [0, 10]}
  p: {baseline: 1/4, range: [0, 1]}
let:
  worth: card*[strong]
play:
  Type: {by: chance, actions: {strong: p, weak: 1 - p}}
  Small: {actions: [Hedge, Align], sees: [Type]}
  Reply: {by: Ally, actions: [Tolerate, Press], sees: [Small], when: Hedge}
payoffs:
  Small: worth*[Hedge and Tolerate] - [Press]
  Ally: "[Tolerate]*(card - 2) - [Press]"
hedge: Tolerate
cases:
  korea: {card: 5, note: assumed}
"""


def test_the_sound_file_is_sound():
    model = read_model_text(SOUND)
    assert list(model.decisions) == ["Type", "Small", "Reply"]


def error_of(*changes):
    text = SOUND
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(ModelFileError) as caught:
        read_model_text(text, file="game.yaml")
    return caught.value


SINGLE = [
    # keys
    (("title: A", "titel: A"), 1, 1, "unknown key 'titel' in a model file", "did you mean 'title'?"),
    (("title: A small game\n", ""), 1, 1, "the model has no 'title'", "add a line such as title:"),
    (("hedge:", "payofs: x\nhedge:"), 15, 1, "unknown key 'payofs' in a model file", "did you mean 'payoffs'?"),
    (("hedge:", "zzz: x\nhedge:"), 15, 1, "unknown key 'zzz' in a model file", "known here: title"),
    (("range: [0, 10]", "rnage: [0, 10]"), 4, 23, "unknown key 'rnage' in the parameter 'card'", "did you mean 'range'?"),
    (("sees: [Small]", "see: [Small]"), 11, 49, "unknown key 'see' in the decision 'Reply'", "did you mean 'sees'?"),
    (("role: ally", "rule: ally"), 2, 46, "unknown key 'rule' in the player 'Ally'", "did you mean 'role'?"),
    (("title: A small game", "title: {a: b}"), 1, 8, "'title' is a mapping, not a text", "write it in one line"),
    (("title: A small game", "title:"), 1, 7, "'title' is nothing, not a text", "write it in one line"),
    # players
    (("{Small: {role: small state}, Ally: {role: ally}}", "[Small, Ally, Small]"), 2, 24, "'Small' is listed twice", "once"),
    (("{Small: {role", "{Small state: {role"), 2, 11, "'Small state' cannot be a player's name", "write Small_state"),
    (("Ally: {role: ally}}", "Ally: {role: ally}, Rest: {role: onlooker}}"), 13, 3, "give no payoff for 'Rest'", "add Rest:"),
    # parameters
    (("baseline: 4", "basline: 4"), 4, 10, "unknown key 'basline' in the parameter 'card'", "did you mean 'baseline'?"),
    (("baseline: 4", "baseline: 14"), 4, 3, "the baseline 14 of 'card' lies outside its range [0, 10]", "change the baseline"),
    (("card: {baseline: 4, range: [0, 10]}", "card: 14"), 4, 3, "outside the default range [0, 10]", "give a range"),
    (("card: {baseline: 4, range: [0, 10]}", "card:"), 4, 3, "the parameter 'card' has no value", "write card: 4"),
    (("range: [0, 10]", "range: [0, 10, 20]"), 4, 30, "the range of 'card' has 3 ends", "write range: [0, 10]"),
    (("range: [0, 10]", "range: [10, 0]"), 4, 30, "[10, 0], holds no number", "smaller end first"),
    (("range: [0, 10]", "range: 0 to 10"), 4, 30, "the range of 'card' is '0 to 10'", 'write range: [0, 10], or "[0, 1)"'),
    (("range: [0, 10]}", "range: [0, 10)}"), 4, 30, "a range with an open end has to be in quotes", 'write "[0, 10)"'),
    (("range: [0, 10]", 'range: "[0, 4)"'), 4, 3, "outside its range [0, 4)", "change"),
    (("baseline: 4", "baseline: p"), 4, 20, "the baseline of 'card' mentions 'p'; it has to be a number", "write 1/3"),
    (("  p: {", "  p:\n    {baseline: x\n  q: {"), 6, 5, "'{' is opened here and never closed", "close it"),
    (("  p: {", "  unused: 3\n  p: {"), 5, 3, "the parameter 'unused' is never used", "or remove it"),
    (("let:", "  fine: 3\nassume: [fine < 4]\nlet:"), 6, 3, "the parameter 'fine' is used in 'assume' only", "use it"),
    (("  p: {", "  max: 3\n  p: {"), 5, 3, "'max' is a reserved word and cannot be a parameter's name", "choose another"),
    (("  p: {", "  lambda: 3\n  p: {"), 5, 3, "'lambda' is a reserved word", "choose another"),
    (("  p: {", "  _x: 3\n  p: {"), 5, 3, "'_x' cannot be a parameter's name", "write x"),
    # formulas
    (("worth*[", "wroth*["), 13, 10, "unknown name 'wroth'", "did you mean 'worth'?"),
    (("worth*[", "worth*tribute*["), 13, 16, "unknown name 'tribute'", "declare it: tribute: and its baseline, under 'parameters:'"),
    (("and Tolerate]", "and Tolerat]"), 13, 27, "unknown action 'Tolerat'", "did you mean 'Tolerate'?"),
    (("and Tolerate]", "and Reply]"), 13, 27, "'Reply' is a decision, not an action", "one of its actions: Tolerate, Press"),
    (("and Tolerate]", "and card]"), 13, 27, "'card' is a number where a condition is expected", "compare it: card > 0"),
    (("and Tolerate]", "and Ally.Tolerate]"), 13, 27, "'Ally' is a player, not a decision", "write Reply.Tolerate"),
    (("and Tolerate]", "and Rply.Tolerate]"), 13, 27, "unknown decision 'Rply'", "did you mean 'Reply'?"),
    (("and Tolerate]", "and Reply.Pres]"), 13, 27, "'Reply' has no action 'Pres'", "did you mean 'Press'?"),
    (("- [Press]\n  Ally", "- Press\n  Ally"), 13, 39, "'Press' is an action where a number is expected", "write [Press]"),
    (("- [Press]\n  Ally", "- Reply\n  Ally"), 13, 39, "'Reply' is a decision where a number is expected", "[Tolerate]"),
    (("worth*[", "worth × ["), 13, 16, "'×' (multiplication sign) is not part of a formula", "write *"),
    (("worth*[", "worth^2*["), 13, 15, "'^' is not part of a formula", "write ** for a power"),
    (("  Small: worth", "  Small: [Hedge]*worth"), 13, 10, "the value starts with '[', which YAML reads as a list", "in quotes"),
    (("hedge: Tolerate", "hedge: [Tolerate]"), 15, 8, "'hedge' is a list", "write Tolerate"),
    (("hedge: Tolerate", "hedge: card"), 15, 8, "'card' is a number where a condition", "compare it: card > 0"),
    (("worth: card*[strong]", "worth: card/0*[strong]"), 7, 15, "the formula divides by zero", "not zero"),
    (("worth: card*[strong]", "worth: card/(p - 1/4)*[strong]"), 7, 16, "the denominator 'p - 1/4' is zero at p = 1/4", "choose"),
    # named expressions
    (("let:\n", "let:\n  other: 3\n"), 7, 3, "the named expression 'other' is never used", "use it, or remove it"),
    (("card*[strong]", "card*[strong] + worth"), 7, 3, "go round in a circle: worth → worth", "break it"),
    # assumptions, cases
    (("play:", "assume: [card < 4]\nplay:"), 8, 10, "the assumption 'card < 4' does not hold at card = 4", "choose values"),
    (("play:", "assume: [card > 0, Hedge]\nplay:"), 8, 20, "an assumption speaks of the action 'Hedge'", "parameters"),
    (("play:", "assume: [card > worth]\nplay:"), 8, 17, "uses 'worth', which depends on what is chosen", "parameters"),
    (("{card: 5,", "{crad: 5,"), 17, 11, "the case 'korea' sets 'crad', which is not a parameter", "did you mean 'card'?"),
    (("korea: {card: 5, note: assumed}", "korea: 5"), 17, 10, "the case 'korea' is a text", "write {card: 5}"),
    (("play:", "assume: [card < 5]\nplay:"), 18, 3, "in the case 'korea' the assumption 'card < 5' does not hold at card = 5", "line 8"),
    # play
    (("  Reply: {by: Ally, ", "  Reply: {"), 11, 3, "nobody takes the decision 'Reply'", "add by: and one of Small, Ally, chance"),
    (("by: Ally, ", "by: Aly, "), 11, 15, "'by' of 'Reply' is 'Aly'", "did you mean 'Ally'?"),
    (("{by: Ally, actions: [Tolerate, Press], ", "{by: Ally, "), 11, 3, "the decision 'Reply' offers no actions", "write actions:"),
    (("[Tolerate, Press]", "[]"), 11, 30, "the decision 'Reply' offers no actions", "list at least one"),
    (("[Tolerate, Press]", "[Tolerate, Press, Press]"), 11, 48, "'Reply' offers 'Press' twice", "once"),
    (("[Tolerate, Press]", "[Tolerate, Press it]"), 11, 41, "'Press it' cannot be the name of an action", "Press_it if it is one"),
    (("[Tolerate, Press]", "Tolerate"), 11, 30, "the actions of 'Reply' are a text", "write actions: [Tolerate, Press]"),
    (("[Tolerate, Press]", "{Tolerate: 1/2, Press: 1/2}"), 11, 30, "but a player chooses among them", "by: chance"),
    (("{strong: p, weak: 1 - p}", "[strong, weak]"), 9, 31, "the outcomes of 'Type' have no probabilities", "{A: p, B: 1 - p}"),
    (("weak: 1 - p", "weak: 1 - p**2"), 9, 49, "do not sum to 1 for all parameters: p + (1 - p**2)", "1 minus the others"),
    (("weak: 1 - p", "weak: 3/4"), 9, 49, "do not sum to 1 for all parameters: p + 3/4", "1 minus the others"),
    (("{strong: p, weak: 1 - p}", "{strong: 5*p, weak: 1 - 5*p}"), 9, 3, "the probability of 'weak' at 'Type' is -1/4", "keep 1 - 5*p"),
    (("sees: [Small]", "sees: [Smal]"), 11, 56, "'Reply' sees 'Smal', which is no earlier decision", "did you mean 'Small'?"),
    (("sees: [Type]", "sees: [Reply]"), 10, 43, "'Small' sees 'Reply', which is no earlier decision", "known here: Type"),
    (("sees: [Type]", "sees: [Small]"), 10, 43, "'Small' sees itself", "remove it"),
    (("by: chance, ", "by: chance, sees: [], "), 9, 28, "'Type' is taken by chance, which needs no 'sees'", "remove it"),
    (("when: Hedge", "when: Tolerate"), 11, 70, "'Tolerate' is chosen at 'Reply', which does not come before", "known by then"),
    (("when: Hedge", "when: Hedge and Align"), 11, 70, "the decision 'Reply' is never reached at the baseline", "'when'"),
    (("when: Hedge", "when: strong > 0"), 11, 70, "'strong' is an action where a number is expected", "write [strong]"),
    (("{strong: p, weak: 1 - p}", "{strong: 'p*[Hedge]', weak: '1 - p*[Hedge]'}"), 9, 44, "'Hedge' is chosen at 'Small', which", "by then"),
    (("{strong: p, weak: 1 - p}", "{strong: p*[Hedge], weak: p}"), 9, 40, "inside { } a formula with [ ] has to be in quotes", 'write "p*[Hedge]"'),
    (("{strong: p, weak: 1 - p}", "{strong: p*worth, weak: 1 - p*worth}"), 9, 42, "'worth' depends on 'Type', which", "by then"),
    # payoffs
    (("  Small: worth", "  Smal: worth"), 13, 3, "'payoffs' name 'Smal', which is not a player", "did you mean 'Small'?"),
    (("  Small: worth*[Hedge and Tolerate] - [Press]\n", ""), 13, 3, "'payoffs' give no payoff for 'Small'", "add Small:"),
    # names
    (("card*[strong]", "Hedge*[strong]"), 7, 10, "'Hedge' is an action where a number is expected", "write [Hedge]"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line", "column", "what", "remedy"), SINGLE, ids=[s[3][:50] for s in SINGLE])
def test_one_mistake_gives_the_right_words_in_the_right_place(change, line, column, what, remedy):
    error = error_of(change)
    matching = [p for p in error.problems if what in p.what]
    assert matching, str(error)
    problem = matching[0]
    assert remedy in problem.remedy
    assert problem.where is not None
    assert (problem.where.file, problem.where.line, problem.where.column) == ("game.yaml", line, column)
    # One mistake, one problem: nothing else is dragged in (a few mistakes do break two rules at once).
    assert len(error.problems) <= 2, str(error)


CLASHES = [
    (("  p: {", "  Hedge: 1\n  p: {"), "'Hedge' is an action and also a parameter"),
    (("  p: {", "  Ally: 1\n  p: {"), "'Ally' is a parameter and also a player"),
    (("  p: {", "  Reply: 1\n  p: {"), "'Reply' is a decision and also a parameter"),
    (("let:\n", "let:\n  card: 2\n"), "'card' is a named expression and also a parameter"),
    (("let:\n", "let:\n  Press: 2\n"), "'Press' is an action and also a named expression"),
    (("[Tolerate, Press]", "[Small, Press]"), "'Small' is an action and also a player"),
    (
        ("actions: {strong: p, weak: 1 - p}", "actions: {uniform: [0, 1], levels: 3}"),
        ("[Tolerate, Press]", "[Type, Press]"),
        "'Type' is an action and also a decision",
    ),
    (
        ("  Reply: {by: Ally", "  Small2: {by: Ally, actions: [x, y]}\n  Ally: {by: Small"),
        "'Ally' is a decision and also a player",
    ),
]


@pytest.mark.parametrize("clash", CLASHES, ids=[clash[-1] for clash in CLASHES])
def test_no_name_stands_for_two_things(clash):
    *changes, what = clash
    error = error_of(*changes)
    assert any(problem.what == what and problem.where is not None for problem in error.problems), str(error)


def test_a_decision_may_share_its_name_with_an_action():
    # Attacking pays 2 and is checked where that pays c = 1 > 0 to B: A gets v - c = 1 > 0, so it attacks.
    model = read_model_text("""
title: A strike
players: [A, B]
parameters: {v: 2, c: {baseline: 1, range: "(0, 4]"}}
play:
  Attack: {by: A, actions: [Attack, Wait]}
  Check: {by: B, actions: [Check, Pass], sees: [Attack], when: Attack}
payoffs: {A: "v*[Attack] - c*[Check]", B: "c*[Check.Check]"}
hedge: Attack
""")
    assert [str(e.profile) for e in solve(model)] == ["Attack: Attack; Check: Check"]
    assert read_model_text(model.dump()) == model
    assert str(condition(model, "every")).splitlines()[1].strip().startswith("v > c")


UNSEEN = """
title: Who may be watched
players: [A, B]
parameters: {v: 2, c: 1, watched: {baseline: 0, range: [0, 1]}}
play:
  A: [Attack, Wait]
  B: {actions: [Check, Pass], sees: all, when: Attack and watched == 1}
payoffs: {A: "v*[Attack] - c*[Check]", B: "c*[Check]"}
hedge: Attack
"""


def test_a_decision_may_be_passed_over_at_the_baseline_where_another_end_of_a_range_reaches_it():
    model = read_model_text(UNSEEN)
    assert [s.decision for s in model.at().form.information_sets] == ["A"]
    assert [s.decision for s in model.at(watched=1).form.information_sets] == ["A", "B"]
    # Unwatched A gets v = 2; watched v - c = 1.
    assert [e.payoffs["A"] for w in (0, 1) for e in solve(model, watched=w)] == [2, 1]


def test_a_decision_may_be_passed_over_at_the_baseline_where_a_case_reaches_it():
    inner = UNSEEN.replace("watched == 1", "watched == 1/2")
    with pytest.raises(ModelFileError, match="nor in a case, nor at the ends of the range of watched") as refused:
        read_model_text(inner)
    assert "or add a case in which it is reached" in str(refused.value)
    assert read_model_text(inner + "cases: {half: {watched: 1/2}}\n").at("half").form.players == ("A", "B")


COMMAS = [
    ("card: {baseline: 4, range: [0, 10]}", "card: {baseline: 4,5, range: [0, 10]}", "write 4.5"),
    ("card: {baseline: 4, range: [0, 10]}", "card: {baseline: 4, range: [0,5, 10]}", "write 0.5"),
    ("card: {baseline: 4, range: [0, 10]}", "card: 4,5", "write 4.5"),
    ("(card - 2)", "(card - 2,5)", "write 2.5"),
    ("[Tolerate, Press]", "[Tolerate Press]", "write Tolerate, Press if these are 2 names, Tolerate_Press if it is one"),
    ("worth*[Hedge and Tolerate]", "worth*[Hedge Tolerate]", "write Hedge and Tolerate if both happen, Hedge or Tolerate if one is enough"),
    ("(card - 2)", "sqrt(card)", "make the root r a parameter, and write r**2 for what it is the root of"),
    ("(card - 2)", "exp(card)", "make its value a parameter, or use a rational function of the same shape"),
    ("(card - 2)", "card**(1/2)", "for a root, make the root a parameter"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "remedy"), COMMAS, ids=[remedy for *_, remedy in COMMAS])
def test_what_is_written_out_of_habit_is_answered_with_what_to_write(old, new, remedy):
    assert remedy in {
        part
        for p in error_of((old, new)).problems
        for part in (p.remedy, p.remedy.partition("; ")[2], p.remedy.partition(": ")[2])
    }


FOLLOWED = [
    ("card: {baseline: 4,", "card: {baseline 4,", "baseline: 4"),
    ("card: {baseline: 4,", "card: {baseline:4,", "baseline: 4"),
    ("card: {baseline: 4,", "card: {base: 4,", "baseline"),
    ("baseline: 4, range: [0, 10]", "baseline: 2,000, range: [0, 9999]", "2000 if commas group digits, 2.000 if it is a decimal comma"),
    ("baseline: 4, range: [0, 10]", "baseline: '2,000', range: [0, 9999]", "2000"),
    ("baseline: 4, range: [0, 10]", "baseline: 2 000, range: [0, 9999]", "2000"),
    ("baseline: 4, range: [0, 10]", "baseline: 2'000, range: [0, 9999]", "2000"),
    ("baseline: 4, range: [0, 10]", "baseline: 1,000,000, range: [0, 1e7]", "1000000"),
    ("baseline: 4", "baseline: $4", "write the number alone; its unit goes to unit:"),
    ("baseline: 4", "baseline: 4 billion", "the unit of a parameter goes to unit:"),
    ("1/4", "1:4", "write / to divide"),
    ("let:\n", "let\n", "write let: and its value"),
    ("title: A small game", "title A small game # the first", "write title: A small game"),
    ("[0, 10]", "[, 10]", "write it, or remove the comma before it"),
    ("[Tolerate, Press],", "[Tolerate, Press]*", "write a comma instead"),
    ("role: ally}}", "role: ally}}}", "remove it"),
    ("parameters:", "parameers:", "did you mean 'parameters'?"),
    ("let:\n", "lt:\n", "did you mean 'let'?"),
    ("players: {Small", "players: # {Small", "write entries such as SmallState: {role: small state}"),
    ("hedge: Tolerate", "hedge:Tolerate", "write hedge: Tolerate"),
    ("Reply: {", "Reply {", "write Reply: {by: Ally,"),
    ("small state}, ", "small state}}, ", "remove one '}'"),
    ("and Tolerate]", "AND Tolerate]", "write and in small letters"),
    ("title: A small game", "title: “A small: game”", 'write straight ones: "A small: game"'),
    ("  card:", "\u00a0 card:", "indent with spaces"),
    ("strong: p,", "strong: {p},", "write (p)"),
    ("hedge: Tolerate", "hedge: [Hedge, Tolerate]", "write Hedge and Tolerate if all of it happens, Hedge or Tolerate if one is enough"),
    ("worth: card*[strong]", "worth: 2,5*card*[strong]", "write 2.5"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "broken", "remedy"), FOLLOWED, ids=[broken for _, broken, _ in FOLLOWED])
def test_a_slip_is_answered_with_one_message_whose_remedy_mends_it(old, broken, remedy):
    """`test_followed_remedies_are_read` reads the file with what the message says to write."""
    error = error_of((old, broken))
    assert len(error.problems) == 1 or "1,000,000" in broken, str(error)
    assert remedy in error.problems[0].remedy


MENDED = [
    ("baseline: 4, range: [0, 10]", "baseline: 2000, range: [0, 9999]"),
    ("baseline: 4, range: [0, 10]", "baseline: 2.000, range: [0, 9999]"),
    ("baseline: 4, range: [0, 10]", "baseline: 1000000, range: [0, 1e7]"),
    ("baseline: 4", "baseline: 4, unit: billion dollars"),
    ("title: A small game", 'title: "A small: game"'),
    ("strong: p,", "strong: (p),"),
    ("hedge: Tolerate", "hedge: Hedge and Tolerate"),
    ("hedge: Tolerate", "hedge: Hedge or Tolerate"),
    ("worth: card*[strong]", "worth: 2.5*card*[strong]"),
]


@pytest.mark.parametrize(("old", "mended"), MENDED, ids=[mended for _, mended in MENDED])
def test_followed_remedies_are_read(old, mended):
    assert old in SOUND
    assert read_model_text(SOUND.replace(old, mended)).at()


def test_a_formula_in_braces_that_begins_with_a_bracket_is_put_in_quotes():
    error = table_error("Small: 1, Ally: 0}", "Small: [Align]*card, Ally: 0}")
    assert [p.remedy for p in error.problems] == ['write "[Align]*card"']
    mended = TABLE.replace("Small: 1, Ally: 0}", 'Small: "[Align]*card", Ally: 0}')
    assert read_model_text(mended).at()


def test_a_row_says_what_a_decimal_comma_before_a_formula_has_to_be():
    error = table_error("Small: 1, Ally: 0}", "Small: 2,5*card, Ally: 0}")
    assert [p.remedy for p in error.problems] == ["write 2.5*card"]


def test_the_name_of_a_table_s_file_goes_to_csv():
    text = TABLE[: TABLE.index("  table:")] + "  table: payoffs.csv\n"
    with pytest.raises(ModelFileError, match=r"write csv: payoffs\.csv in the place of table:"):
        read_model_text(text)


def test_a_denominator_that_vanishes_whatever_the_values_is_shown_without_any():
    error = error_of(("worth: card*[strong]", "worth: card/(p - p)*[strong]"))
    assert [p.what for p in error.problems] == ["the denominator 'p - p' is zero"]


def test_all_problems_come_together_in_the_order_of_the_file():
    error = error_of(
        ("baseline: 4", "baseline: x"),
        ("sees: [Small]", "sees: [Smal]"),
        ("worth*[", "wroth*["),
        ("hedge: Tol", "hedge: Tal"),
    )
    assert [p.where.line for p in error.problems] == [4, 11, 13, 15]
    assert str(error).count("error[") == 4


def test_a_message_as_it_is_shown():
    error = error_of(("hedge: Tolerate", "hedge: Tolerated"))
    assert str(error) == (
        "error[hedge]: unknown action 'Tolerated'\n"
        "  --> game.yaml:15:8\n"
        "   | hedge: Tolerated\n"
        "   |        ^\n"
        "  help: did you mean 'Tolerate'?"
    )


def test_ambiguous_actions_have_to_be_qualified():
    error = error_of(("[Tolerate, Press]", "[Hedge, Press]"), ("hedge: Tolerate", "hedge: Hedge"))
    remedies = {p.remedy for p in error.problems if "several decisions have an action 'Hedge'" in p.what}
    assert remedies == {"write Small.Hedge or Reply.Hedge"}


def test_the_place_of_a_formula_over_several_lines():
    folded = "  Small: >-\n    worth*[Hedge and Tolerate]\n    - [Pres]\n  Ally"
    error = error_of(("  Small: worth*[Hedge and Tolerate] - [Press]\n  Ally", folded))
    (problem,) = error.problems
    assert (problem.where.line, problem.where.column, problem.where.text) == (15, 8, "    - [Pres]")
    quoted = '  Small: "worth*[Hedge\n    and Tolerate] - [Pres]"\n  Ally'
    error = error_of(("  Small: worth*[Hedge and Tolerate] - [Press]\n  Ally", quoted))
    (problem,) = error.problems
    assert (problem.where.line, problem.where.column) == (14, 22)
    plain = "  Small: worth*[Hedge\n    and Tolerate]\n\n    - [Pres]\n  Ally"
    error = error_of(("  Small: worth*[Hedge and Tolerate] - [Press]\n  Ally", plain))
    (problem,) = error.problems
    assert (problem.where.line, problem.where.column) == (16, 8)


def test_a_comma_inside_braces():
    error = error_of(("  korea: {card: 5, note: assumed}", "  korea: {card: max(5, 4), note: assumed}"))
    assert "put the whole formula in quotes" in str(error)
    error = error_of(('payoffs:\n  Small: worth*[Hedge and Tolerate] - [Press]\n  Ally: "[Tolerate]*(card - 2) - [Press]"',
                      "payoffs: {Small: max(worth, 1), Ally: card}"))  # fmt: skip
    assert "put the whole formula in quotes" in str(error)
    assert "inside { } a comma ends a value" in str(error)


# --- tables ----------------------------------------------------------------------------------------------------------------

TABLE = """\
title: A table
players: [Small, Ally]
parameters: {card: 4}
play:
  Small: [Align, Hedge]
  Ally: {actions: [Tolerate, Press], sees: all, when: Hedge}
payoffs:
  table:
    - {at: Align, Small: 1, Ally: 0}
    - {at: Hedge and Tolerate, Small: 2, Ally: card - 5}
    - {at: Press, Small: -4, Ally: -2}
"""


def table_error(old, new):
    with pytest.raises(ModelFileError) as caught:
        read_model_text(TABLE.replace(old, new), file="game.yaml")
    return caught.value


def test_a_payoff_table():
    game = read_model_text(TABLE).at(card=3)
    assert game.payoffs.tolist() == [[1, 2, -4], [0, -2, -2]]


def test_a_table_that_misses_an_outcome():
    error = table_error("    - {at: Press, Small: -4, Ally: -2}\n", "")
    assert "no row gives payoffs for the outcome Hedge, Press" in str(error)
    assert error.problems[0].remedy == "add a row: at: Hedge and Press"
    assert error.problems[0].where.line == 10


def test_a_table_that_gives_an_outcome_twice():
    error = table_error("at: Press,", "at: Press or Align,")
    assert "this row gives payoffs for the outcome Align, which another one covers (line 9 does too)" in str(error)
    assert (error.problems[0].where.line, error.problems[0].where.column) == (11, 12)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (", Ally: -2", "", "this row gives no payoff for 'Ally'"),
        ("at: Press, ", "", "a row of the payoff table names no outcome"),
        ("at: Press", "at: Pres", "unknown action 'Pres'"),
        ("card - 5", "crad - 5", "unknown name 'crad'"),
        ("at: Press", "on: Press", "this row names 'on', which is not a player"),
        ("{at: Press, Small: -4, Ally: -2}", "Press", "a row of the payoff table is a text"),
        ("  table:", "  Small: 3\n  table:", "unknown key 'Small' in 'payoffs' with a table"),
    ],
)
def test_rows_that_are_wrong(old, new, what):
    assert what in str(table_error(old, new))


def test_an_empty_table():
    text = TABLE[: TABLE.index("    - {at")] + "    []\n"
    with pytest.raises(ModelFileError, match="the payoff table is empty"):
        read_model_text(text)


# --- memory ----------------------------------------------------------------------------------------------------------------


def test_a_player_who_forgets_is_told_what_to_see():
    text = SOUND.replace(
        "  Reply: {by: Ally, actions: [Tolerate, Press], sees: [Small], when: Hedge}",
        "  Reply: {by: Ally, actions: [Tolerate, Press], sees: [Small], when: Hedge}\n"
        "  Last: {by: Small, actions: [Stay, Leave], sees: [Reply]}",
    ).replace("- [Press]\n  Ally", "- [Press] - [Leave]\n  Ally")
    with pytest.raises(ModelFileError) as caught:
        read_model_text(text)
    (problem,) = caught.value.problems
    assert problem.what == "at 'Last' Small has forgotten what Small did or knew before"
    assert problem.remedy == "write sees: [Type, Small, Reply]"
    assert problem.where.line == 12
    assert read_model_text(text.replace("sees: [Reply]", "sees: [Type, Small, Reply]"))


def test_what_a_guard_reveals_need_not_be_seen():
    # Reached only after Hedge, Small knows that it hedged without seeing it; it must still see its type.
    text = SOUND.replace(
        "  Reply: {by: Ally",
        "  Again: {by: Small, actions: [Stay, Leave], sees: [Type], when: Hedge}\n  Reply: {by: Ally",
    ).replace("- [Press]\n  Ally", "- [Press] - [Leave]\n  Ally")
    assert len(read_model_text(text).at().form.information_sets) == 6


# --- claims ----------------------------------------------------------------------------------------------------------------


def test_claims():
    text = SOUND + (
        "claims:\n"
        "  - {says: More card helps., region: never shrinks, with: card, among: some}\n"
        '  - {says: "The ally gains.", payoff: Ally, moves: never falls, with: [card, p], at: {p: 1/2}}\n'
        "  - {says: Hedging needs the card., outcome: Hedge and Tolerate, needs: card >= 2, if: p > 0, holds: somewhere}\n"
    )
    first, second, third = read_model_text(text).claims
    assert (first.region, first.with_, first.among) == ("never shrinks", ("card",), "some")
    assert (second.payoff, second.moves, second.with_, str(second.at["p"])) == (
        "Ally",
        "never falls",
        ("card", "p"),
        "1/2",
    )
    assert (str(third.outcome), str(third.needs), str(third.given), third.holds) == (
        "Hedge and Tolerate", "card >= 2", "p > 0", "somewhere",
    )  # fmt: skip
    assert third.where.line == 21


@pytest.mark.parametrize(
    ("claim", "what", "remedy"),
    [
        ("{region: widens, with: card}", "a claim does not say anything", "write says:"),
        ("{says: x, region: grows, with: card}", "'region' is 'grows'", "known here: widens"),
        ("{says: x, region: widens}", "the claim has 'region' without 'with'", "add with: card"),
        ("{says: x, region: widens, with: crad}", "'with' is 'crad'", "did you mean 'card'?"),
        (
            "{says: x, region: widens, with: Small}",
            "'Small' is decided in the game",
            "write the reaction as an outcome",
        ),
        ("{says: x, payoff: Aly, moves: rises, with: card}", "'payoff' is 'Aly'", "did you mean 'Ally'?"),
        ("{says: x, outcome: Tolerat}", "unknown action 'Tolerat'", "did you mean 'Tolerate'?"),
        ("{says: x, needs: Tolerate}", "this condition of a claim speaks of the action 'Tolerate'", "parameters"),
        ("{says: x, neds: card > 1}", "unknown key 'neds' in a claim", "did you mean 'needs'?"),
        ("{says: x, at: {crad: 1}}", "unknown key 'crad' in 'at'", "did you mean 'card'?"),
        ("x", "a claim is a text where a mapping is expected", "it may have: says"),
    ],
)
def test_claims_that_are_wrong(claim, what, remedy):
    with pytest.raises(ModelFileError) as caught:
        read_model_text(SOUND + f"claims:\n  - {claim}\n")
    (problem,) = caught.value.problems
    assert what in problem.what
    assert remedy in problem.remedy
    assert problem.where.line == 19


def test_a_mistake_in_a_case_or_a_claim_hides_none_in_the_game():
    found = error_of(("weak: 1 - p", "weak: 1 - p/2"), ("{card: 5,", "{crad: 5,"))
    assert [problem.topic for problem in found.problems] == ["play", "case"]
    claim = "claims: [{says: x, region: widen, with: card}]\nhedge:"
    found = error_of(("let:", "  idle: 3\nlet:"), ("hedge:", claim))
    assert [problem.topic for problem in found.problems] == ["parameter", "claim"]


IDLE = """
title: somebody looks on
players: [A, B, Onlooker]
parameters: {a: {baseline: 1, range: [-1, 2]}}
play:
  x: {by: A, actions: ACTIONS}
  y: {by: B, actions: [Left, Right], sees: [x]}
payoffs: {A: "a*EVENT", B: "[Left]", Onlooker: "EVENT - [Right]"}
hedge: HEDGE
"""


# A plays In (or 1) where a > 0, both at a = 0; B always Left. The third player gets 1 or 0, and decides nothing.
@pytest.mark.parametrize(
    ("actions", "number", "hedge"),
    [("[In, Out]", "[In]", "In"), ("{from: 0, to: 1}", "x", "x > 0")],
    ids=["actions", "a continuum"],
)
def test_a_player_may_have_payoffs_and_no_move(actions, number, hedge):
    text = IDLE.replace("ACTIONS", actions).replace("EVENT", number).replace("HEDGE", hedge)
    model = read_model_text(text)
    (equilibrium,) = solve(model.at())
    assert dict(equilibrium.payoffs) == {"A": 1, "B": 1, "Onlooker": 1}
    some, every = condition(model, "some"), condition(model, "every")
    for a in (-1, 0, 1):
        assert some.contains(a=a) == (a >= 0)
        assert every.contains(a=a) == (a > 0)
