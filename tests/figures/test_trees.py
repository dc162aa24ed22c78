"""Trees: no two texts overlap, outlines cross no branch, and everything that the game has is in the figure."""

import re
from fractions import Fraction as F
from html import unescape
from itertools import pairwise

import numpy as np
import pytest

import hedging_games as hg
from figures_checked import at_widths, clashes, compiled_text, needs_tex, outside
from hedging_games.errors import InputError
from hedging_games.figures.asked import asked
from hedging_games.figures.continuous_outline import continuous_outline
from hedging_games.figures.finite_outline import action_text, finite_outline, mixed_text, worth_text
from hedging_games.figures.lettering import shown
from hedging_games.figures.outline import MOST_NODES, count, fold, nodes_of
from hedging_games.figures.scene import Group, Line, Mark, Polygon, Text, walk
from hedging_games.figures.tree_items import draw_tree
from hedging_games.figures.tree_layout import reorder
from hedging_games.figures.tree_texts import TreeTexts, under_text
from hedging_games.figures.trees import tree, tree_scene
from hedging_games.games.continuous import ContinuousGame, Decide
from hedging_games.games.continuous import walk as walk_tree
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.model.catalogue import every_name
from tree_builders import Move, game_from, random_game

MODELS = sorted(every_name())

# Three types, three messages: no order of the messages has all nodes of an information set side by side.
SIGNALS = """
title: Three types, three messages
players: {S: {role: small state}, R: {role: ally}}
parameters: {x: {baseline: 1}}
play:
  Type: {by: chance, actions: {a: 1/3, b: 1/3, c: 1/3}}
  Message: {by: S, actions: [l, m, r], sees: [Type]}
  Answer: {by: R, actions: [yes_please, no_thanks], sees: [Message]}
payoffs:
  S: x*[yes_please] + [a]*[l]
  R: "[yes_please]*[a] - [no_thanks]*[c]"
"""


