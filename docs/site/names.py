"""Names in docstrings and signatures: a public one is linked, another one of the package's is shown as code if it exists, and
one that exists nowhere is a warning.
"""

from __future__ import annotations

import builtins
import sys
from typing import Any

from docutils.nodes import Element
from sphinx.util.nodes import make_refnode

PACKAGE = "hedging_games"

ELSEWHERE = (
    "collections.",
    "concurrent.",
    "fractions.",
    "matplotlib.",
    "nashpy.",
    "np.",
    "numpy.",
    "pd.",
    "xr.",
    "os.",
    "pathlib.",
    "typing.",
)
"""Packages whose documentation is not on this site."""

DRAWN = ("Axes", "Figure")
"""Names of matplotlib that annotations alone import."""


def resolved(app: Any, env: Any, node: Element, shown: Element) -> Element | None:
    """A link for a name that is public, the name itself for one that exists, None (a warning) for any other."""
    if node.get("refdomain") != "py":
        return None
    target = str(node["reftarget"]).lstrip(".~")
    name = target.rpartition(".")[2]
    public, known = f"{PACKAGE}.{name}", env.get_domain("py").objects
    found = known.get(public) or next(
        (one for place, one in known.items() if place.endswith(f".{name}") and place.startswith(PACKAGE)), None
    )
    if found is not None:
        return make_refnode(app.builder, node["refdoc"], found.docname, found.node_id, shown, public)
    return shown if _exists(target) else None


def _exists(target: str) -> bool:
    if target.startswith(ELSEWHERE) or target in DRAWN or hasattr(builtins, target):
        return True
    modules = [module for name, module in sys.modules.items() if name.startswith(PACKAGE)]
    return any(_reached(module, target.removeprefix(f"{PACKAGE}.")) for module in modules)


def _reached(module: Any, target: str) -> bool:
    """Whether ``solvers.methods`` or ``Region.contains`` is found from a module."""
    for part in target.split("."):
        if not hasattr(module, part):
            return False
        module = getattr(module, part)
    return True


def setup(app: Any) -> dict[str, bool]:
    """Look names up where Sphinx finds nothing."""
    app.connect("missing-reference", resolved)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
