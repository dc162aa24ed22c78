"""The verb ``draw``: what it writes, and what it refuses before it solves anything."""

import pytest

from command_line import answer, run


@pytest.mark.parametrize("kind", ["tree", "matrix"])
@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "tex"])
def test_files(kind, ending, tmp_path):
    path = tmp_path / f"figure.{ending}"
    found = answer("draw", "engagement-card", "--kind", kind, "--to", str(path), "--equilibria", "--case", "india")
    assert found == {
        "schema": 1,
        "kind": kind,
        "title": f"The engagement card: {'game tree' if kind == 'tree' else 'payoff matrix'}",
        "written": [str(path)],
    }
    assert path.stat().st_size > 1000


def test_latex_says_model_version_and_command_but_no_folder(tmp_path):
    path = tmp_path / "tree.tex"
    assert run("draw", "engagement-card", "--set", "card=3", "--to", str(path)).returncode == 0
    line = path.read_text(encoding="utf-8").splitlines()[0]
    assert line.startswith("% hedging-games 0")
    assert "tree of engagement-card at alignment_reward = 3," in line
    assert "card = 3" in line
    assert line.endswith("hedging-games draw engagement-card --set card=3 --to tree.tex")
    assert str(tmp_path) not in line


def test_best_responses_and_widths(tmp_path):
    path = tmp_path / "curves.svg"
    game = tmp_path / "game.nfg"
    game.write_text('NFG 1 R "a game" { "A" "B" } { 2 2 }\n\n2 2 0 0 0 0 1 1\n', encoding="utf-8")
    assert run("draw", str(game), "--kind", "best-responses", "--to", str(path), "--width", "column").returncode == 0
    assert 'width="244.8pt"' in path.read_text(encoding="utf-8")


def test_formulas(tmp_path):
    path = tmp_path / "tree.svg"
    run("draw", "engagement-card", "--formulas", "--equilibria", "--to", str(path))
    text = path.read_text(encoding="utf-8")
    assert "card + example − alignment_loss" in text
    assert "equilibrium 0" in text


def test_gambit_files(tmp_path):
    written = tmp_path / "game.efg"
    run("convert", "engagement-card", "--to", "efg", "--out", str(written))
    assert run("draw", str(written), "--to", str(tmp_path / "tree.pdf")).returncode == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "tree.jpg"], "choose one of .svg, .png, .pdf, .tex"),
        (["--to", "tree.svg", "--formulas", "--case", "india"], "formulas hold at every point"),
        (["--to", "tree.svg", "--formulas", "--kind", "best-responses"], "best-response curves are of numbers"),
        (["--to", "tree.svg", "--kind", "best-responses"], "for 2 × 2 strategies, not for 2 × 2 × 2"),
    ],
)
def test_refusals(options, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("draw", "engagement-card", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
