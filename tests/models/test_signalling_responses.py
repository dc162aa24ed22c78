"""Quantal response in the three signalling models, by the definition of the agent form written out for each."""

import math
from fractions import Fraction as F

import pytest

import hedging_games as hg

# Each: the prior of the first type, the sender's payoffs [type][message][response], the receiver's [type][response], all at the baseline.
MODELS = {
    # Reliable, wavering; Contribute, Pick; Tolerate, Downgrade: 2*[Tolerate] - cost*[Contribute], costs 1/2 and 3; 2 or -2 for Tolerate.
    "cherry-picking": (0.25, [[[1.5, -0.5], [2, 0]], [[-1, -3], [2, 0]]], [[2, 0], [-2, 0]]),
    # Tolerant, demanding; Tolerate, Punish; Join, Out: -1/2 or -3 plus 3*2; -2 or 0 plus 3*1; 1 or -1 for Join.
    "tolerated-example": (0.25, [[[5.5, -0.5], [3, -3]], [[1, -2], [3, 0]]], [[1, 0], [-1, 0]]),
    # Revisionist, benign; Moderate, Aggress; Hedge, Balance: 9/10*2, early gain 1; benign 1, cost 1; -1 or 1 for Hedge.
    "latent-threat": (0.75, [[[1.8, 0], [2.8, 1]], [[1, 0], [0, -1]]], [[-1, 0], [1, 0]]),
}


@pytest.mark.parametrize("precision", ["1/2", "1", "3"])
@pytest.mark.parametrize("name", MODELS)
def test_every_agent_errs_by_its_own_gains(name, precision):
    x = float(F(precision))
    prior, sender, receiver = MODELS[name]
    (response,) = hg.solve(hg.load(name).at(), "qre", precision=precision)
    mixed = [[float(p) for p in mixture.values()] for mixture in response.profile.as_dict().values()]
    sent, answered = mixed[:2], mixed[2:]
    for t in range(2):
        worth = [sum(a * u for a, u in zip(answered[m], sender[t][m], strict=True)) for m in range(2)]
        assert math.log(sent[t][0] / sent[t][1]) == pytest.approx(x * (worth[0] - worth[1]), abs=1e-8)
    for m in range(2):
        arriving = [prior * sent[0][m], (1 - prior) * sent[1][m]]
        first, second = (sum(q * receiver[t][r] for t, q in enumerate(arriving)) / sum(arriving) for r in range(2))
        assert math.log(answered[m][0] / answered[m][1]) == pytest.approx(x * (first - second), abs=1e-8)
    # No equilibrium: some best reply adds something.
    assert response.certificate.largest_gain > 0
