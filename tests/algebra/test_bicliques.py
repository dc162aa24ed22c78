"""Components and maximal bicliques of bipartite graphs, against brute force over all sets of nodes."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from hedging_games.algebra.bicliques import connected_components, maximal_bicliques
from hedging_games.errors import CouldNotFinish


def brute(edges: set[tuple[int, int]]) -> set[tuple[frozenset[int], frozenset[int]]]:
    """Each set of left nodes with its common neighbours; of these those that no other contains."""
    left, right = sorted({a for a, _ in edges}), sorted({b for _, b in edges})
    full = set()
    for size in range(1, len(left) + 1):
        for chosen in combinations(left, size):
            common = frozenset(b for b in right if all((a, b) in edges for a in chosen))
            if common:
                full.add((frozenset(chosen), common))
    return {(a, b) for a, b in full if not any((a, b) != (c, d) and a <= c and b <= d for c, d in full)}


def test_random_graphs_agree_with_brute_force() -> None:
    rng = np.random.default_rng(50)
    for k in range(150):
        cells = list(product(range(rng.integers(1, 7)), range(rng.integers(1, 7))))
        edges = sorted({(2 * a + 1, b) for a, b in cells if rng.random() < (0.3, 0.6, 0.9)[k % 3]})
        found = maximal_bicliques(edges, check=lambda: None, most=1000)
        assert {(frozenset(a), frozenset(b)) for a, b in found} == brute(set(edges))
        assert list(found) == sorted(set(found))
        together = {frozenset(c) for c in connected_components(edges)}
        assert sorted(e for c in together for e in c) == list(range(len(edges)))
        for i, j in combinations(range(len(edges)), 2):
            if edges[i][0] == edges[j][0] or edges[i][1] == edges[j][1]:
                assert any({i, j} <= c for c in together)
        for one, two in combinations(together, 2):  # different components share no node
            assert all(edges[i][s] != edges[j][s] for i in one for j in two for s in (0, 1))


def test_components_come_in_the_order_of_their_first_edge() -> None:
    assert connected_components([(0, 0), (1, 1), (2, 0), (2, 2), (3, 1)]) == ((0, 2, 3), (1, 4))
    assert connected_components([]) == ()
    assert maximal_bicliques([], check=lambda: None, most=0) == ()


def test_the_number_of_bicliques_is_bounded() -> None:
    crown = [(a, b) for a, b in product(range(8), repeat=2) if a != b]  # complement of a matching: 2^8 - 2 bicliques
    assert len(maximal_bicliques(crown, check=lambda: None, most=254)) == 254
    with pytest.raises(CouldNotFinish, match="more than 253 maximal sets"):
        maximal_bicliques(crown, check=lambda: None, most=253)
