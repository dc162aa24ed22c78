"""``extends``: a model file that says what differs from another one. The two are put together before anything is read.

Names are merged one by one: what the new file says of a player, a parameter, a decision or a case replaces what the other one says, field by
field; the rest stays. Texts and claims are about one model and are not taken over.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from hedging_games.errors import did_you_mean
from hedging_games.model.fields import Report, items_of, text_of
from hedging_games.model.source import file_error, read_source
from hedging_games.model.yaml_tree import Mapping, Node, Scalar, Sequence, read_tree

OWN: Final = ("title", "source", "notes", "claims", "extends", "without")
"""What a file says of itself alone."""

_BY_NAME: Final = ("players", "parameters", "let", "play", "payoffs", "cases", "state", "start")
"""What is put together name by name; of anything else the new file's word replaces the other's."""

_BY_FIELD: Final = ("players", "parameters", "play", "cases")
"""Where what is said of one name has fields of its own."""

DEEPEST: Final = 8
"""How many files may extend each other."""


def extended(root: Node, report: Report, files: tuple[str, ...] = ()) -> Node:
    """The tree of a file put together with that of the file that it extends, if any; ``files`` : those that extend it, last first.

    The files read are noted in the report. Raises ModelFileError if there is no such file, or files extend each other in a circle.
    """
    if not isinstance(root, Mapping):
        return root
    named, without = root.get("extends"), root.get("without")
    if named is None:
        if without is not None:
            what = "'without' takes names out of a model that is extended, and none is"
            raise file_error(what, "add extends: and the name of a model, or remove it", without.place)
        return root
    name = text_of(named, "file", "'extends'", report)
    if name is None:
        return root
    path = _path_of(name, named)
    here = (str(Path(root.source.file).resolve()), *files)
    if str(path.resolve()) in here or len(here) > DEEPEST:
        raise file_error(f"'{name}' extends itself, by way of others", "extend a file that stands alone", named.place)
    report.files.append(str(path))
    tree, repeated = read_tree(read_source(path))
    report.problems += repeated
    base = extended(tree, report, here)
    if not isinstance(base, Mapping):
        raise file_error(f"'{path}' is no model", "extend a model file", named.place)
    return _together(_left(base, without, report), root)


def _path_of(name: str, node: Node) -> Path:
    """Where the extended model is: a path seen from the file, a file beside it, or a model of the catalogue."""
    from hedging_games.model.catalogue import every_name, models_directory

    folder = Path(node.source.file).parent
    if name.lower().endswith((".yaml", ".yml")) or "/" in name:
        return folder / name
    found = (
        [folder / f"{name}.yaml", *models_directory().rglob(f"{name}.yaml")] if name.replace("-", "").isalnum() else []
    )
    there = next((path for path in found if path.is_file()), None)
    if there is None:
        raise file_error(f"no model is called '{name[:60]}'", did_you_mean(name, every_name()), node.place)
    return there


def _left(base: Mapping, without: Node | None, report: Report) -> Mapping:
    """What is left of a model without some names."""
    if without is None:
        return base
    items = items_of(without, "file", "'without'", report, "without: [Client, example]")
    names = [item for item in items if isinstance(item, Scalar)]
    sections = [value for key, value in base.entries if key.text in _BY_NAME]
    known = {word for section in sections for word in _words(section)}
    for item in names:
        if item.text not in known:
            what = f"the model that is extended names no '{item.text}'"
            report.add("file", what, did_you_mean(item.text, sorted(known)), item.place)
    gone = {item.text for item in names}
    entries = [(key, _thinned(value, gone) if key.text in _BY_NAME else value) for key, value in base.entries]
    # Parameters that are gone are no longer set by cases.
    return replace(
        base, entries=tuple((key, _cases(value, gone) if key.text == "cases" else value) for key, value in entries)
    )


def _cases(section: Node, gone: set[str]) -> Node:
    if not isinstance(section, Mapping):
        return section
    return replace(section, entries=tuple((key, _thinned(value, gone)) for key, value in section.entries))


def _words(section: Node) -> list[str]:
    if isinstance(section, Mapping):
        return [key.text for key, _ in section.entries]
    return [item.text for item in section.items if isinstance(item, Scalar)] if isinstance(section, Sequence) else []


def _thinned(section: Node, gone: set[str]) -> Node:
    if isinstance(section, Mapping):
        return replace(section, entries=tuple(entry for entry in section.entries if entry[0].text not in gone))
    if isinstance(section, Sequence):
        kept = tuple(item for item in section.items if not (isinstance(item, Scalar) and item.text in gone))
        return replace(section, items=kept)
    return section


def _together(base: Mapping, new: Mapping) -> Mapping:
    """Both files as one, whose places are the new file's where it speaks."""
    entries: list[tuple[Scalar, Node]] = [(key, value) for key, value in new.entries if key.text in OWN[:4]]
    for key, value in base.entries:
        own = new.get(key.text)
        if key.text not in OWN:
            entries.append((key, value) if own is None else (new.key(key.text) or key, _section(key.text, value, own)))
    said = {key.text for key, _ in base.entries} | {*OWN}
    entries += [(key, value) for key, value in new.entries if key.text not in said]
    return replace(new, entries=tuple(entry for entry in entries if not _is_empty(entry[1])))


def _is_empty(section: Node) -> bool:
    """Whether nothing is left of a section from which names were taken out."""
    return isinstance(section, Mapping) and not section.entries


def _section(name: str, old: Node, new: Node) -> Node:
    """What both files say in one of their sections."""
    if name == "players" and isinstance(old, Sequence) and isinstance(new, Mapping):
        old = _listed(old)
    is_table = any(isinstance(part, Mapping) and (part.get("table") or part.get("csv")) for part in (old, new))
    if name not in _BY_NAME or is_table or not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return new
    return _merged(old, new, name)


def _listed(players: Sequence) -> Mapping:
    """A list of players as a mapping that says nothing more of them."""
    items = [item for item in players.items if isinstance(item, Scalar)]
    entries = tuple((item, replace(item, text="")) for item in items)
    return Mapping(entries, players.source, players.start, players.end, players.is_flow)


def _merged(old: Mapping, new: Mapping, section: str) -> Mapping:
    """Entries of two mappings, those of the old one first; where both have one, the new one's."""
    entries: list[tuple[Scalar, Node]] = []
    for key, value in old.entries:
        own = new.get(key.text)
        entries.append((key, value) if own is None else (new.key(key.text) or key, _entry(section, value, own)))
    known = {key.text for key, _ in old.entries}
    return replace(new, entries=(*entries, *(entry for entry in new.entries if entry[0].text not in known)))


def _entry(section: str, old: Node, new: Node) -> Node:
    """What both files say of one name; a bare number is the baseline of a parameter."""
    if section not in _BY_FIELD or not isinstance(old, Mapping):
        return new
    if isinstance(new, Mapping):
        return _merged(old, new, "")
    if section == "parameters" and isinstance(new, Scalar) and (key := old.key("baseline")):
        return _merged(old, Mapping(((key, new),), new.source, new.start, new.end, is_flow=False), "")
    return new
