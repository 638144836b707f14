"""veraPDF, which checks PDF/UA: fetched once from Maven Central (32 MB) and kept in the user's cache; it needs mvn and Java."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

VERSION = "1.30.2"
_MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
_SECONDS = 900
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>sankofa</groupId><artifactId>verapdf</artifactId><version>1</version><dependencies><dependency>
<groupId>org.verapdf.apps</groupId><artifactId>cli</artifactId><version>{VERSION}</version>
</dependency></dependencies></project>"""


def find_faults(*pdfs: Path) -> str:
    """Return what veraPDF says against these files as PDF/UA-1; empty where all pass."""
    jars = f"{_fetch()}/*"
    command = ["java", "-cp", jars, _MAIN, "-f", "ua1", "--format", "text", "-v", *map(str, pdfs)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    passed = [line for line in done.stdout.splitlines() if line.startswith("PASS ")]
    return "" if len(passed) == len(pdfs) else done.stdout + done.stderr


def _fetch() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "sankofa" / f"verapdf-{VERSION}"
    if not folder.exists():
        if shutil.which("mvn") is None or shutil.which("java") is None:
            pytest.skip("needs veraPDF, which is fetched by mvn and run by Java (Debian: apt install maven)")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as scratch:
            Path(scratch, "pom.xml").write_text(_POM, "utf-8")
            command = ["mvn", "-q", "-B", _COPY, "-DoutputDirectory=jars"]
            done = subprocess.run(command, cwd=scratch, capture_output=True, timeout=_SECONDS, check=False)
            if done.returncode:
                pytest.skip(f"needs veraPDF, which Maven cannot fetch: {done.stdout.decode()[-500:]}")
            Path(scratch, "jars").rename(folder)
    return folder
