"""The explorer served to a browser on this machine: every page, and workers that solve games exactly where formulas do not tell
and read what is typed in the editor.

Only 127.0.0.1 is listened on. Another site's page that a browser has open could still send requests there: so each must carry a token that only
the printed address has, and name this server as its host (a site that lets its own name point to 127.0.0.1 names itself).
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from hedging_games.algebra.numbers import exact_number
from hedging_games.analysis.sweep.pool import kill_workers, process_pool
from hedging_games.errors import HedgingGamesError, input_error
from hedging_games.explore import drafts
from hedging_games.explore.whole import Served, claims, explored, solved_at
from hedging_games.model.catalogue import load, shipped, summaries
from hedging_games.report.page.parts import Asked, refusal

ADDRESS: Final = "127.0.0.1"

MOST_BODY: Final = 1 << 20
"""Bytes of a question."""

STOPPED: Final = "it was stopped"

SILENCE: Final = 30.0
"""Seconds after which a client that says nothing is hung up on."""

Question = Mapping[str, Any]
"""The ``model`` it is about, the ``tab`` that asks, and what the question needs."""

Answer = tuple[HTTPStatus, str, str]
"""Status, kind of content, and content."""


class Worker:
    """A process that answers one question at a time, and can be stopped in the middle of it.

    Questions belong to somebody (a page that is open): a new one of theirs ends the one before, whether it is being answered or waits.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._renew()
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._latest: dict[str, object] = {}
        self._answered: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(
            kind, error, trace
        )  # an exception such as Ctrl-C ends the process at once (`process_pool`)

    def ask(self, whose: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """What a function answers; raises BrokenExecutor if it was stopped, or its process died. After that there is a new process."""
        ticket = object()
        self.stop(whose)
        with self._guard:
            self._latest[whose] = ticket
        with self._turn:
            if self._stopped:  # perhaps just after its answer, which then nobody has missed
                self._renew()
            with self._guard:
                if self._latest.get(whose) is not ticket:
                    raise BrokenExecutor
                self._answered = whose
            try:
                try:
                    asked = self._pool.submit(function, *arguments)
                except BrokenExecutor:  # it died while nothing was asked
                    self._renew()
                    asked = self._pool.submit(function, *arguments)
                return asked.result()
            except BrokenExecutor:
                self._renew()
                raise
            finally:
                with self._guard:
                    self._answered = None
                    if self._latest.get(whose) is ticket:
                        del self._latest[whose]

    def stop(self, whose: str) -> None:
        """End the question that somebody has asked, if there is one."""
        with self._guard:
            self._latest.pop(whose, None)
            if self._answered == whose:
                kill_workers(self._pool)
                self._stopped = True

    def _renew(self) -> None:
        self._stack.close()
        self._pool = self._stack.enter_context(process_pool(1))
        self._stopped = False


class Explorer:
    """What is served: the question it was opened with, all shipped models, and two worker processes: one makes pages and reads what is
    typed, one solves, so that neither waits for the other.

    ``seconds`` : how long they may take for a question. Nothing is solved in the server itself: its threads could not be interrupted, and
    z3 must not be asked by two of them.
    """

    def __init__(self, first: Asked, seconds: float, reading: Worker, solving: Worker) -> None:
        self.token = secrets.token_urlsafe(24)
        self.first = first
        self.seconds = seconds
        self.titles = {model["name"]: model["title"] or model["name"] for model in summaries()}
        self.titles.setdefault(first.named, first.model.title or first.model.name)
        self._reading, self._solving = reading, solving
        self._saving = threading.Lock()
        self._opened = drafts.read(self._file(first.named))["stamp"]

    def page(self, name: str) -> Answer:
        """The page of a model that is served; nothing else is looked up by its name."""
        if name not in self.titles:
            return HTTPStatus.NOT_FOUND, "text/plain", "no such model"
        try:
            page = self._reading.ask(_nobody(), explored, self._asked(name), self.seconds, self._served(name))
        except HedgingGamesError as problem:
            said = f"<!doctype html><title>explorer</title>{refusal(problem)}"
            return HTTPStatus.UNPROCESSABLE_ENTITY, "text/html", said
        except BrokenExecutor:
            return HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", STOPPED
        return HTTPStatus.OK, "text/html", page

    def _served(self, name: str) -> Served:
        return {
            "token": self.token,
            "nonce": secrets.token_urlsafe(16),
            "model": name,
            "models": sorted(self.titles.items()),
            # Of the text that the model was read from: the file may be another one by now.
            "stamp": self._opened if name == self.first.named else drafts.read(self._file(name))["stamp"],
        }

    def _asked(self, name: str) -> Asked:
        return self.first if name == self.first.named else Asked(load(name), name)

    def _file(self, name: str) -> Path:
        return shipped(name) or Path(name)

    def answer(self, path: str, body: bytes) -> Answer:
        """The answer to a question of a page, as JSON."""
        try:
            asked = _question(body)
            name = str(asked.get("model"))
            if name not in self.titles:
                raise input_error("model", "no such model is served", "choose one of the list")
            return _json(QUESTIONS[path](self, name, asked))
        except HedgingGamesError as problem:
            return _json({"error": "; ".join(p.what for p in problem.problems)}, HTTPStatus.UNPROCESSABLE_ENTITY)
        except BrokenExecutor:
            return _json({"error": STOPPED}, HTTPStatus.SERVICE_UNAVAILABLE)

    def solve(self, name: str, asked: Question) -> Any:
        """The equilibria at a point, of the model or of the text that its page has."""
        point = {key: exact_number(value, key) for key, value in dict(asked.get("point") or {}).items()}
        return self._solved(name, asked, solved_at, point, self._asked(name).concept, self.seconds)

    def claims(self, name: str, asked: Question) -> Any:
        """The verdicts on the claims."""
        return {"html": self._solved(name, asked, claims, self.seconds)}

    def _solved(self, name: str, asked: Question, function: Callable[..., Any], *arguments: Any) -> Any:
        about = self._asked(name)
        if asked.get("text") is None:
            return self._solving.ask(_whose(asked), function, about.model, *arguments)
        text, file = _text(asked), self._file(name)
        return self._solving.ask(_whose(asked), drafts.answered, function, text, file, about.levels, *arguments)

    def text(self, name: str, _asked: Question) -> Any:
        """The model's file as it is on the disk, and whether it may be saved: the files of the package stay as they are."""
        return drafts.read(self._file(name)) | {"mine": shipped(name) is None}

    def check(self, name: str, asked: Question) -> Any:
        """What is wrong with a text."""
        text, file = _text(asked), self._file(name)
        return {"problems": self._reading.ask(_whose(asked), drafts.checked, text, file, self.seconds)}

    def draft(self, name: str, asked: Question) -> Any:
        """What the page shows of a text."""
        about, text, file = self._asked(name), _text(asked), self._file(name)
        served = self._served(name)
        return self._solving.ask(_whose(asked), drafts.drafted, text, file, about, self.seconds, served)

    def save(self, name: str, asked: Question) -> Any:
        """Writes a text to the model's file."""
        if shipped(name) is not None:
            raise input_error("file", "the models of the package are not changed", "save a copy, and explore that")
        with self._saving:
            return {"stamp": drafts.save(self._file(name), _text(asked), str(asked.get("stamp")))}

    def cancel(self, _name: str, asked: Question) -> Any:
        """Ends what the page has asked for."""
        self._solving.stop(_whose(asked))
        return {}


QUESTIONS: Final[Mapping[str, Callable[[Explorer, str, Question], Any]]] = {
    "/solve": Explorer.solve,
    "/claims": Explorer.claims,
    "/text": Explorer.text,
    "/check": Explorer.check,
    "/draft": Explorer.draft,
    "/save": Explorer.save,
    "/cancel": Explorer.cancel,
}


def _nobody() -> str:
    """Somebody who has asked for nothing else."""
    return secrets.token_urlsafe(8)


def _whose(asked: Question) -> str:
    """The page that asks, as it calls itself."""
    return str(asked.get("tab") or _nobody())


def _text(asked: Question) -> str:
    """The text of a model file that a question holds: one that a file can hold."""
    text = asked.get("text")
    if not isinstance(text, str):
        raise input_error("question", "the question holds no text", "ask from the page")
    try:
        text.encode()
    except UnicodeEncodeError as wrong:
        line = text.count("\n", 0, wrong.start) + 1
        raise input_error("file", f"line {line} holds half a character (a surrogate)", "remove it") from wrong
    return text


def _question(body: bytes) -> Question:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as wrong:
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
            self._send(
                self.explorer.answer(self.path, body)
                if self.path in QUESTIONS
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
    with Worker() as reading, Worker() as solving:
        explorer = Explorer(first, seconds, reading, solving)
        handler = type("Handler", (_Handler,), {"explorer": explorer})
        with _Server((ADDRESS, port), handler) as server:
            ready(f"http://{ADDRESS}:{server.server_address[1]}/?token={explorer.token}")
            server.serve_forever(poll_interval=0.2)
