"""Known pictures inside others; here what words read in them change."""

from io import BytesIO

import pytest
from PIL import Image

from tests.verify.agreement.pairs import draw_letter
from verify.evidence import MediaEvidence
from verify.features import describe_known
from verify.media import Frame
from verify.recognition import KnownPicture, look_at, recognise
from verify.rules import GEOMETRY

pytest.importorskip("cv2", reason="OpenCV, the extra vision, is not installed")

TEXT = "The mayor of Tessalit met 14 delegates on 3 November and spoke of water"


def ask(read: str | None, kept: str | None) -> tuple[MediaEvidence | None, list[str]]:
    """The answer for a letter asked about itself, and how often its words were read."""
    letter, asked = draw_letter(1), []

    def read_text() -> str | None:
        asked.append("read")
        return read

    def open_known() -> KnownPicture:
        output = BytesIO()
        small = letter.convert("RGB")
        small.thumbnail((448, 448), Image.Resampling.LANCZOS)
        small.save(output, "JPEG", quality=82)
        return KnownPicture(output.getvalue(), letter.size, kept)

    look = look_at(Frame(letter, letter.width, letter.height, 0, None), read_text=read_text)
    return recognise(look, describe_known(letter), False, open_known), asked


def test_a_letter_with_the_same_words_is_the_same() -> None:
    evidence, _ = ask(TEXT, TEXT)
    assert evidence is not None
    assert (evidence.rule, evidence.text) == (GEOMETRY, "agrees")


def test_a_letter_with_one_other_digit_is_not_the_same() -> None:
    evidence, _ = ask(TEXT.replace("14", "41"), TEXT)
    assert evidence is not None
    assert (evidence.is_match, evidence.is_confident, evidence.text) == (False, False, "differs")


@pytest.mark.parametrize(("read", "kept"), [(None, TEXT), (TEXT, None), (" ", "")])
def test_a_letter_whose_words_nobody_read_is_not_called_the_same(read: str | None, kept: str | None) -> None:
    evidence, _ = ask(read, kept)
    assert evidence is not None
    assert (evidence.is_match, evidence.text) == (False, "not-compared")
    assert evidence.agreeing


def test_words_are_read_only_when_there_are_some_to_compare_with() -> None:
    assert ask(TEXT, None)[1] == []
