"""The page of every model in a browser, as a file without a network and from its server: it opens, every slider moves, and what it says
changes where the exact answer does.
"""

from __future__ import annotations

import os
import threading
from fractions import Fraction
from pathlib import Path

import pytest

import hedging_games as hg
from browsers import headless_chromium
from explored import asked, beside_formulas, word
from hedging_games.explore import serving, whole
from hedging_games.report.page.parts import Asked

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
AXE = os.environ.get("AXE_CORE", "")
# What is solved beforehand is not what is looked at here, and takes most of the time: by default it says that it was not finished.
SECONDS = 200 if THOROUGH else 0.5
SCHEMES = ("light", "dark")
READY = "#changes-title + div:not(:empty)"
WIDTHS = {1200: 900, 390: 800}
BY_LOOKS = '{runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]}}'

# Moves every slider as a hand does: to its two ends and, if what the page says differs there, to two neighbouring places between which it
# changes. Gives for each the places where it stood: its exact value, the verdict at once, and how the place is spoken.
MOVE = """() => [...document.querySelectorAll("input[type=range]")].map((slider) => {
  const name = slider.getAttribute("aria-label").replace(/, slider$/, "");
  const places = [];
  const at = (step) => {
    slider.value = step;
    slider.dispatchEvent(new Event("input"));
    const exact = document.querySelector(`input[aria-label="${name}, exact value"]`).value;
    const said = document.querySelector("#page [role=status]").className.split(" ")[1];
    places.push([exact, said, slider.getAttribute("aria-valuetext")]);
    return said;
  };
  if (slider.disabled) return [name, places, false];
  let [low, high] = [Number(slider.min), Number(slider.max)];
  const [first, last] = [at(low), at(high)];
  while (first !== last && high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (at(middle) === first) low = middle;
    else high = middle;
  }
  [...document.querySelectorAll("button")].find((b) => b.textContent === "baseline").click();
  return [name, places, first !== last];
})"""


@pytest.fixture(scope="module")
def tab():
    """One page of one browser, and the list of what went wrong on it or was asked of others."""
    with headless_chromium() as chromium:
        page = chromium.new_context(offline=True).new_page()
        wrong = []
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if _is_foreign(request.url) else None)
        yield page, wrong


def _is_foreign(address):
    return not address.startswith(("file:", "data:", "http://127.0.0.1:"))


class Here:
    """A worker of the server that makes pages in this process, where formulas are known already."""

    def ask(self, _whose, function, *arguments):
        return function(*arguments)


@pytest.fixture(scope="module")
def server():
    """The address of a server that opens engagement-card."""
    with serving.Worker() as solving:
        explorer = serving.Explorer(Asked(hg.load("engagement-card"), "engagement-card"), 30, Here(), solving)
        handler = type("Handler", (serving._Handler,), {"explorer": explorer})
        with serving._Server(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}/?token={explorer.token}"
            server.shutdown()


@pytest.fixture(autouse=True)
def derived_once(monkeypatch):
    monkeypatch.setattr(whole, "formulas_of", lambda model, *_: asked(model.name)[3])


def looked_at(page, *, with_axe):
    """What is wrong with a page to look at, in both schemes and both widths: it scrolls sideways, is not dark where it should be, or axe
    finds something.
    """
    wrong = []
    for scheme, (width, height) in zip(SCHEMES, WIDTHS.items(), strict=True):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            wrong.append(f"{wide} pixels wide on {width}")
        if (page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 22, 22)") is (
            scheme == "light"
        ):
            wrong.append(f"not {scheme}")
        if AXE and with_axe:
            page.evaluate(Path(AXE).read_text(encoding="utf-8"))
            # What does not depend on colours and sizes is looked at once.
            found = page.evaluate(f"axe.run({'' if scheme == 'light' or THOROUGH else BY_LOOKS})")
            wrong += [(scheme, v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]]
            assert {"color-contrast"} <= {rule["id"] for rule in found["passes"]}
    return wrong


def moved(page, model, found):
    """Moves every slider and compares what the page says with the exact answer; how many sliders change it."""
    told = page.evaluate(MOVE)
    assert [name for name, _, _ in told] == list(model.parameters)
    for name, places, _ in told:
        fixed = name in model.structural and page.url.startswith("file:")
        assert bool(places) is not fixed
        spread = model.parameters[name].range
        for exact, said, spoken in places:
            assert spread.low <= Fraction(exact) <= spread.high
            assert spoken.split(" ")[0] == exact
            if found is not None and name not in model.structural:
                here = model.point() | {name: Fraction(exact)}
                assert said == word(found, [here[n] for n in found.names]), here
        assert fixed or len({exact for exact, _, _ in places}) > 1
    return sum(changes for _, _, changes in told)


@pytest.mark.parametrize("name", hg.catalogue())
def test_the_file_of_every_model_opens_without_a_network_and_every_slider_moves_it_exactly(name, tab, tmp_path):
    page, wrong = tab
    model, _, found, _ = asked(name)
    path = tmp_path / "page.html"
    path.write_text(whole.explored(Asked(model, name), SECONDS), encoding="utf-8")
    assert beside_formulas(path.read_text(encoding="utf-8")) <= 60_000
    page.context.set_offline(True)
    page.goto(path.as_uri())
    page.locator(READY).wait_for(state="attached")
    changed = moved(page, model, found)
    assert looked_at(page, with_axe=True) == []
    assert wrong == []
    # By the solver's thresholds every event of the catalogue depends on some parameter; without formulas nothing is told.
    assert (changed > 0) is (found is not None)


@pytest.mark.parametrize("name", hg.catalogue())
def test_the_served_page_of_every_model_opens_and_every_slider_moves(name, tab, server):
    page, wrong = tab
    page.context.set_offline(False)
    page.goto(server.replace("/?", f"/model/{name}?"))
    page.locator(READY).wait_for(state="attached")
    moved(page, hg.load(name), asked(name)[2])
    assert looked_at(page, with_axe=THOROUGH) == []
    assert wrong == []
