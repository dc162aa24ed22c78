"""What is written is read back as the same game, by this package and by Gambit; and what Gambit writes is read as Gambit
means it."""

import io
import itertools
import os
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pygambit
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hedging_games.errors import CouldNotFinish, InputError
from hedging_games.formats import efg_text, losses, nfg_text, parse_efg, parse_nfg, read_game
from hedging_games.formats.labels import distinct
from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.games.game import Game, game_on, matrix_game
from hedging_games.games.profile import pure_profile
from hedging_games.games.reductions import strategic_form
from hedging_games.games.values import expected_payoffs
from hedging_games.model.catalogue import load

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
RANDOM_GAMES = 2_000 if THOROUGH else 60
EXAMPLES = settings(max_examples=1_000 if THOROUGH else 60, deadline=None, derandomize=True)

# --- random games with perfect recall --------------------------------------------------------------------------------


def random_game(choose, number, label, *, most_histories=25):
    """A random game. ``choose(n)`` gives a number below n, ``number()`` a payoff, ``label()`` a new label each time.

    Histories of one player that share the player's own past (own sets and actions) may fall into one set, so that
    recall is perfect by construction. The sets stand in random order.
    """
    players = 1 + choose(3)
    parent, step, mover, past = [-1], [None], [], [((),) * players]
    sets, pools = [], {}  # sets: (player, size); pools: (player, own past) to sets

    def decide(history):
        if len(parent) + 3 > most_histories or choose(4) == 0:
            return TERMINAL
        player = choose(players + 1) - 1
        key = (player, past[history][player] if player != CHANCE else history)
        pool = pools.setdefault(key, [])
        k = choose(len(pool) + 1)
        if k == len(pool):
            pool.append(len(sets))
            sets.append((player, 1 + choose(3)))
        return pool[k]

    # Depth first, so that histories are numbered as a form wants them.
    stack = [(-1, None)]
    parent, step, past = [], [], []
    while stack:
        before, action = stack.pop()
        history = len(parent)
        parent.append(before)
        step.append(action)
        own = list(past[before]) if before >= 0 else [()] * players
        if before >= 0 and sets[mover[before]][0] != CHANCE:
            own[sets[mover[before]][0]] += ((mover[before], action),)
        past.append(tuple(own))
        mover.append(decide(history))
        if mover[-1] != TERMINAL:
            stack += [(history, a) for a in reversed(range(sets[mover[-1]][1]))]

    order = list(range(len(sets)))
    for k in range(len(order) - 1, 0, -1):
        j = choose(k + 1)
        order[k], order[j] = order[j], order[k]
    place = {s: k for k, s in enumerate(order)}
    labels = [label() for _ in sets]
    information_sets = tuple(
        InformationSet(labels[s], sets[s][0], tuple(label() for _ in range(sets[s][1])), labels[s]) for s in order
    )
    first = np.concatenate([[0], np.cumsum([sets[s][1] for s in order])]).astype(int)
    form = Form(
        tuple(label() for _ in range(players)),
        information_sets,
        np.array(parent),
        np.array([-1 if a is None else first[place[mover[p]]] + a for p, a in zip(parent, step, strict=True)]),
        np.array([TERMINAL if m == TERMINAL else place[m] for m in mover]),
    ).check()
    chance = {}
    for s in form.sets_of(CHANCE):
        weights = [choose(4) for _ in form.slots(s)]
        weights[0] += 1
        chance |= {slot: Fraction(w, sum(weights)) for slot, w in zip(form.slots(s), weights, strict=True)}
    payoffs = [[number() for _ in form.terminals] for _ in form.players]
    return game_on(form, payoffs, chance, title=label())


def seeded_game(seed, most_histories=25):
    rng = random.Random(seed)
    fresh = (f"n{k}" for k in itertools.count())
    return random_game(
        rng.randrange,
        lambda: Fraction(rng.randint(-99, 99), rng.choice([1, 1, 2, 3, 10, 7**20])),
        lambda: next(fresh),
        most_histories=most_histories,
    )


# What Gambit 16.7 takes in a name: ASCII, single blanks, none at the ends. A backslash at the end cannot be written.
LABELS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=6).filter(
    lambda text: text == " ".join(text.split()) != "" and not text.endswith("\\")
)


