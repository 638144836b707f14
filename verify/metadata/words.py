"""The words in a picture by tesseract, when it is installed.

The program never sees the untrusted file: it gets a PNG of the bare pixels that Pillow decoded.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from verify.media import MediaLimits, open_image
from verify.metadata.fields import clean_text

PROGRAM = "tesseract"
LANGUAGES = ("fra", "ara", "eng")

MISSING = "words in the picture were not read: install tesseract with the languages fra, ara and eng"
"""What to say where `read_text` gives None."""

TIMEOUT_SECONDS = 20.0

_SMALLEST_SIDE, _LONGEST_SIDE = 900, 2400
"""Small print is enlarged and large pictures reduced; tesseract reads letters of 20 to 40 pixels best."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """The words, line by line, and the languages that were looked for; `note` says why there may be more."""

    text: str
    languages: tuple[str, ...]
    note: str = ""


def describe_text_reader() -> str:
    """By what the words in pictures are read here, or what to install."""
    program = shutil.which(PROGRAM)
    languages = _find_languages(program, TIMEOUT_SECONDS) if program else ()
    return f"words in pictures: read by tesseract in {', '.join(languages)}" if languages else MISSING


def read_text(
    path: Path, limits: MediaLimits | None = None, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> ReadText | None:
    """Read the words in a picture file; None where tesseract is not installed. Raises MediaRefusedError."""
    if shutil.which(PROGRAM) is None:
        return None
    return read_text_of(open_image(path, limits), timeout_seconds=timeout_seconds)


def read_text_of(image: Image.Image, *, timeout_seconds: float = TIMEOUT_SECONDS) -> ReadText | None:
    """Read the words in a picture at hand; None where tesseract is not installed."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    languages = _find_languages(program, timeout_seconds)
    if not languages:
        return ReadText("", (), "tesseract has none of the languages fra, ara and eng: install them")
    with tempfile.TemporaryDirectory(prefix="sankofa-") as folder:
        picture = Path(folder) / "picture.png"
        _scale(image.convert("L")).save(picture, compress_level=1)
        answer = _run([program, str(picture), "stdout", "-l", "+".join(languages)], timeout_seconds)
    if answer is None:
        return ReadText("", languages, f"tesseract was stopped after {timeout_seconds:g} s, or failed")
    missing = [language for language in LANGUAGES if language not in languages]
    note = f"tesseract has no language data for {', '.join(missing)}" if missing else ""
    return ReadText(_tidy(answer), languages, note)


def _find_languages(program: str, timeout_seconds: float) -> tuple[str, ...]:
    listed = (_run([program, "--list-langs"], timeout_seconds) or "").split()
    return tuple(language for language in LANGUAGES if language in listed)


def _run(command: list[str], timeout_seconds: float) -> str | None:
    """What the program prints; None where it fails or takes too long, and then it is killed."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_seconds,
            check=True,
            env=environment,
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout.decode("utf-8", "replace")


def _scale(image: Image.Image) -> Image.Image:
    factor = min(max(1.0, _SMALLEST_SIDE / min(image.size)), _LONGEST_SIDE / max(image.size))
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image if factor == 1 else image.resize(size, Image.Resampling.LANCZOS)


def _tidy(answer: str) -> str:
    lines = (" ".join(line.split()) for line in clean_text(answer).splitlines())
    return "\n".join(line for line in lines if line)