def model_of(text, tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(text, encoding="utf-8")
    return hg.load(str(path))


def segments(items):
    """The thin lines of branches, as segments."""
    return [
        pair for item in items if isinstance(item, Line) and item.colour == "#777777" for pair in pairwise(item.points)
    ]


def cross(one, other):
    """Whether two segments meet in a point that is inside both."""

    def side(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = one, other
    return side(a, b, c) * side(a, b, d) < -1e-9 and side(c, d, a) * side(c, d, b) < -1e-9


def drawn_scenes(model, width):
    yield tree_scene(asked(model, None), width)
    yield tree_scene(asked(model, True), width)
    yield tree_scene(asked(model.at(), True), width)


def set_sizes(game):
    """How many nodes each information set has, of those that are outlined; nothing for folded trees and other kinds of games."""
    if not isinstance(game, Game) or game.form.history_count > MOST_NODES:
        return {}
    form = game.form
    pairs = zip(form.information_sets, form.histories_of, strict=True)
    return {s.label: len(histories) for s, histories in pairs if s.player != CHANCE and len(histories) > 1}


def check_outlines(scene, sizes=None):
    """Outlines cross no branch but those that end inside them; links cross no branch at all. With ``sizes`` the outlines of each
    information set hold so many nodes.
    """
    held = {}
    items = list(walk(scene.items))
    branches = segments(items)
    nodes = [item.at for item in items if isinstance(item, Mark)]
    groups = [g for g in items if isinstance(g, Group) and g.title.startswith("information set")]
    named = [(g.title.removeprefix("information set "), outline) for g in groups for outline in g.items]
    outlines = [outline for _, outline in named]
    for name, outline in named:
        xs, ys = zip(*outline.points, strict=True)
        inside = [n for n in nodes if min(xs) < n[0] < max(xs) and min(ys) < n[1] < max(ys)]
        assert inside
        held[name] = held.get(name, 0) + len(inside)
        closed = [*outline.points, outline.points[0]]
        for branch in branches:
            ends_inside = any(np.allclose(end, node) for end in branch for node in inside)
            if not ends_inside:
                assert not any(cross(branch, side) for side in pairwise(closed)), (outline.points[0], branch)
    links = [i for i in items if isinstance(i, Line) and i.dash == (3.0, 2.0) and len(i.points) == 6]
    for link in links:
        for branch in branches:
            assert not any(cross(branch, part) for part in pairwise(link.points)), (link, branch)
    if sizes:
        assert held == sizes
    return outlines, links


@pytest.mark.parametrize(("name", "width"), at_widths(MODELS, (244.8, 496.8)))
def test_texts_and_outlines_of_every_model(name, width):
    for scene in drawn_scenes(hg.load(name), width):
        assert clashes(scene) == []
        assert outside(scene) == []
        check_outlines(scene, set_sizes(hg.load(name).at()))


@pytest.mark.parametrize("name", MODELS)
def test_everything_is_in_the_figure(name):
    model = hg.load(name)
    svg = unescape(tree(model.at(), equilibria=True).svg())
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", svg)
    everything = " ".join(texts)
    for player in model.players:
        assert player in everything
    game = model.at()
    games = [game] if isinstance(game, Game) else getattr(game, "stages", [])
    for stage in games:
        if stage.form.history_count > MOST_NODES:
            continue
        for slot in range(stage.form.slot_count):
            assert action_text(stage.form, slot) in everything.replace("−", "-")
        for worth in stage.payoffs.ravel():
            assert shown(worth_text(worth), maths=True) in everything
    if isinstance(game, ContinuousGame):
        for node in walk_tree(game.root):
            if isinstance(node, Decide):
                assert all(action in everything for action in node.actions)
        assert all(choice in everything for choice in game.choices)


@pytest.mark.parametrize(
    "name", ["engagement-card", "latent-threat", "blockade-threat", "sanctions-waiver", "patron-auction"]
)
def test_the_same_every_time(name):
    one, two = (tree(hg.load(name).at(), equilibria=True) for _ in range(2))
    assert one.scene == two.scene
    assert one.svg() == two.svg()
    assert one.tikz() == two.tikz()


@needs_tex
@pytest.mark.parametrize(
    "name", ["engagement-card", "latent-threat", "blockade-threat", "sanctions-waiver-discretionary", "rival-forum"]
)
def test_tikz_of_trees_compiles(name, tmp_path):
    model = hg.load(name)
    for k, drawing in enumerate((tree(model), tree(model.at(), equilibria=True))):
        folder = tmp_path / str(k)
        folder.mkdir()
        text = compiled_text(drawing.scene, folder)
        for said in (model.title, *model.players):
            assert said in text
        for item in walk(drawing.scene.items):
            if isinstance(item, Text) and not item.maths:
                assert all(" ".join(line.split()) in text for line in item.text.split("\n")), item.text


# --- what is drawn -------------------------------------------------------------------------------------------------------


def test_payoffs_are_formulas_or_numbers():
    model = hg.load("engagement-card")
    texts = [item.text for item in walk(tree(model).scene.items) if isinstance(item, Text)]
    assert "SmallState: alignment_reward - trade_loss" in texts
    assert "Ally: card + example - alignment_loss" in texts
    numbers = [item.text for item in walk(tree(model.at("india")).scene.items) if isinstance(item, Text)]
    assert "-3," in numbers  # punishing costs India's ally 3


def test_formulas_are_in_the_words_of_the_file():
    drawing = tree(hg.load("rival-forum"))
    texts = [item.text for item in walk(drawing.scene.items) if isinstance(item, Text)]
    assert "China: -|proposal - 1|" in texts
    assert "China: −|proposal − 1|" in drawing.svg()


def test_paths_of_equilibria_are_bold_and_their_threats_thin():
    # engagement-card at the baseline: Engage, Tolerate, Restrain. With a worthless card the ally punishes, and Align is played; Punish and
    # Restrain are chosen off the path.
    game = hg.load("engagement-card").at(card=0)
    found = hg.solve(game)
    root = finite_outline(game, [e.profile.probabilities for e in found])
    by_label = {b.label: (node, b) for node in nodes_of(root) for b in node.branches}
    on_path = {label for label, (node, b) in by_label.items() if node.reached & b.node.reached}
    off_path = {label for label, (node, b) in by_label.items() if set(b.chosen) - node.reached}
    assert on_path == {"Align"}
    assert off_path == {"Punish", "Restrain"}
    lines = [item for item in walk(tree(found).scene.items) if isinstance(item, Line) and item.colour == "#000000"]
    bold = [line for line in lines if line.width > 1.5 and len(line.points) == 3]
    arrows = [line for line in lines if line.arrow]
    assert len(bold) == 1
    assert len(arrows) == 2
    assert all(arrow.width < 1 for arrow in arrows)


def test_equilibria_are_told_apart_by_colour_and_dash():
    found = hg.solve(hg.load("restraining-pyongyang").at())
    lines = [item for item in walk(tree(found).scene.items) if isinstance(item, Line) and item.width == 1.9]
    assert len({(line.colour, line.dash) for line in lines}) == len(found) == 3


def test_mixing_and_odds_are_written():
    scene = tree(hg.load("latent-threat").at(), equilibria=True).scene
    texts = [item.text for item in walk(scene.items) if isinstance(item, Text)]
    for text in ("3/4", "1/4", "1/3", "2/3", "5/9", "4/9"):
        assert text in texts


def test_reactions_of_continuous_choices_are_written():
    scene = tree(hg.load("blockade-threat").at(), equilibria=True).scene
    texts = [item.text for item in walk(scene.items) if isinstance(item, Text)]
    assert "diversification ∈ [0, 1]" in texts
    assert "= 3/4" in texts
    assert "Answer after Demand: Defy for diversification in [3/4, 1]" in texts
    fans = [i for i in walk(scene.items) if isinstance(i, Polygon) and i.fill == "#dddddd" and len(i.points) == 3]
    assert len(fans) == 1


def test_states_of_games_over_time_have_a_tree_each():
    texts = [i.text for i in walk(tree(hg.load("sanctions-waiver")).scene.items) if isinstance(i, Text)]
    assert {"in k=2", "in k=1", "in k=0"} <= set(texts)
    assert "→ k=1" in texts
    assert "→ end" in texts


def test_formulas_and_equilibria_of_the_baseline_together():
    drawing = tree(hg.load("engagement-card"), equilibria=True)
    texts = " ".join(i.text for i in walk(drawing.scene.items) if isinstance(i, Text))
    assert "Ally: card + example - alignment_loss" in texts
    assert "equilibrium 0: Choice: Engage; Reply: Tolerate; Client: Restrain" in texts
    assert "equilibria at alignment_reward = 3," in texts
    assert "at alignment_reward = 3" in drawing.scene.provenance


# --- information sets ----------------------------------------------------------------------------------------------------


def test_nodes_of_a_set_stand_together_where_they_can():
    # A matrix game, and the cherry-picking game: one outline for each set of several nodes.
    outlines, links = check_outlines(tree(hg.load("hedging-triangle").at()).scene)
    assert (len(outlines), len(links)) == (2, 0)


def test_sets_that_cannot_stand_together_are_linked():
    outlines, links = check_outlines(tree(hg.load("latent-threat").at()).scene)
    assert (len(outlines), len(links)) == (3, 1)  # Moderate in one outline; Aggress in two, with a link
    texts = [i.text for i in walk(tree(hg.load("latent-threat").at()).scene.items) if isinstance(i, Text)]
    assert "joined by dashed links: the information sets (a) Reply after Aggress" in texts
    assert texts.count("SmallState (a)") == 2


def test_more_types_and_messages(tmp_path):
    model = model_of(SIGNALS, tmp_path)
    for scene in drawn_scenes(model, 496.8):
        assert clashes(scene) == []
        outlines, links = check_outlines(scene)
        assert links
        joined = sum(len(outline.points) == 18 for outline in outlines)
        assert joined >= 3


@pytest.mark.parametrize("seed", range(25))
def test_trees_drawn_at_random(seed):
    # With chance, ties, hidden moves and sets on several levels.
    game = random_game(seed, players=2 + seed % 3)
    for width in (244.8, 496.8):
        scene = tree_scene(asked(game, None), width)
        assert clashes(scene) == []
        assert outside(scene) == []
        check_outlines(scene, set_sizes(game))


def test_a_gambit_file_with_sets_across_levels(tmp_path):
    # Player 2's set holds a node after one action and one after two: they stand in one column all the same.
    path = tmp_path / "levels.efg"
    path.write_text(
        """EFG 2 R "levels" { "A" "B" }
p "" 1 1 "" { "in" "out" } 0
p "" 1 2 "" { "l" "r" } 0
p "" 2 1 "" { "L" "R" } 0
t "" 1 "" { 1, 1 }
t "" 2 "" { 0, 2 }
p "" 2 1 "" { "L" "R" } 0
t "" 3 "" { 1, 3 }
t "" 4 "" { 0, 4 }
p "" 2 1 "" { "L" "R" } 0
t "" 5 "" { 1, 5 }
t "" 6 "" { 0, 6 }
""",
        encoding="utf-8",
    )
    scene = tree(hg.read_game(path), equilibria=True).scene
    assert clashes(scene) == []
    outlines, links = check_outlines(scene)
    assert (len(outlines), len(links)) == (1, 0)
    xs = [x for x, _ in outlines[0].points]
    assert max(xs) - min(xs) == pytest.approx(13)


def test_an_outline_over_a_branch_would_be_noticed():
    scene = tree(hg.load("hedging-triangle").at()).scene
    group = next(i for i in scene.items if isinstance(i, Group) and i.title.startswith("information set"))
    moved = Polygon(tuple((x - 15, y) for x, y in group.items[0].points))
    broken = type(scene)(
        scene.width,
        scene.height,
        (*scene.items, Group("information set moved", (moved,)), Mark(moved.points[4])),
        "broken",
    )
    with pytest.raises(AssertionError):
        check_outlines(broken)


# --- folding -------------------------------------------------------------------------------------------------------------


def test_large_trees_are_folded():
    game = hg.load("patron-auction").at()
    root = finite_outline(game)
    total = count(root)
    assert total == game.form.history_count > MOST_NODES
    assert fold(root) > 0
    assert count(root) <= MOST_NODES
    hidden = sum(node.folded for node in nodes_of(root))
    seen = sum(node.is_end and not node.folded for node in nodes_of(root))
    assert hidden + seen == len(game.form.terminals)


def test_what_equilibria_reach_is_unfolded_first():
    game = hg.load("patron-auction").at()
    root = finite_outline(game, [hg.solve(game)[0].profile.probabilities])
    fold(root)
    assert any(node.payoffs and 0 in node.reached for node in nodes_of(root))


def test_small_trees_are_not_folded():
    root = finite_outline(hg.load("engagement-card").at())
    assert fold(root) == 0
    assert fold(root, 3) > 0


# --- details -------------------------------------------------------------------------------------------------------------


def test_numbers_on_branches():
    assert mixed_text(F(1)) == ""
    assert mixed_text(F(1, 3)) == "1/3"
    assert mixed_text(F(123456789123, 987654321987)) == "≈ 0.125"
    symbolic = hg.load("latent-threat").symbolic()
    chance = [
        worth_text(p)
        for p, player in zip(symbolic.chance, symbolic.form.player_of_slot, strict=True)
        if player == CHANCE
    ]
    assert chance == ["p", "1 - p"]


def test_subtrees_do_not_depend_on_where_they_stand():
    # Reingold and Tilford's third rule: a subtree is drawn the same wherever it is.
    model = hg.load("restraining-pyongyang")
    root = finite_outline(model.at())
    reorder(root)
    laid = [draw_tree(TreeTexts(branch.node, model.at().players, 7.5, False, 400.0)) for branch in root.branches]
    heights = [tree.box[3] - tree.box[1] for tree in laid]
    assert heights[0] == pytest.approx(heights[1])


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(InputError, match="a list cannot be drawn"):
        tree(["engagement-card"])
    with pytest.raises(InputError, match="did you mean 'text'"):
        tree(hg.load("engagement-card"), width="txt")
    with pytest.raises(InputError, match="of a game with other histories"):
        tree(hg.load("engagement-card").at(), equilibria=hg.solve(hg.load("tolerated-example").at()))
    with pytest.raises(InputError, match="not of this game"):
        tree(hg.load("blockade-threat"), equilibria=hg.solve(hg.load("engagement-card").at()))
    with pytest.raises(InputError, match="payoffs at 2 points"):
        tree(hg.load("engagement-card").fast(card=np.array([1.0, 2.0])))


def test_how_complete_an_answer_is_stands_below():
    def below(shown):
        return [i.text for i in walk(tree(shown, equilibria=True).scene.items) if isinstance(i, Text)]

    assert "3 found by nash, complete: the extreme ones, which span all" in below(hg.load("hedging-triangle").at())
    texts = " ".join(below(hg.load("patron-auction").at()))
    assert "80 found by subgame-perfect, complete: some: there may be more" in texts
    assert "off each path one of the ways to support it is drawn" in texts


def test_profiles_of_ones_own_are_drawn():
    game = hg.load("engagement-card").at()
    profile = hg.profile_from(game.form, {"Choice": {"Align": 1}, "Reply": {"Punish": 1}, "Client": {"Support": 1}})
    texts = [i.text for i in walk(tree(game, equilibria=[profile]).scene.items) if isinstance(i, Text)]
    assert "equilibrium 0: Choice: Align; Reply: Punish; Client: Support" in texts


TYPES = """
title: A type, a level, an answer
players: {A: {role: small state}, B: {role: ally}}
parameters: {x: {baseline: 1}}
play:
  Type: {by: chance, actions: {weak: 1/3, strong: 2/3}}
  level: {by: A, actions: {from: 0, to: 1}, sees: all}
  Answer: {by: B, actions: [Yes, No], sees: all}
payoffs:
  A: level*[strong] - level*[weak]
  B: "[Yes]*(2*level - x)"
"""


def test_paths_after_chance_are_those_of_each_move_of_chance(tmp_path):
    # The strong type chooses level 1, and is answered Yes; the weak one 0, and is answered No.
    found = hg.solve(model_of(TYPES, tmp_path).at())
    root = continuous_outline(found.game, found.equilibria)
    after = {branch.label: branch.node for branch in root.branches}
    for kind, number, answered in (("weak", "= 0", "No"), ("strong", "= 1", "Yes")):
        (chosen,) = after[kind].branches
        assert under_text(chosen) == number
        on_path = [b.label for b in chosen.node.branches if b.node.reached]
        assert on_path == [answered]


DRAWN = """
title: A threshold
players: {A: {role: small state}}
parameters: {x: {baseline: 1}}
play:
  cost: {by: chance, actions: {uniform: [0, 1]}}
  Move: {by: A, actions: [Go, Stay], sees: all}
payoffs:
  A: "[Go]*(x/4 - cost)"
"""


def test_numbers_drawn_by_chance_decide_with_which_probability_something_is_done(tmp_path):
    found = hg.solve(model_of(DRAWN, tmp_path).at())
    root = continuous_outline(found.game, found.equilibria)
    (drawn,) = root.branches
    assert {b.label: b.chosen for b in drawn.node.branches} == {"Go": {0: "1/4"}, "Stay": {0: "3/4"}}
    assert not any(node.has_event for node in nodes_of(root))  # the model names none
    texts = " ".join(i.text for i in walk(tree(found).scene.items) if isinstance(i, Text))
    assert (
        "with probability 1/4: cost in (0, 1/4), Move: Go; with probability 3/4: cost in (1/4, 1), Move: Stay" in texts
    )


def test_chosen_numbers_by_equilibrium():
    found = hg.solve(hg.load("rival-forum").at())
    root = continuous_outline(found.game, found.equilibria[:2])
    texts = [under_text(branch) for node in nodes_of(root) for branch in node.branches if branch.is_range]
    assert "0: = -1, 1: in (-1, 0)" in texts


HOSTILE = r"50% & $5 #1 {~^} a_b \cmd <tag> |x| [y] 'q' " + '"z"'


@needs_tex
def test_hostile_names(tmp_path):
    game = hg.matrix_game(
        [[1, 2], [3, 4]],
        [[1, 2], [3, 4]],
        players=[HOSTILE, "B: or not"],
        actions=[[HOSTILE, "1/2"], ["a = b", "= 1 - x"]],
        title=HOSTILE,
    )
    for k, drawing in enumerate(
        (tree(game, equilibria=True), hg.matrix(game, equilibria=True), hg.best_responses(game))
    ):
        folder = tmp_path / str(k)
        folder.mkdir()
        text = compiled_text(drawing.scene, folder).translate(str.maketrans("‘˜ˆ", "'~^"))
        assert HOSTILE.replace("_", " ") in text.replace("_", " ")  # TeX draws an underscore as a rule
        assert clashes(drawing.scene) == []
        assert outside(drawing.scene) == []
        assert "&lt;tag&gt;" in drawing.svg()
        drawing.save(folder / "figure.pdf")


def test_long_names_are_wrapped_or_widen_the_page():
    long = "a very long name of an action that nobody would choose to write down in a model file"
    game = hg.matrix_game(
        [[1, 2], [3, 4]], [[1, 2], [3, 4]], players=["A" * 30, "B" * 40], actions=[[long, "x"], ["y", long]]
    )
    for width in ("column", "text"):
        for drawing in (tree(game, equilibria=True, width=width), hg.matrix(game, equilibria=True, width=width)):
            assert clashes(drawing.scene) == []
            assert outside(drawing.scene) == []


def signalling(types, messages, answers=2):
    """A signalling game in which the receiver has a set of all types for each message."""

    def receiver(message, kind):
        ends = {f"answer {a}": (F(message - kind + a), F(a)) for a in range(answers)}
        return Move(f"after {message}", 1, ends)

    def sender(kind):
        return Move(f"type {kind}", 0, {f"message {m}": receiver(m, kind) for m in range(messages)})

    kinds = {f"type {k}": sender(k) for k in range(types)}
    return game_from(["Sender", "Receiver"], Move("nature", CHANCE, kinds, odds=dict.fromkeys(kinds, F(1, types))))


@pytest.mark.parametrize(("types", "messages"), [(2, 2), (2, 3), (3, 2), (3, 3), (4, 2), (4, 3), (2, 5), (5, 4)])
def test_links_of_signalling_games_cross_nothing(types, messages):
    game = signalling(types, messages)
    for width in (244.8, 496.8):
        scene = tree_scene(asked(game, None), width)
        assert clashes(scene) == []
        assert outside(scene) == []
        outlines, links = check_outlines(scene, set_sizes(game))
        assert len(outlines) == len(links) + messages  # every link joins two parts of a set
        for link in links:
            for outline in outlines:
                ends = [link.points[0], link.points[-1]]
                xs, ys = zip(*outline.points, strict=True)
                box = (min(xs), min(ys), max(xs), max(ys))
                if not any(box[0] <= x <= box[2] and box[1] - 0.01 <= y <= box[3] + 0.01 for x, y in ends):
                    closed = [*outline.points, outline.points[0]]
                    assert not any(cross(a, b) for a in pairwise(link.points) for b in pairwise(closed))
