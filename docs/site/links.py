"""Links to model files lead to the models' pages: in a checkout there is the file, on the site there is more."""

from __future__ import annotations

import re
from typing import Any

FILE = re.compile(r"\]\(\.\./((?:\.\./)*models/)(?:\w+/)?([\w-]+)\.yaml\)")


def led_to_pages(text: str) -> str:
    """``../models/NAME.yaml``, seen from a page in ``docs``, as ``models/NAME.md``."""
    return FILE.sub(r"](\1\2.md)", text)


def read(_app: Any, _docname: str, source: list[str]) -> None:
    """What Sphinx calls with the text of each page."""
    source[0] = led_to_pages(source[0])


def setup(app: Any) -> dict[str, bool]:
    """Change links as pages are read."""
    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
