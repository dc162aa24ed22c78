"""The explorer served to a browser on this machine: every page, and a worker that solves games exactly where formulas do not tell.

Only 127.0.0.1 is listened on. Another site's page that a browser has open could still send requests there: so each must carry a token that only
the printed address has, and name this server as its host (a site that lets its own name point to 127.0.0.1 names itself).
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import ExitStack
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from hedging_games.algebra.numbers import exact_number
from hedging_games.analysis.sweep.pool import process_pool
from hedging_games.errors import HedgingGamesError, input_error
from hedging_games.explore.whole import claims, explored, solved_at
from hedging_games.model.catalogue import load, summaries
from hedging_games.report.page.parts import Asked, refusal

ADDRESS: Final = "127.0.0.1"

MOST_BODY: Final = 1 << 16
"""Bytes of a question."""

STOPPED: Final = "the process that solves games was stopped; ask again"

SILENCE: Final = 30.0
"""Seconds after which a client that says nothing is hung up on."""

Answer = tuple[HTTPStatus, str, str]
"""Status, kind of content, and content."""


class Explorer:
    """What is served: the question it was opened with, all shipped models, and one worker process, which makes pages and answers.

    ``seconds`` : how long it may take for each; ``workers`` : starts one. Nothing is solved in the server itself: its threads could not be
    interrupted, and z3 must not be asked by two of them.
    """

    def __init__(self, first: Asked, seconds: float, workers: Callable[[], ProcessPoolExecutor]) -> None:
        self.token = secrets.token_urlsafe(24)
        self.first = first
        self.seconds = seconds
        self.titles = {model["name"]: model["title"] or model["name"] for model in summaries()}
        self.titles.setdefault(first.named, first.model.title or first.model.name)
        self._workers = workers
        self._pool = workers()
        self._one_at_a_time = threading.Lock()

    def page(self, name: str) -> Answer:
        """The page of a model that is served; nothing else is looked up by its name."""
        if name not in self.titles:
            return HTTPStatus.NOT_FOUND, "text/plain", "no such model"
        served = {"token": self.token, "model": name, "models": sorted(self.titles.items())}
        try:
            return HTTPStatus.OK, "text/html", self._worked(explored, self._asked(name), self.seconds, served)
        except HedgingGamesError as problem:
            said = f"<!doctype html><title>explorer</title>{refusal(problem)}"
            return HTTPStatus.UNPROCESSABLE_ENTITY, "text/html", said
        except BrokenExecutor:
            return HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", STOPPED

    def _asked(self, name: str) -> Asked:
        return self.first if name == self.first.named else Asked(load(name), name)

    def answer(self, path: str, body: bytes) -> Answer:
        """The answer to a question of a page, as JSON."""
        try:
            asked = _question(body)
            name = str(asked.get("model"))
            if name not in self.titles:
                raise input_error("model", "no such model is served", "choose one of the list")
            about = self._asked(name)
            if path == "/claims":
                return _json({"html": self._worked(claims, about.model, self.seconds)})
            point = {key: exact_number(value, key) for key, value in dict(asked.get("point") or {}).items()}
            return _json(self._worked(solved_at, about.model, point, about.concept, self.seconds))
        except HedgingGamesError as problem:
            return _json({"error": "; ".join(p.what for p in problem.problems)}, HTTPStatus.UNPROCESSABLE_ENTITY)
        except BrokenExecutor:
            return _json({"error": STOPPED}, HTTPStatus.SERVICE_UNAVAILABLE)

    def _worked(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What a function answers in the worker; after a worker that died there is a new one."""
        with self._one_at_a_time:
            try:
                return self._pool.submit(function, *arguments).result()
            except BrokenExecutor:
                self._pool = self._workers()
                raise


def _question(body: bytes) -> Mapping[str, Any]:
    try:
        asked = json.loads(body)
    except ValueError as wrong:
        raise input_error("question", "the question is no JSON", "ask from the page") from wrong
    if not isinstance(asked, dict) or not isinstance(asked.get("point", {}), dict):
        raise input_error("question", "the question is no JSON object", "ask from the page")
    return asked


def _json(answer: object, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return status, "application/json", json.dumps(answer)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = SILENCE
    disable_nagle_algorithm = True
    explorer: Explorer

    def do_GET(self) -> None:
        """A page."""
        asked = urlsplit(self.path)
        token = (parse_qs(asked.query).get("token") or [""])[0]
        if not self._is_ours(token):
            return
        head, _, name = asked.path.removeprefix("/").partition("/")
        if not head and not name:
            self._send(self.explorer.page(self.explorer.first.named))
        elif head == "model":
            self._send(self.explorer.page(unquote(name)))
        else:
            self._send((HTTPStatus.NOT_FOUND, "text/plain", "no such page"))

    def do_POST(self) -> None:
        """A question of a page."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a question has a length, of at most {MOST_BODY} bytes")
        elif self._is_ours(self.headers.get("X-Token", "")):
            body = self.rfile.read(int(length))
            known = self.path in ("/solve", "/claims")
            self._send(
                self.explorer.answer(self.path, body)
                if known
                else (HTTPStatus.NOT_FOUND, "text/plain", "no such question")
            )

    def _is_ours(self, token: str) -> bool:
        """Whether the request is from a page of ours; else it is refused."""
        port = self.connection.getsockname()[1]
        hosts = {f"{ADDRESS}:{port}", f"localhost:{port}"}
        origin = self.headers.get("Origin")
        if self.headers.get("Host") not in hosts or (origin is not None and urlsplit(origin).netloc not in hosts):
            self._refuse(HTTPStatus.FORBIDDEN, "this server answers its own pages only")
            return False
        if not hmac.compare_digest(token.encode(), self.explorer.token.encode()):
            self._refuse(HTTPStatus.FORBIDDEN, "open the address that hedging-games explore has printed")
            return False
        return True

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self.close_connection = True  # what it may still want to send is not read
        self._send((status, "text/plain", why))

    def _send(self, answer: Answer) -> None:
        status, kind, text = answer
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            *([("Connection", "close")] if self.close_connection else []),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def version_string(self) -> str:
        """No versions are told."""
        return "hedging-games"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (as the standard library calls it)
        """Nothing: addresses hold the token."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's trouble; anything else is told as usual."""
        import sys

        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def serve(first: Asked, seconds: float, ready: Callable[[str], None], *, port: int = 0) -> None:
    """Serve pages until interrupted.

    Parameters
    ----------
    seconds : how long an exact answer may take. ready : is told the address, token included, once it answers. port : 0 for a free one.
    """
    with ExitStack() as stack:  # left by Ctrl-C, it ends the workers at once (`process_pool`)
        explorer = Explorer(first, seconds, lambda: stack.enter_context(process_pool(1)))
        handler = type("Handler", (_Handler,), {"explorer": explorer})
        with _Server((ADDRESS, port), handler) as server:
            ready(f"http://{ADDRESS}:{server.server_address[1]}/?token={explorer.token}")
            server.serve_forever(poll_interval=0.2)