@st.composite
def games(draw):
    used = set()

    def label():
        text = draw(LABELS.filter(lambda t: t not in used))
        used.add(text)
        return text

    number = st.fractions() | st.integers(-(10**40), 10**40).map(Fraction)
    return random_game(lambda n: draw(st.integers(0, n - 1)), lambda: draw(number), label, most_histories=12)


def in_file_order(game):
    """The game with its information sets in the order of the file: chance's first, then each player's, by their first
    history."""
    form = game.form
    old = sorted(
        range(len(form.information_sets)), key=lambda s: (form.information_sets[s].player, form.histories_of[s][0])
    )
    slots = [slot for s in old for slot in form.slots(s)]
    new_slot = {slot: k for k, slot in enumerate(slots)} | {-1: -1}
    new_set = {s: k for k, s in enumerate(old)} | {TERMINAL: TERMINAL}
    moved = Form(
        form.players,
        tuple(form.information_sets[s] for s in old),
        form.parent,
        np.array([new_slot[int(slot)] for slot in form.last_slot]),
        np.array([new_set[int(s)] for s in form.decided_at]),
    )
    return Game(moved, game.payoffs, game.chance[slots], title=game.title)


def assert_same(one, other):
    assert one.form == other.form
    assert one.payoffs.tolist() == other.payoffs.tolist()
    assert one.chance.tolist() == other.chance.tolist()
    assert one.title == other.title


# --- this package reads what it writes -------------------------------------------------------------------------------


@EXAMPLES
@given(games())
def test_efg_round_trip(game):
    assert losses(game, "efg") == ()
    text = efg_text(game)
    again = parse_efg(text)
    assert_same(again, in_file_order(game))
    assert efg_text(again) == text


@EXAMPLES
@given(st.data())
def test_nfg_round_trip(data):
    shape = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    number = st.fractions() | st.integers(-(10**40), 10**40).map(Fraction)
    size = int(np.prod(shape))
    tables = [
        np.array(data.draw(st.lists(number, min_size=size, max_size=size)), dtype=object).reshape(shape) for _ in shape
    ]
    names = st.lists(LABELS, min_size=max(*shape, len(shape)), max_size=max(*shape, len(shape)), unique=True)
    players = data.draw(names)[: len(shape)]
    actions = [data.draw(names)[:m] for m in shape]
    game = matrix_game(*tables, players=players, actions=actions, title=data.draw(LABELS))
    assume(losses(game, "nfg") == ())
    text = nfg_text(game)
    again = parse_nfg(text)
    assert_same(again, game)
    assert nfg_text(again) == text


AWKWARD = st.text(max_size=5)


@EXAMPLES
@given(st.lists(AWKWARD, min_size=2, max_size=2), st.lists(AWKWARD, min_size=3, max_size=3), AWKWARD)
def test_any_label_can_be_written(players, actions, label):
    """Labels that a file cannot hold (letters outside ASCII, line breaks, ...) change; the game does not."""
    players = distinct(players, "Player ")
    sets = (InformationSet(label, 1, tuple(actions), label),)
    form = Form(tuple(players), sets, np.array([-1, 0, 0, 0]), np.array([-1, 0, 1, 2]), np.array([0, -1, -1, -1]))
    game = game_on(form, [[1, 2, 3], [4, 5, 6]], title=label)
    for text, parse in ((efg_text(game), parse_efg), (nfg_text(game), parse_nfg)):
        again = parse(text)
        assert again.payoffs.tolist() == game.payoffs.tolist()
        pygambit_game(text)


# --- Gambit reads what is written ------------------------------------------------------------------------------------


def pygambit_game(text):
    read = pygambit.read_efg if text.startswith("EFG") else pygambit.read_nfg
    return read(io.BytesIO(text.encode("utf-8")))


