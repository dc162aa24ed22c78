"""What is remembered for the next question: the last few answers, and nothing of work that did not end."""

import pytest

import hedging_games as hg
from hedging_games.analysis.recent import Recent
from hedging_games.errors import CouldNotFinish, could_not_finish


def test_the_oldest_answer_is_forgotten_and_no_other_is_derived_twice():
    derived = []
    known = Recent(2)
    for key in (1, 2, 1, 3, 2, 1):  # 3 takes the place of 1
        assert known(key, lambda k=key: derived.append(k) or -k) == -key
    assert derived == [1, 2, 3, 1]


def test_what_ends_in_an_exception_is_asked_again_and_no_answer_is_one_too():
    known = Recent(2)
    with pytest.raises(CouldNotFinish):
        known("a", lambda: (_ for _ in ()).throw(could_not_finish("time", "time was up")))
    assert known("a", lambda: None) is None
    assert known("a", lambda: 1) is None


def test_a_figure_tells_that_time_was_up_and_draws_without_equations_only_what_is_too_large(monkeypatch):
    pytest.importorskip("matplotlib")
    from hedging_games.figures import border_formulas
    from hedging_games.figures.phase_diagrams import phase_scene

    found = hg.phases("engagement-card", ["alignment_loss", "card"])
    whole, derive = border_formulas.derivation, {"topic": "time"}

    def stopped(*asked):
        if "topic" in derive:
            raise could_not_finish(derive["topic"], "stopped")
        return whole(*asked)

    def equations():
        return "card = -example + alignment_loss - punishment_cost" in str(phase_scene(found, 500))

    monkeypatch.setattr(border_formulas, "derivation", stopped)
    monkeypatch.setattr(border_formulas, "_opened", Recent(1))
    with pytest.raises(CouldNotFinish, match="stopped"):
        equations()
    derive["topic"] = "condition"
    assert not equations()
    monkeypatch.setattr(border_formulas, "_opened", Recent(1))
    del derive["topic"]
    assert equations()
