"""Where the index of one kind lies that every process opens: in a folder, one folder for each time it was published.

What is published is never written to again, so that whoever reads it needs no lock. A file ``current`` names it; only who holds
the lock of the cache (:mod:`index.backends.embedded.cache`) publishes. A process works on links of its own.
"""

import json
import os
import shutil
import tempfile
import zlib
from pathlib import Path

_MANIFEST, _CURRENT, _PRIVATE = "manifest.json", "current", "own"
_ATTEMPTS = 3


def publish(base: Path, folder: Path, name: str, stamp: str) -> None:
    """Put the base where others find it: whatever happens, they find this one or the one before."""
    place = folder / name
    place.mkdir()
    link_all(base, place)
    files = {file.name: _weigh(file) for file in place.iterdir()}
    (place / _MANIFEST).write_text(json.dumps({"stamp": stamp, "files": files}))
    before = _read_current(folder)
    pointer = folder / f"{_CURRENT}.part"
    pointer.write_text(name)
    pointer.rename(folder / _CURRENT)
    for other in folder.iterdir():
        if other.is_dir() and other.name not in (name, before) and not _is_somebodys(other.name):
            shutil.rmtree(other, ignore_errors=True)


def adopt(folder: Path) -> tuple[Path, str]:
    """Link what was published under a name of this process's own, so that it stays when another takes its place; and its stamp.

    Raises:
        ValueError: Nothing is there, or something is missing or altered.
    """
    for _ in range(_ATTEMPTS):
        place = folder / _read_current(folder)
        try:
            manifest = json.loads((place / _MANIFEST).read_text())
            altered = [name for name, weight in manifest["files"].items() if _weigh(place / name) != weight]
            if not altered:
                return link_all(place, make_private(folder)), str(manifest["stamp"])
        except FileNotFoundError:
            continue  # somebody published another one
        except (OSError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{place} is no index") from error
        raise ValueError(f"{place / altered[0]} was altered")
    raise ValueError(f"{folder} holds no index")


def read_stamp(folder: Path) -> str:
    """The stamp of what was published; empty where nothing is."""
    try:
        return str(json.loads((folder / _read_current(folder) / _MANIFEST).read_text())["stamp"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _read_current(folder: Path) -> str:
    try:
        return (folder / _CURRENT).read_text()
    except (OSError, ValueError):
        return "none"


def _is_somebodys(name: str) -> bool:
    """Whether it is the private base of a process that lives."""
    mark, _, number = name.partition("-")
    if mark != _PRIVATE:
        return False
    try:
        os.kill(int(number.partition("-")[0]), 0)
    except PermissionError:
        return True
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    return True


def link_all(folder: Path, place: Path) -> Path:
    """Give the files of an index a second name in the folder *place*, which is returned. Raises FileNotFoundError."""
    for file in folder.iterdir():
        if file.suffix != ".lock" and file.name != _MANIFEST:
            try:
                os.link(file, place / file.name)
            except FileNotFoundError:
                raise
            except OSError:  # another disk
                shutil.copyfile(file, place / file.name)
    return place


def _weigh(file: Path) -> list[int]:
    checksum = size = 0
    with file.open("rb") as stream:
        while part := stream.read(1 << 20):
            checksum, size = zlib.crc32(part, checksum), size + len(part)
    return [size, checksum]


def make_private(folder: Path) -> Path:
    """Make a folder that only this process writes to, beside what is published where that can be."""
    prefix = f"{_PRIVATE}-{os.getpid()}-"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    except OSError:  # nothing can be published from elsewhere, but searched it can be
        return Path(tempfile.mkdtemp(prefix=f"sankofa-{prefix}"))
