"""The model file edited in the served page: problems at their lines, the last good answer kept, saved in one step or not at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from browsers import headless_chromium
from hedging_games.errors import InputError
from hedging_games.explore import drafts
from hedging_games.model.catalogue import models_directory

CARD = (models_directory() / "engagement-card.yaml").read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "card.yaml"
    path.write_text(CARD, encoding="utf-8")
    return path


# --- reading and saving -----------------------------------------------------------------------------------------------------


def test_a_good_text_has_no_problems(file):
    assert drafts.checked(CARD, file, 30) == []


def test_every_problem_of_a_text_is_told_at_its_line_with_its_remedy(file):
    wrong = CARD.replace("players:", "playerz:", 1).replace("baseline: 4", "baseline: four", 1)
    problems = drafts.checked(wrong, file, 30)
    told = {p["line"]: p for p in problems}
    line = 1 + wrong[: wrong.index("playerz")].count("\n")
    assert "playerz" in told[line]["what"]
    assert "did you mean 'players'?" in told[line]["remedy"]


def test_a_save_writes_the_text_and_keeps_the_rights_of_the_file(file):
    file.chmod(0o640)
    known = drafts.read(file)["stamp"]
    stamp = drafts.save(file, CARD + "# é\n", known)
    assert drafts.read(file) == {"text": CARD + "# é\n", "stamp": stamp}
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(file.parent.iterdir()) == [file]


def test_a_save_through_a_link_keeps_the_link(file, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    drafts.save(link, "new", drafts.read(link)["stamp"])
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "new"


def test_a_save_is_refused_if_the_file_has_changed_or_gone_and_leaves_nothing_behind(file):
    known = drafts.read(file)["stamp"]
    file.write_text("theirs", encoding="utf-8")
    with pytest.raises(InputError, match="has changed on the disk"):
        drafts.save(file, "ours", known)
    assert file.read_text(encoding="utf-8") == "theirs"
    assert list(file.parent.iterdir()) == [file]
    file.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        drafts.save(file, "ours", known)
    assert list(file.parent.iterdir()) == []


def test_a_save_that_fails_half_way_leaves_the_old_file_whole(file, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        drafts.save(file, "half", drafts.read(file)["stamp"])
    assert file.read_text(encoding="utf-8") == CARD
    assert list(file.parent.iterdir()) == [file]


def test_a_text_that_extends_another_file_is_read_with_that_file_as_it_is_now(file, tmp_path):
    text, child = f"extends: {file.stem}\ntitle: a child\n", tmp_path / "child.yaml"
    assert drafts.checked(text, child, None) == []
    file.write_text(f"{CARD}\nnonsense: 1\n", encoding="utf-8")
    assert any("'nonsense'" in problem["what"] for problem in drafts.checked(text, child, None))
    file.write_text(CARD, encoding="utf-8")
    assert drafts.checked(text, child, None) == []


# --- the server -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(file):
    command = [sys.executable, "-m", "hedging_games", "explore", str(file), "--format", "json", "--time-limit", "200"]
    # A background shell starts its children deaf to Ctrl-C, and they theirs.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        signal.signal(signal.SIGINT, ours)
        try:
            yield json.loads(running.stdout.readline())["address"]
            running.send_signal(signal.SIGINT)
            assert running.wait(30) == 130
        finally:
            running.kill()


def asked(address, path, **body):
    import http.client

    parts = urlsplit(address)
    line = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=120)
    line.request("POST", path, json.dumps(body), {"X-Token": parts.query.removeprefix("token=")})
    response = line.getresponse()
    found = response.status, json.loads(response.read())
    line.close()
    return found


def test_a_text_is_answered_as_if_it_stood_in_the_file_and_a_slow_question_is_stopped_while_others_are_answered(
    server, file
):
    named = {"model": str(file), "tab": "one"}
    # By hand: the ally tolerates as long as 4 + 0 - 5 >= -2; with a card of 2 it punishes, and the small state aligns.
    edited = CARD.replace("baseline: 4", "baseline: 2", 1)
    assert edited != CARD
    status, found = asked(server, "/solve", **named, text=edited, point={"card": "2"})
    assert (status, "Align" in "".join(found["html"])) == (200, True)
    assert asked(server, "/draft", **named, text=edited)[1]["start"]["card"] == "2"
    assert asked(server, "/check", **named, text="players:")[1]["problems"]
    status, said = asked(server, "/save", model="engagement-card", text="", stamp="")
    assert (status, "not changed" in said["error"]) == (422, True)

    slow = []
    claims = threading.Thread(
        target=lambda: slow.append(asked(server, "/claims", model="restraining-pyongyang", tab="two"))
    )
    claims.start()
    time.sleep(0.5)
    started = time.perf_counter()
    assert asked(server, "/check", **named, text=CARD) == (200, {"problems": []})
    assert asked(server, "/cancel", model=str(file), tab="one") == (200, {})  # nobody else's question is stopped by it
    assert claims.is_alive()
    assert asked(server, "/cancel", model="restraining-pyongyang", tab="two") == (200, {})
    claims.join(60)
    assert slow == [(503, {"error": "it was stopped"})]
    assert asked(server, "/solve", **named, point={})[0] == 200
    assert time.perf_counter() - started < 60


def test_what_is_no_text_is_not_saved(server, file):
    """A text with half a character cannot be written; a question without a text would write the word None."""
    known = asked(server, "/text", model=str(file))[1]["stamp"]
    for body, said in (
        ({"text": CARD + "# \ud800"}, "half a character"),
        ({}, "holds no text"),
        ({"text": 3}, "holds no text"),
    ):
        status, answer = asked(server, "/save", model=str(file), stamp=known, **body)
        assert (status, said in answer["error"]) == (422, True)
    assert file.read_text(encoding="utf-8") == CARD


def test_two_who_save_at_once_do_not_overwrite_each_other(server, file):
    known = asked(server, "/text", model=str(file))[1]
    assert known["mine"]
    assert known["text"] == CARD
    said = []
    savers = [
        threading.Thread(
            target=lambda k=k: said.append(
                asked(server, "/save", model=str(file), text=f"{CARD}# {k}\n", stamp=known["stamp"])
            )
        )
        for k in range(4)
    ]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    assert sorted(status for status, _ in said) == [200, 422, 422, 422]
    kept = next(answer["stamp"] for status, answer in said if status == 200)
    assert drafts.read(file)["stamp"] == kept


def test_the_licences_of_everything_in_the_bundle_are_listed_and_its_packages_have_exact_versions():
    folder = Path(drafts.__file__).parent
    packages = json.loads((folder / "editor" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    listed = (folder / "editor.licenses.txt").read_text(encoding="utf-8")
    # What builds it is not in it, nor is what only others' unused parts need.
    for name in packages.keys() - {"esbuild", "@codemirror/autocomplete"}:
        assert f"{name} {packages[name]} (MIT)\n" in listed
    assert all(version.replace(".", "").isdigit() for version in packages.values())
    assert listed.count("Permission is hereby granted") == len(packages) - 2


# --- in a browser -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(server):
    with headless_chromium() as browser:
        page = browser.new_page()
        wrong = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text))
        page.on(
            "request",
            lambda r: None if r.url.startswith(("http://127.0.0.1:", "data:", "blob:")) else wrong.append(r.url),
        )
        page.set_default_timeout(60_000)
        page.goto(server)
        page.get_by_text("Edit the model file").click()
        page.get_by_text("As in the file.").wait_for()
        yield page
    # A save that is refused is told by a status of the protocol, which a browser writes down.
    assert [w for w in wrong if "422" not in w] == []


def test_one_edits_undoes_and_saves_by_keyboard_and_is_refused_what_would_overwrite(page, file):
    from playwright.sync_api import expect

    expect.set_options(timeout=60_000)
    said, editor = page.locator("#page .status"), page.get_by_role("textbox", name="Model file")
    expect(said).to_contain_text("in every equilibrium")
    editor.press("Control+Home")
    page.keyboard.type("wrong: 1\n")
    expect(page.get_by_text("this is the answer of its last good version")).to_be_visible()
    expect(page.locator(".problems")).to_contain_text("'wrong'")
    expect(page.locator(".problems button").first).to_have_text("Line 1")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    assert "in every equilibrium" in said.inner_text()  # the last good answer is kept, marked
    assert page.locator("#page.stale").count() == 1
    for scheme, width in (("light", 1200), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if axe := os.environ.get("AXE_CORE"):
            page.evaluate(Path(axe).read_text(encoding="utf-8"))
            found = page.evaluate("axe.run()")["violations"]
            assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == [], scheme
    page.set_viewport_size({"width": 1200, "height": 800})
    page.locator(".problems button").first.press("Enter")
    assert page.evaluate("document.activeElement.className").startswith("cm-content")
    while "wrong" in editor.inner_text():
        editor.press("Control+z")
    expect(page.locator("#page.stale")).to_have_count(0)
    expect(page.locator(".problems li")).to_have_count(0)

    # A card of 2 is too low (see above): with another baseline the answer on the page is another one.
    place = CARD.index("baseline: 4") + len("baseline: ")
    editor.press("Control+Home")
    for _ in range(CARD[:place].count("\n")):
        editor.press("ArrowDown")
    editor.press("Home")
    editor.press("Home")
    for _ in range(place - CARD.rindex("\n", 0, place) - 1):
        editor.press("ArrowRight")
    editor.press("Delete")
    page.keyboard.type("2")
    expect(said).to_contain_text("in no equilibrium")
    expect(page.locator("#page.stale")).to_have_count(0)
    editor.press("Control+s")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert file.read_text(encoding="utf-8") == CARD.replace("baseline: 4", "baseline: 2", 1)

    file.write_text(CARD, encoding="utf-8")
    editor.press("Control+s")
    expect(page.get_by_text("Not saved")).to_contain_text("has changed on the disk")
    assert file.read_text(encoding="utf-8") == CARD
