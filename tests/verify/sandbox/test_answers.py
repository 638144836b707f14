"""What comes back is read as what anybody could have written."""

import struct
from dataclasses import replace
from io import BytesIO
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from verify.cuts import Cuts
from verify.description import ENGINE, MediaDescription
from verify.errors import MediaRefusedError
from verify.hashing.base import Fingerprint, Region
from verify.media import Frame
from verify.metadata import FileFacts
from verify.reading import Reading
from verify.sandbox.answers import (
    AnswerError,
    decode_cuts,
    decode_frames,
    decode_reading,
    decode_sound,
    decode_thumbnail,
    encode_cuts,
    encode_frames,
    encode_reading,
    encode_sound,
    encode_thumbnail,
    read_answer,
    write_refusal,
)
from verify.sound import Sound
from verify.thumbnails import Thumbnail

PRINT = Fingerprint("pdq", "00ff", 80, "identity", Region(0.1, 0.2, 0.3, 0.4), 2, 1.5, 0.25)
"""Every field filled."""


VIDEO = MediaDescription(ENGINE, "video", "video/mp4", 640, 480, 2.5, True, (PRINT,), (PRINT, PRINT), ())
STILL = Frame(Image.new("RGB", (3, 2), (1, 2, 3)), 640, 480)
FACTS = FileFacts(exif=(("Make", "Acme"),), position=(12.5, -8.0), notes=("a note",))


def describe(engine: str = ENGINE, code: str = "00ff") -> bytes:
    found = encode_reading(Reading(replace(VIDEO, engine=engine), None, FACTS))
    return found.replace(b"00ff", code.encode())


@pytest.mark.parametrize("still", [STILL, None])
def test_a_reading_comes_back_as_it_was(still: Frame | None) -> None:
    description = replace(VIDEO, kind="image" if still else "video", jpeg_quality=40)
    back = decode_reading(encode_reading(Reading(description, still, FACTS)))
    assert (back.description, back.facts) == (description, FACTS)
    assert (back.still and back.still.image.tobytes()) == (still and still.image.tobytes())


@pytest.mark.parametrize(("kind", "still"), [("image", None), ("video", STILL), ("image", replace(STILL, width=9))])
def test_a_reading_whose_parts_do_not_belong_together_is_none(
    kind: Literal["image", "video"], still: Frame | None
) -> None:
    with pytest.raises(AnswerError):
        decode_reading(encode_reading(Reading(replace(VIDEO, kind=kind), still, FACTS)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"{}",
        b"\xff\xfe",
        describe(engine="another"),
        describe(code="not hexadecimal"),
        describe().replace(b"640", b'"640"'),
        describe().replace(b'"video"', b'"program"'),
        describe().replace(b'"jpeg_quality":null', b'"jpeg_quality":9000'),
        describe().replace(b"12.5", b"999."),
    ],
)
def test_a_description_that_lies_about_its_form_is_none(content: bytes) -> None:
    with pytest.raises(AnswerError):
        decode_reading(content)


def test_a_thumbnail_that_is_no_jpeg_is_none() -> None:
    good = encode_thumbnail(Thumbnail(b"\xff\xd8\xff\xe0", 3, 2))

    assert decode_thumbnail(good) == Thumbnail(b"\xff\xd8\xff\xe0", 3, 2)
    for bad in (good.replace(b"\xff\xd8", b"<s"), good.replace(b"[3,2]", b"[0,2]"), b"", b"\xff" * 9):
        with pytest.raises(AnswerError):
            decode_thumbnail(bad)


def test_frames_come_back_with_their_pixels_and_places() -> None:
    frames = [Frame(Image.new("RGB", (3, 2), (seed, 1, 2)), 30, 20, seed, seed / 2) for seed in range(3)]
    found = decode_frames(encode_frames(frames))

    assert [(f.image.tobytes(), f.width, f.height, f.index, f.at_seconds) for f in found] == [
        (f.image.tobytes(), f.width, f.height, f.index, f.at_seconds) for f in frames
    ]


def test_frames_whose_pixels_do_not_fit_are_none() -> None:
    good = encode_frames([Frame(Image.new("RGB", (3, 2)), 30, 20)])
    for bad in (good[:-1], good + b"\0", good.replace(b"3,2", b"9,9"), good[:3], struct.pack("!I", 1 << 31)):
        with pytest.raises(AnswerError):
            decode_frames(bad)


def test_a_refusal_comes_back_as_it_was_but_not_endlessly() -> None:
    out = BytesIO()
    write_refusal(out, MediaRefusedError("damaged", "x" * 10_000))

    with pytest.raises(MediaRefusedError) as caught:
        read_answer(out.getvalue())
    assert (caught.value.reason, caught.value.message) == ("damaged", "x" * 500)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_give_anything_but_a_value_a_refusal_or_an_error(answer: bytes) -> None:
    for decode in (read_answer, decode_reading, decode_thumbnail, decode_frames):
        try:
            decode(answer)
        except (AnswerError, MediaRefusedError):
            continue


def test_cuts_come_back_as_they_were() -> None:
    for cuts in (Cuts(0.0, 4.3, (1.3, 3.5)), Cuts(2.0, 2.0, ())):
        assert decode_cuts(encode_cuts(cuts)) == cuts


@pytest.mark.parametrize(
    "cuts", [Cuts(0.0, 4.0, (3.0, 1.0)), Cuts(0.0, 4.0, (9.0,)), Cuts(0.0, float("inf"), ()), Cuts(2.0, 1.0, ())]
)
def test_cuts_out_of_order_are_no_answer(cuts: Cuts) -> None:
    with pytest.raises(AnswerError):
        decode_cuts(encode_cuts(cuts))


def test_a_sound_comes_back_as_it_was() -> None:
    sound = Sound(np.array([0, 1, 65535], dtype=np.uint16), np.array([True, False, True]))
    back = decode_sound(encode_sound(sound))
    assert back is not None
    assert (back.codes.tolist(), back.is_loud.tolist()) == ([0, 1, 65535], [True, False, True])
    assert decode_sound(encode_sound(None)) is None


@pytest.mark.parametrize("cut", [slice(None, -1), slice(None, 3), slice(0, 0)])
def test_a_sound_whose_moments_are_missing_is_no_answer(cut: slice) -> None:
    content = encode_sound(Sound(np.zeros(2, dtype=np.uint16), np.zeros(2, dtype=bool)))
    with pytest.raises(AnswerError):
        decode_sound(content[cut])
