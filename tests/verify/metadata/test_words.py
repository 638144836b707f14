import os
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.verify.drawing import save
from verify.errors import MediaRefusedError
from verify.metadata.words import LANGUAGES, MISSING, read_text, read_text_of

needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


def draw_words() -> Image.Image:
    picture = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(picture).text((30, 60), "Communique 14 mars 2024", fill="black", font=ImageFont.load_default(56))
    return picture


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program of that name, which behaves as the script says, before all others."""
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_without_the_program_there_is_none_and_one_line_to_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_text(save(draw_words(), tmp_path / "a.png")) is None
    assert "\n" not in MISSING
    assert all(language in MISSING for language in LANGUAGES)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract (Debian: apt install tesseract-ocr)")
def test_words_and_numbers_are_read(tmp_path: Path) -> None:
    found = read_text(save(draw_words(), tmp_path / "a.png"))
    assert found is not None
    assert "14 mars 2024" in found.text


@needs_shell
def test_what_the_program_prints_is_tidied_and_cleaned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    languages = "printf 'List of available languages (3):\\nara\\neng\\nosd\\n'"
    words = "printf '  Gao   2024 \\n\\n\\342\\200\\256txt\\014'"
    install(tmp_path, monkeypatch, f'if [ "$1" = --list-langs ]; then {languages}; else {words}; fi')
    found = read_text_of(draw_words())
    assert found is not None
    assert (found.text, found.languages) == ("Gao 2024\ntxt", ("ara", "eng"))
    assert "fra" in found.note


@needs_shell
def test_the_program_gets_a_picture_of_our_own_and_the_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(
        tmp_path,
        monkeypatch,
        f'if [ "$1" = --list-langs ]; then printf "fra\\nara\\neng\\n"; '
        f'else cp "$1" {tmp_path}/seen.png; printf "%s" "$1 $2 $3 $4"; fi',
    )
    exif = Image.Exif()
    exif[271] = "Acme"
    path = save(draw_words(), tmp_path / "a.jpg", exif=exif)
    found = read_text(path)
    assert found is not None
    assert found.text.endswith("stdout -l fra+ara+eng")
    assert str(path) not in found.text
    with Image.open(tmp_path / "seen.png") as seen:
        assert (seen.format, seen.mode, seen.info.get("exif")) == ("PNG", "L", None)


@needs_shell
@pytest.mark.parametrize("behaviour", ["exec sleep 30", "exit 3"])
def test_a_program_that_hangs_or_fails_is_stopped_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    install(tmp_path, monkeypatch, f'if [ "$1" = --list-langs ]; then echo eng; else {behaviour}; fi')
    found = read_text_of(draw_words(), timeout_seconds=3)
    assert found is not None
    assert found.text == ""
    assert "stopped after 3 s" in found.note


@needs_shell
def test_a_program_without_our_languages_says_which_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "echo osd")
    found = read_text_of(draw_words())
    assert found is not None
    assert (found.text, found.languages) == ("", ())
    assert "fra, ara and eng" in found.note


@needs_shell
def test_what_is_no_picture_never_reaches_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, f"touch {tmp_path}/called")
    (tmp_path / "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n")
    with pytest.raises(MediaRefusedError):
        read_text(tmp_path / "a.png")
    assert not (tmp_path / "called").exists()