def gambit_tree(game):
    """Gambit's tree in prefix order: what happens at each node, payoffs being those of the whole path."""
    rows, members = [], {}
    stack = [(game.root, [Fraction(0)] * len(game.players))]
    while stack:
        node, worth = stack.pop()
        if node.outcome:
            worth = [w + Fraction(node.outcome[player]) for w, player in zip(worth, game.players, strict=True)]
        if node.is_terminal:
            rows.append(("end", worth))
            continue
        player = CHANCE if node.player.is_chance else node.player.number
        actions = [a.label for a in node.infoset.actions]
        probabilities = [Fraction(a.prob) for a in node.infoset.actions] if player == CHANCE else None
        members.setdefault((player, node.infoset.number), []).append(len(rows))
        rows.append(("move", player, actions, probabilities))
        stack += [(child, worth) for child in reversed(list(node.children))]
    # One list of histories for each set, by player and in Gambit's own order of the sets.
    return rows, [members[key] for key in sorted(members)]


def our_tree(game):
    form, rows = game.form, []
    terminal = {int(h): z for z, h in enumerate(form.terminals)}
    for h, s in enumerate(form.decided_at):
        if s == TERMINAL:
            rows.append(("end", game.payoffs[:, terminal[h]].tolist()))
            continue
        there = form.information_sets[s]
        chance = game.chance[list(form.slots(s))].tolist() if there.player == CHANCE else None
        rows.append(("move", there.player, list(there.actions), chance))
    return rows, [histories.tolist() for histories in form.histories_of]


@pytest.mark.parametrize("start", range(0, RANDOM_GAMES, 20))
def test_gambit_reads_the_same_tree(start):
    for seed in range(start, start + 20):
        game = seeded_game(seed)
        assert gambit_tree(pygambit_game(efg_text(game))) == our_tree(in_file_order(game)), seed


def pure_behaviour(game, rng):
    """A pure profile at random, as a choice of action number for each information set."""
    return [0 if s.player == CHANCE else rng.randrange(len(s.actions)) for s in game.form.information_sets]


