"""Which files a person means by a path, and which of them are not opened."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class GivenFile(NamedTuple):
    """A file under the name by which it is shown; *refusal* says why it is not opened, empty for one that is."""

    path: Path
    name: str
    refusal: str = ""


def iter_given(inputs: Iterable[str], on_empty: Callable[[str], None]) -> Iterator[GivenFile]:
    """Walk all *inputs* in their order; a folder without any file is told by *on_empty*."""
    for given in inputs:
        files = iter_files(given)
        first = next(files, None)
        if first is None:
            on_empty(given)
        else:
            yield first
            yield from files


def iter_files(given: str) -> Iterator[GivenFile]:
    """Walk a path to the bottom, in order of names; whatever lies there is answered for.

    Links below a folder are not followed, and neither they nor pipes, sockets and devices are opened. A path that is no folder
    is yielded as it is, so that whoever opens it says why not.
    """
    if not os.path.isdir(given):  # noqa: PTH112 - a folder that may not be entered raises in pathlib
        yield GivenFile(Path(given), given)
        return
    waiting = [given.rstrip("/")]
    while waiting:
        name = waiting.pop()
        try:
            below = sorted(Path(f"{name}/").iterdir())
        except OSError as error:
            yield GivenFile(Path(name), name, _say_unreadable(error))
            continue
        shown = {path: f"{name}/{path.name}" for path in below}
        folders = list(filter(_is_real_folder, below))
        waiting += [shown.pop(folder) for folder in reversed(folders)]
        yield from (GivenFile(path, name, refuse(path, follow_links=False)) for path, name in shown.items())


def refuse(path: Path, *, follow_links: bool = True) -> str:
    """Say why there is no regular file at *path*, which is not opened; empty where there is one."""
    try:
        mode = path.stat(follow_symlinks=follow_links).st_mode
    except OSError as error:
        return _say_unreadable(error)
    if stat.S_ISLNK(mode):
        return "a link; links are not followed: give the file that it leads to"
    return "" if stat.S_ISREG(mode) else "no regular file: save it first, and give that file"


def _is_real_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _say_unreadable(error: OSError) -> str:
    return f"cannot be read: {error.strerror}"
