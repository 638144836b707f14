"""The drawing and the walk in docs/architecture.md say what the code does."""

import importlib
import re
from itertools import permutations
from pathlib import Path
from xml.etree import ElementTree

import grimp

DOCS = Path(__file__).parents[2] / "docs"
PACKAGES = ("sankofa", "crawlers", "reports", "index", "verify")


def test_the_arrows_drawn_are_the_imports_there_are() -> None:
    graph = grimp.build_graph(*PACKAGES)
    lines = ElementTree.parse(DOCS / "architecture.svg").iter("{http://www.w3.org/2000/svg}line")  # noqa: S314 - our own file
    drawn = {tuple(line.attrib["data-arrow"].split()) for line in lines}

    imported = {
        (importer, imported)
        for importer, imported in permutations(PACKAGES, 2)
        if graph.find_shortest_chains(importer, imported) and _imports_directly(graph, importer, imported)
    }

    assert drawn == imported


def test_every_name_in_the_walk_exists() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    names = re.findall(r"`((?:sankofa|crawlers|reports|index|verify)\.[\w.]+)`", text)

    assert len(names) > 10
    for name in names:
        assert _resolve(name) is not None, name


def _imports_directly(graph: grimp.ImportGraph, importer: str, imported: str) -> bool:
    modules = {importer, *graph.find_descendants(importer)}
    return any(
        found == imported or found.startswith(f"{imported}.")
        for module in modules
        for found in graph.find_modules_directly_imported_by(module)
    )


def _resolve(name: str) -> object | None:
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part, None)
        return found
    return None
