"""The page in a browser: what it shows, that it asks nobody, and how it is used without a mouse and on a small screen."""

from __future__ import annotations

import hashlib
import shlex
from importlib.resources import files

import pytest

import hedging_games as hg
from browsers import headless_chromium
from command_line import run
from explored import beside_formulas, unpacked
from hedging_games.errors import CouldNotFinish
from hedging_games.explore import whole
from hedging_games.report.page.parts import Asked

MODELS = ["engagement-card", "tariff-linkage", "hedging-triangle", "sanctions-waiver"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explored")
    for name in MODELS:
        done = run("explore", name, "--export", str(folder / f"{name}.html"), "--time-limit", "200")
        assert (done.returncode, done.stdout) == (0, f"written: {folder / f'{name}.html'}\n")
    return folder


@pytest.fixture(scope="module")
def browser():
    with headless_chromium() as chromium:
        yield chromium


@pytest.fixture
def opened(browser, exported):
    """Opens a page with the network off; at the end, nothing was asked for and nothing went wrong on it."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    wrong = []

    def open_page(name, fragment=""):
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None
        )
        page.goto(f"{(exported / f'{name}.html').as_uri()}{fragment}")
        # Not `wait_for_function`: its later looks are eval, which the page's policy forbids.
        page.locator("#changes-title + div:not(:empty)").wait_for(state="attached")
        return page

    yield open_page
    context.close()
    assert wrong == []


def status(page):
    return page.inner_text("[role=status]")


@pytest.mark.parametrize("bundle", ["explorer.bundle.js", "explorer.bundle.css"])
def test_bundles_are_built_from_the_sources_that_lie_beside_them(bundle):
    folder = files("hedging_games.explore")
    head = folder.joinpath(bundle).read_text(encoding="utf-8").split("\n")[0]
    *sources, stamp = head.removeprefix("/* of ").removesuffix(" */").replace(",", "").split()
    sources = b"".join(folder.joinpath(source).read_bytes() for source in sources)
    assert hashlib.sha256(sources).hexdigest() == stamp, "npm run build, in explore/editor"


@pytest.mark.parametrize("name", MODELS)
def test_a_file_takes_at_most_60_kilobytes_besides_its_formulas(exported, name):
    assert 40_000 < beside_formulas((exported / f"{name}.html").read_text(encoding="utf-8")) <= 60_000


def test_what_does_not_fit_into_a_file_is_left_out_and_says_so(monkeypatch):
    asked = Asked(hg.load("engagement-card"), "engagement-card")

    def of_at_most(room):
        monkeypatch.setattr(whole, "MOST_BESIDE_FORMULAS", room)
        page = whole.explored(asked, 100)
        return beside_formulas(page), unpacked(page)

    (full, _), (least, bare) = of_at_most(60_000), of_at_most(0)
    assert (bare["paths"], "left out, as this file" in bare["claims"]) == ({}, True)
    held = []
    for room in range(full, least - 1, (least - full) // 8):
        size, data = of_at_most(room)
        assert size <= room
        held.append((len(data["paths"]), sum(bool(answer["picture"]) for answer in data["solved"])))
        assert all(answer["picture"] or "left out, as this file" in answer["html"] for answer in data["solved"])
        assert "<table" in data["claims"] or "left out, as this file" in data["claims"]
    # Pictures at solved points, three here, give way before those of the four paths.
    assert held[0] == (4, 3)
    assert {(4, 0), (0, 0)} <= set(held)


def test_the_same_question_gives_the_same_bytes_and_nothing_in_them_is_fetched(exported):
    page = (exported / "engagement-card.html").read_text(encoding="utf-8")
    assert whole.explored(Asked(hg.load("engagement-card"), "engagement-card"), 200) == page
    assert "default-src 'none'; img-src data:; style-src 'sha256-" in page
    assert "connect-src" not in page
    assert " src=" not in page.split('<script type="application/json"')[0]


def test_formulas_over_the_limit_are_refused_with_what_to_do_instead(monkeypatch):
    monkeypatch.setattr(whole, "MOST_BYTES", 1000)
    with pytest.raises(CouldNotFinish, match="too much for a page") as refused:
        whole.explored(Asked(hg.load("engagement-card"), "engagement-card"), 60)
    assert "threshold" in str(refused.value)


def test_the_verdict_changes_where_the_exact_answer_does(opened):
    # The ally tolerates as long as card + example - alignment_loss >= -punishment_cost: at card = 3 it is indifferent
    # (4 - 1 = 3, as 3 + 0 - 5 = -2), and below it punishes, so that the small state aligns.
    page = opened("engagement-card")
    assert "in every equilibrium" in status(page)
    entry = page.get_by_label("card, exact value")
    for typed, said in (
        ("3", "in some equilibrium"),
        ("2.999", "in no equilibrium"),
        ("3001/1000", "in every equilibrium"),
    ):
        entry.fill(typed)
        entry.press("Enter")
        assert said in status(page), typed
    entry.fill("3")
    entry.press("Enter")
    assert "alignment_loss" in page.inner_text("#binds-title + div")
    assert "card=3" in page.evaluate("location.hash")


def test_what_would_change_it_is_exact_and_says_where_nothing_does(opened):
    said = opened("engagement-card").inner_text("#changes-title + div")
    # By hand: 4 - 1 = 3 for the card; retained_share*4 = 4 - 1 at 3/4; a sanction changes nothing on the path.
    assert "down by 1, just past card = 3: ends" in said
    assert "just past retained_share = 3/4 (0.75): ends" in said
    assert "sanction\tno change of it does" in said
    # At a tie the event is in some equilibrium, and any step to the side where the ally punishes ends it.
    tied = opened("engagement-card", "#card=3").inner_text("#changes-title + div")
    assert "card\tdown, by however little: ends\tnone" in tied
    assert "alignment_loss\tup, by however little: ends\tnone" in tied


def test_whole_strategies_are_told_where_nothing_was_solved_beforehand(opened):
    # By hand, at card = 3: the ally is indifferent, and if it punishes the small state aligns (3 - 2 = 1 rather than -4). Off the path too:
    # the partner restrains, 4 - 1 = 3 being more than 4/2 = 2.
    page = opened("engagement-card", "#card=3")
    rows = page.get_by_role("region", name="whole strategies: 2 in pure ones").locator("tbody tr").all_inner_texts()
    assert [row.split("\t")[:2] for row in rows] == [
        ["Choice: Engage; Reply: Tolerate; Client: Restrain", "2"],
        ["Choice: Align; Reply: Punish; Client: Restrain", "1"],
    ]
    assert "there are others in which they mix" in page.inner_text("#page")
    page = opened("engagement-card", "#card=5/2")
    assert "Choice: Align; Reply: Punish; Client: Restrain" in page.inner_text("#page")
    assert "Complete: there is no other, as nobody is indifferent anywhere." in page.inner_text("#page")
    assert "nothing is interpolated" in page.inner_text("#solved-title + div")


def test_a_wrong_entry_is_told_how_to_write_it(opened):
    page = opened("engagement-card")
    entry = page.get_by_label("card, exact value")
    entry.fill("four")
    entry.press("Enter")
    assert "is not a number: write for example 1/3" in page.inner_text("#card-wrong")
    assert entry.get_attribute("aria-invalid") == "true"


def test_a_link_opens_the_same_view(opened):
    page = opened("engagement-card", "#card=5/2&over=card,example&among=every")
    assert page.get_by_label("card, exact value").input_value() == "5/2"
    assert page.get_by_label("horizontal parameter of the map").input_value() == "card"
    assert "--set card=5/2" in page.inner_text("#share-title + div")


def moved(page):
    """The page of engagement-card with a card of 5/2, and what it offers to take along, by its title."""
    page.get_by_label("card, exact value").fill("5/2")
    page.get_by_label("card, exact value").press("Enter")
    entries = page.locator("#share-title + div > div")
    return {e.locator("pre").get_attribute("aria-label"): e.locator("pre").inner_text() for e in entries.all()}


def test_the_commands_and_the_python_to_take_along_make_the_view_again(opened, tmp_path, capsys):
    page = opened("engagement-card")
    taken = moved(page)
    assert "in no equilibrium" in status(page)
    solve = shlex.split(taken["Command that solves this point"])
    assert solve[0] == "hedging-games"
    solved = run(*solve[1:])
    assert solved.returncode == 0
    exec(taken["Python"], {})
    printed = capsys.readouterr().out
    assert printed.split() == solved.stdout.split()  # lines may be broken elsewhere
    assert "card = 5/2" in printed
    again = tmp_path / "again.html"
    assert run(*shlex.split(taken["Command that opens this view"])[1:], "--export", str(again)).returncode == 0
    page.goto(again.as_uri())
    assert page.get_by_label("card, exact value").input_value() == "5/2"
    assert "in no equilibrium" in status(page)


def test_the_link_to_take_along_opens_the_view(opened):
    page = opened("engagement-card")
    link = moved(page)["Link to this view"]
    page.goto("about:blank")
    page.goto(link)
    assert page.get_by_label("card, exact value").input_value() == "5/2"


def test_what_is_taken_along_is_copied_and_the_citations_name_model_and_program(opened):
    page = opened("engagement-card")
    taken = moved(page)
    cited = "\n".join(text for title, text in taken.items() if title.startswith("To cite"))
    assert "The engagement card" in cited
    assert "hedging_games" in cited
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy: Command that solves this point")
    button.press("Enter")
    page.get_by_role("button", name="Copy: Command that solves this point").get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == taken["Command that solves this point"]


def test_the_figure_is_saved_as_svg(opened):
    from xml.etree import ElementTree as ET

    page = opened("engagement-card")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save this figure (SVG)").first.press("Enter")
    assert saved.value.suggested_filename == "engagement-card.svg"
    assert ET.parse(saved.value.path()).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_every_control_is_reached_by_the_tab_key_and_the_verdict_is_a_live_region(opened):
    page = opened("engagement-card")
    page.evaluate("document.activeElement.blur()")
    wanted = page.locator("a[href], button, input:enabled, select, [tabindex='0']").count()
    seen = 'const all = [...document.querySelectorAll("*")]; return all.indexOf(document.activeElement)'
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(f"(() => {{ {seen} }})()"))
    # Of the two buttons of a choice the key reaches the one that is chosen; arrows go to the other.
    others = page.locator("input[type=radio]:not(:checked)").count()
    assert (
        len(reached - {-1, page.evaluate('[...document.querySelectorAll("*")].indexOf(document.body)')})
        == wanted - others
    )
    assert page.locator("[role=status][aria-live=polite]").count() == 1


def test_print_shows_the_answer_on_white_without_what_cannot_be_used_there(opened):
    page = opened("engagement-card")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.get_by_role("status").is_visible()
    assert page.get_by_label("card, exact value").is_visible()
    assert not page.locator("input[type=range]").first.is_visible()
    assert not page.locator("button").first.is_visible()
    assert page.pdf().startswith(b"%PDF-")


@pytest.mark.parametrize("name", MODELS)
def test_every_slider_moves_by_keyboard_and_has_a_name_and_its_exact_value(opened, name):
    page = opened(name)
    sliders = page.locator("input[type=range]:enabled")
    assert sliders.count() > 3
    for k in range(sliders.count()):
        slider = sliders.nth(k)
        before = slider.get_attribute("aria-valuetext")
        slider.focus()
        slider.press("ArrowRight" if slider.input_value() != slider.get_attribute("max") else "ArrowLeft")
        assert slider.get_attribute("aria-valuetext") != before
        assert slider.get_attribute("aria-label").endswith(", slider")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", MODELS)
def test_a_small_screen_does_not_scroll_sideways(opened, name, scheme):
    page = opened(name)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 22, 22)"
    assert dark is (scheme == "dark")


def test_a_model_over_time_shows_play_period_by_period_in_each_equilibrium(opened):
    # By hand: dependence falls by one a period from 2, the waiver lasts while it is above zero: in the periods 1 and 2, and not in 3.
    page = opened("sanctions-waiver")
    solved = page.locator("#solved-title + div")
    assert solved.get_by_role("heading", name="Play over time in equilibrium 0").count() == 1
    assert "expected duration of hedging, in periods: 2" in solved.inner_text()
    rows = solved.locator("table", has_text="how likely each state is").locator("tbody tr").all_inner_texts()
    assert [row.split("\t")[-2:] for row in rows[:3]] == [["1", "0"], ["1", "0"], ["0", "1"]]
    assert solved.locator("figure img").count() == 1
    assert "complete: all of them" in solved.inner_text()
    assert "what is done" in solved.inner_text()


def test_where_the_condition_was_not_derived_the_page_says_so_and_guesses_nothing(opened):
    # What is not derived is told apart by the same formula as what lies outside the declared ranges.
    page = opened("tariff-linkage")
    name = page.locator("input[type=range]").first.get_attribute("aria-label").removesuffix(", slider")
    page.get_by_label(f"{name}, exact value").fill("1000")
    page.get_by_label(f"{name}, exact value").press("Enter")
    assert "Formulas do not tell here" in status(page)
    assert "Here the condition was not derived, or the point lies outside the declared ranges" in page.inner_text(
        "#page"
    )
    page.locator("#changes-title + div", has_text="no change of it is told").wait_for()
    assert "nothing is interpolated" in page.inner_text("#solved-title + div")


def test_without_formulas_the_file_shows_what_was_solved_and_refuses_elsewhere(opened):
    page = opened("hedging-triangle")
    assert "no formulas" in status(page)
    page.locator("input[type=range]").first.press("ArrowRight")
    assert "nothing is interpolated" in page.inner_text("#solved-title + div")
