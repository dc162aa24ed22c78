"""The explorer's server: what it answers, and whom it refuses."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import hedging_games as hg
from hedging_games.errors import InputError
from hedging_games.explore import serving
from hedging_games.explore.serving import MOST_BODY
from hedging_games.report.page.parts import Asked


@pytest.fixture(scope="module")
def server():
    command = [
        sys.executable,
        "-m",
        "hedging_games",
        "explore",
        "engagement-card",
        "--format",
        "json",
        "--time-limit",
        "60",
    ]
    # A background shell starts its children deaf to Ctrl-C, and they theirs.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        signal.signal(signal.SIGINT, ours)
        try:
            address = urlsplit(json.loads(running.stdout.readline())["address"])
            yield address.port, address.query.removeprefix("token="), running
            running.send_signal(signal.SIGINT)
            assert running.wait(30) == 130
        finally:
            running.kill()


def answered(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    found = response.status, response.read().decode(), dict(response.getheaders())
    connection.close()
    return found


def test_the_printed_address_gives_the_page_and_nothing_may_keep_it(server):
    port, token, _ = server
    status, page, headers = answered(port, "GET", f"/?token={token}")
    assert status == 200
    assert page.startswith("<!doctype html>")
    assert '"name":"engagement-card"' in page
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"


def test_a_model_without_formulas_is_solved_by_the_worker(server):
    port, token, _ = server
    asked = json.dumps({"model": "allied-resistance", "point": {"threshold": "2"}})
    status, said, _ = answered(port, "POST", "/solve", asked, X_Token=token)
    assert status == 200
    assert "found" in "".join(json.loads(said)["html"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [("{", "no JSON"), ("[" * 100_000, "no JSON"), ("[]", "no JSON object"), ('{"model": "../secret"}', "no such model"),
     ('{"model": "engagement-card", "point": {"card": "x"}}', "card"), ('{"model": "engagement-card", "point": {"cardd": "1"}}', "cardd")],
)  # fmt: skip
def test_a_wrong_question_is_told_what_is_wrong(server, asked, said):
    port, token, _ = server
    status, answer, _ = answered(port, "POST", "/solve", asked, X_Token=token)
    told = json.loads(answer)
    # What is wrong with a point is said where its equilibria would stand.
    assert said in told.get("error", "".join(told.get("html", "")))
    assert status == (422 if "error" in told else 200)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", ""])
def test_another_host_is_refused_even_with_the_token(server, host):
    port, token, _ = server
    assert answered(port, "GET", f"/?token={token}", Host=host)[0] == 403


def test_another_sites_page_is_refused_even_with_the_token(server):
    port, token, _ = server
    for origin in ("https://evil.example", "null"):
        assert answered(port, "POST", "/solve", "{}", X_Token=token, Origin=origin)[0] == 403


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_without_the_token_nothing_is_answered(server, token):
    port, _, _ = server
    encoded = token.encode().decode("latin-1")
    assert answered(port, "GET", "/")[0] == 403
    assert answered(port, "POST", "/solve", "{}", X_Token=encoded)[0] == 403


@pytest.mark.parametrize(
    "path", ["/../etc/passwd", "/model/../../etc/passwd", "/model/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/model//etc/passwd"]
)
def test_no_path_leads_to_a_file(server, path):
    port, token, _ = server
    status, said, _ = answered(port, "GET", f"{path}?token={token}")
    assert status == 404
    assert "root:" not in said


def test_a_hundred_megabytes_are_refused_unread(server):
    port, token, _ = server
    for size in (MOST_BODY + 1, 100_000_000):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            head = (
                f"POST /solve HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Token: {token}\r\nContent-Length: {size}\r\n\r\n"
            )
            line.sendall(head.encode())
            # Nothing of the body is sent: whoever waited for it would never answer.
            assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_goes_away_is_survived(server):
    port, token, _ = server
    for _ in range(3):
        line = socket.create_connection(("127.0.0.1", port))
        line.sendall(f"GET /?token={token} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.close()  # with a reset
    assert answered(port, "GET", f"/?token={token}")[0] == 200


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc to find the worker in")
def test_a_worker_that_is_killed_is_replaced(server):
    port, token, running = server
    asked = json.dumps({"model": "engagement-card", "point": {}})
    assert answered(port, "POST", "/solve", asked, X_Token=token)[0] == 200
    for child in _children(running.pid):
        if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text():
            os.kill(child, signal.SIGKILL)
    status = [answered(port, "POST", "/solve", asked, X_Token=token)[0] for _ in range(2)]
    assert status in ([503, 200], [200, 200])


def _children(parent):
    found = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile has no children
            found += map(int, (task / "children").read_text().split())
    return found


def test_a_classic_is_served_from_its_shelf_and_stays_as_it_is():
    with serving.Worker() as worker:
        explorer = serving.Explorer(Asked(hg.load("audience-costs"), "audience-costs"), 30, worker, worker)
        said = explorer.text("audience-costs", {})
        assert said["text"] == hg.load("audience-costs").text
        assert not said["mine"]
        with pytest.raises(InputError, match="the models of the package are not changed"):
            explorer.save("audience-costs", {"text": "", "stamp": ""})
