"""Load the catalogue from its folders, strictly: a mistake names its file and what to change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from crawlers.catalogue.entries import SOURCE_ENTRY, EventEntry, FilesEntry, WebEntry, XEntry
from crawlers.errors import SourceFormatError, SourceUnknownError
from index.model import Event

BUILT_IN = Path(__file__).parent
_MAX_BYTES = 1024 * 1024

AnyEntry = XEntry | WebEntry | FilesEntry


@dataclass(frozen=True)
class Catalogue:
    """Sources and events by name."""

    sources: Mapping[str, AnyEntry] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)

    def get_source(self, name: str) -> AnyEntry:
        """Return the entry of this name.

        Raises:
            SourceUnknownError: There is none; the message proposes names.
        """
        if name in self.sources:
            return self.sources[name]
        near = get_close_matches(name, self.sources, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(sorted(self.sources))}"
        raise SourceUnknownError(f"no source {name!r} in the catalogue, and no such file; {hint}")

    def find_event(self, name: str) -> Event | None:
        """Return the event of this name, if there is one."""
        return self.events.get(name)

    def iter_names(self) -> Iterator[str]:
        """Yield the names of all sources and events, sorted."""
        yield from sorted({*self.sources, *self.events})


def load_catalogue(folders: Sequence[Path] = ()) -> Catalogue:
    """Load our own entries, then those of *folders*; a later one of the same name wins. A folder need not exist.

    Raises:
        SourceFormatError: A file cannot be understood; the message names it and says what is wrong.
    """
    sources: dict[str, AnyEntry] = {}
    events: dict[str, Event] = {}
    for folder in (BUILT_IN, *(folder for folder in folders if folder.resolve() != BUILT_IN)):
        sources |= {entry.name: entry for entry in _iter_sources(folder)}
        events |= {entry.name: entry.build_event() for entry in _iter_events(folder / "events")}
    _check_sources_of_events(sources, events)
    return Catalogue(sources, events)


def _iter_sources(folder: Path) -> Iterator[AnyEntry]:
    for path in _list_files(folder):
        entry = _validate(path, SOURCE_ENTRY.validate_python)
        if isinstance(entry, FilesEntry):
            entry = entry.model_copy(update={"address": str(path.parent / entry.address)})
        yield entry


def _iter_events(folder: Path) -> Iterator[EventEntry]:
    return (_validate(path, EventEntry.model_validate) for path in _list_files(folder))


def _list_files(folder: Path) -> list[Path]:
    return sorted(path for ending in ("*.yaml", "*.yml") for path in folder.glob(ending))


def _validate(path: Path, validate: Any) -> Any:
    content = _load_yaml(path)
    try:
        entry = validate(content)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}" for item in error.errors())
        raise SourceFormatError(f"{path}: {problems}") from error
    if entry.name != path.stem:
        raise SourceFormatError(f"{path}: it is named {entry.name!r}, so the file should be {entry.name}.yaml")
    return entry


def _load_yaml(path: Path) -> Any:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise SourceFormatError(f"{path}: larger than {_MAX_BYTES:,} bytes")
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        raise SourceFormatError(f"{path}: cannot be read: {error}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise SourceFormatError(f"{path}: no YAML: {' '.join(str(error).split())}") from error


def _check_sources_of_events(sources: Mapping[str, AnyEntry], events: Mapping[str, Event]) -> None:
    for event in events.values():
        for name in event.sources:
            if name not in sources:
                raise SourceFormatError(f"event {event.id}: its source {name!r} is not in the catalogue")


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that stands twice, which YAML would read as the last of them."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)
