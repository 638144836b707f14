"""Which files a person means by a path."""

import os
from collections.abc import Iterator
from pathlib import Path


def iter_files(path: Path) -> Iterator[tuple[Path, str]]:
    """Walk *path* to the bottom: every regular file with the name by which it is shown, sorted; links are not followed.

    A path that is no folder, and a folder that cannot be read, is yielded as it is, so that whoever opens it says why not.
    """
    if not path.is_dir():
        yield path, str(path)
        return
    closed: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=closed.append):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if file.is_file() and not file.is_symlink():
                yield file, str(file)
    for error in closed:
        yield Path(error.filename), str(error.filename)
