"""Which Java runs Elasticsearch here."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.elasticsearch.errors import PartMissingError

LEAST = 21
_VERSION = re.compile(r'^JAVA_VERSION="(\d+)', re.MULTILINE)
_FOLDERS = ("/usr/lib/jvm", "/opt", "/Library/Java/JavaVirtualMachines")


def find_java_home() -> Path:
    """Return the folder of the JDK that ES_JAVA_HOME names, or else of the newest, if it can run Elasticsearch.

    Raises:
        PartMissingError: There is none.
    """
    versions = {home: version for home in _iter_homes() if (version := _read_version(home)) >= LEAST}
    if not versions:
        raise PartMissingError(
            f"a JDK of version {LEAST} or newer (Debian 13: apt install openjdk-21-jre-headless; elsewhere install one"
            " and name its folder in ES_JAVA_HOME)"
        )
    return max(versions, key=lambda home: (str(home) == os.environ.get("ES_JAVA_HOME"), versions[home]))


def _iter_homes() -> Iterator[Path]:
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        if named := os.environ.get(name):
            yield Path(named)
    if found := shutil.which("java"):
        yield Path(found).resolve().parent.parent
    for folder in _FOLDERS:
        for release in (*Path(folder).glob("*/release"), *Path(folder).glob("*/Contents/Home/release")):
            yield release.parent


def _read_version(home: Path) -> int:
    """The major version that a JDK's own file names; 0 where there is none."""
    try:
        found = _VERSION.search((home / "release").read_text("utf-8"))
    except OSError:
        return 0
    return int(found[1]) if found and (home / "bin" / "java").exists() else 0
