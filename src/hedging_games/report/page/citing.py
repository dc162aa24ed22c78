"""How to cite: the software, from its citation file, the model's source, and the source of the solution concept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hedging_games.model.model import Model
from hedging_games.theory.concepts import Concept


def citation_file() -> Path:
    """The citation file: inside the installed package, or beside ``src`` in a checkout."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "CITATION.cff"
    return installed if installed.is_file() else package.parents[1] / "CITATION.cff"


def software() -> Mapping[str, Any]:
    """What the citation file says."""
    import yaml

    said: Mapping[str, Any] = yaml.safe_load(citation_file().read_text(encoding="utf-8"))
    return said


def citations(model: Model, concept: Concept) -> list[tuple[str, str]]:
    """What is cited, and how."""
    said = software()
    authors = ", ".join(_author(author) for author in said["authors"])
    year = str(said["date-released"])[:4]
    found = [("the software", f"{authors} ({year}). {said['title']}, version {said['version']}.")]
    source = f" Source: {model.source.strip()}" if model.source else ""
    found.append(("the model", f"{model.title or model.name}, a model file.{source}"))
    found.append(("the solution concept", f"{concept.name}: {concept.meaning}. {concept.source}."))
    return found


def _author(author: Mapping[str, str]) -> str:
    named = " ".join(author[key] for key in ("given-names", "name-particle", "family-names") if key in author)
    return named or author["name"]