def test_gambit_pays_every_pure_profile_the_same():
    profiles = 0
    for seed in range(RANDOM_GAMES // 2):
        game = in_file_order(seeded_game(seed, most_histories=15))
        own = [s for s in game.form.information_sets if s.player != CHANCE]
        theirs = pygambit_game(efg_text(game))
        every = itertools.product(*(range(len(s.actions)) for s in own))
        for choices in itertools.islice(every, 200):
            behaviour = theirs.mixed_behavior_profile(rational=True)
            infosets = [i for player in theirs.players for i in player.infosets]
            for infoset, choice in zip(infosets, choices, strict=True):
                for k, action in enumerate(infoset.actions):
                    behaviour[action] = int(k == choice)
            slots = [
                game.form.slots(s)[choice]
                for s, choice in zip(
                    [k for k, s in enumerate(game.form.information_sets) if s.player != CHANCE], choices, strict=True
                )
            ]
            ours = expected_payoffs(game, pure_profile(game.form, slots).probabilities).tolist()
            assert ours == [Fraction(behaviour.payoff(player)) for player in theirs.players], (seed, choices)
            profiles += 1
    assert profiles > RANDOM_GAMES


def test_gambit_reads_the_same_table():
    """The table of a tree: in every cell, what the plans named there bring when they are played on the tree."""
    cells = 0
    for seed in range(RANDOM_GAMES):
        game = seeded_game(seed, most_histories=15)
        theirs = pygambit_game(nfg_text(game))
        plans = strategic_form(game).plans
        sizes = [len(player.strategies) for player in theirs.players]
        assert sizes == [len(p) for p in plans], seed
        for cell in itertools.product(*map(range, sizes)):
            slots = [slot for player, k in zip(plans, cell, strict=True) for slot in player[k]]
            ours = expected_payoffs(game, pure_profile(game.form, slots).probabilities).tolist()
            outcome = theirs[cell]
            assert ours == [Fraction(outcome[player]) for player in theirs.players], (seed, cell)
            cells += 1
    assert cells > RANDOM_GAMES


# --- what Gambit writes is read --------------------------------------------------------------------------------------


def test_a_tree_built_in_gambit_with_inner_outcomes_and_decimals():
    g = pygambit.Game.new_tree(players=["A", "B"], title="built")
    g.append_move(g.root, g.players.chance, ["lo", "hi"])
    g.set_chance_probs(g.root.infoset, ["0.125", pygambit.Rational(7, 8)])
    low, high = g.root.children
    g.append_move(low, g.players["A"], ["l", "r"])
    g.append_infoset(high, low.infoset)
    fee = g.add_outcome("fee", ["-0.1", pygambit.Rational(1, 3)])
    win = g.add_outcome("win", [2, "1e-2"])
    g.set_outcome(high, fee)
    for parent in (low, high):
        g.set_outcome(parent.children["l"], win)
    text = g.to_efg()
    game = parse_efg(text)
    assert our_tree(game) == gambit_tree(g)
    # lo-l, lo-r, hi-l, hi-r: the fee is paid after hi.
    assert game.payoffs.tolist() == [
        [2, 0, Fraction(19, 10), Fraction(-1, 10)],
        [Fraction(1, 100), 0, Fraction(1, 100) + Fraction(1, 3), Fraction(1, 3)],
    ]
    assert game.chance.tolist()[:2] == [Fraction(1, 8), Fraction(7, 8)]


@pytest.mark.parametrize("start", range(0, RANDOM_GAMES, 20))
def test_gambits_own_files_of_random_games(start):
    for seed in range(start, start + 20):
        theirs = pygambit_game(efg_text(seeded_game(seed)))
        assert our_tree(parse_efg(theirs.to_efg())) == gambit_tree(theirs)


def test_a_table_built_in_gambit():
    rng = np.random.default_rng(7)
    for shape in ((2, 2), (3, 2), (2, 3, 4), (1, 2, 1), (5,)):
        tables = [rng.integers(-9, 10, shape) for _ in shape]
        theirs = pygambit.Game.from_arrays(*tables)
        game = parse_nfg(theirs.to_nfg())
        assert game.payoff_table().tolist() == [t.tolist() for t in tables]


CATALOGUE = sorted((Path(pygambit.__file__).parent / "catalog_data").rglob("*.[en]fg"))


@pytest.mark.skipif(not CATALOGUE, reason="this pygambit ships no games")
def test_the_games_that_gambit_ships():
    """Selten, Myerson, Watson, von Stengel, ...: read as Gambit reads them, except those with imperfect recall."""
    read = forgetful = 0
    for path in CATALOGUE:
        theirs = pygambit_game(path.read_text(encoding="utf-8").lstrip())
        if theirs.is_tree and not theirs.is_perfect_recall:
            with pytest.raises(InputError, match="imperfect recall"):
                read_game(path)
            forgetful += 1
            continue
        game = read_game(path)
        if theirs.is_tree:
            assert our_tree(game) == gambit_tree(theirs), path.name
        else:
            table = game.payoff_table()
            for cell in itertools.product(*(range(len(p.strategies)) for p in theirs.players)):
                worth = [Fraction(theirs[cell][player]) for player in theirs.players]
                assert table[(slice(None), *cell)].tolist() == worth, path.name
        read += 1
    assert (read, forgetful) == (33, 5)


MODELS = sorted(path.stem for path in (Path(__file__).parents[2] / "models").glob("*.yaml"))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_can_be_checked_in_gambit(name):
    model = load(name)
    # Continuous choices on grids: on more than two numbers some of them have too many plans for the table below.
    game = (model.on_grid(21 if name == "blockade-threat" else 2) if model.is_continuous else model).at()
    if not isinstance(game, Game):
        pytest.skip("not a finite game")
    assert gambit_tree(pygambit_game(efg_text(game))) == our_tree(in_file_order(game))
    assert [s.label for s in parse_efg(efg_text(game)).form.information_sets] == [
        s.label for s in in_file_order(game).form.information_sets
    ]
    try:
        text = nfg_text(game)
    except CouldNotFinish:
        # 21 levels, a plan of the partner for each; 15 bids of each patron, an answer for each pair of them; an answer to each patron after
        # each answer to those before; a cover for each pair of offers.
        assert name in {"blockade-threat", "patron-auction", "three-patrons", "burden-bloc"}
        return
    table, theirs = strategic_form(game).payoffs, pygambit_game(text)
    for cell in itertools.product(*(range(len(p.strategies)) for p in theirs.players)):
        worth = [Fraction(theirs[cell][player]) for player in theirs.players]
        assert table[(slice(None), *cell)].tolist() == worth
