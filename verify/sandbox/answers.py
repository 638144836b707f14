"""How an answer travels from the child: one byte for its kind, then plain data. Nothing of it is ever executed.

Values are checked here as what anybody could have written: whoever takes over a child can lie in an answer, and can
do nothing else with it.
"""

import json
import math
import struct
from collections.abc import Sequence
from typing import IO

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, TypeAdapter, ValidationError

from verify.cuts import Cuts
from verify.description import ENGINE, MediaDescription
from verify.errors import MediaRefusedError
from verify.media import Frame
from verify.metadata.facts import FileFacts
from verify.reading import Reading
from verify.sound import Sound
from verify.thumbnails import Thumbnail

_VALUE, _REFUSAL, _FAILURE = b"V", b"R", b"F"
_LENGTH = struct.Struct("!I")
_MESSAGE_CHARACTERS = 500
_JPEG = b"\xff\xd8\xff"


class AnswerError(Exception):
    """What came back is no answer: the child broke off, or it lies."""


class _Described(BaseModel):
    """Around the description, so that bytes anywhere in it travel as base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", strict=True)
    value: MediaDescription


class _Said(BaseModel):
    """Around what a file says of itself; what it calls bytes it never holds."""

    model_config = ConfigDict(strict=True)
    value: FileFacts


_REFUSED = TypeAdapter(tuple[str, str])
_MOMENTS = TypeAdapter(NonNegativeInt | None)
_CUTS = TypeAdapter(tuple[float, float, tuple[float, ...]])
_SIZE = TypeAdapter(tuple[PositiveInt, PositiveInt])
_FRAMES = TypeAdapter(
    list[tuple[PositiveInt, PositiveInt, PositiveInt, PositiveInt, NonNegativeInt, float | None]],
)


def write_value(out: IO[bytes], value: bytes) -> None:
    """Send what a task returned."""
    out.write(_VALUE)
    out.write(value)


def write_refusal(out: IO[bytes], refusal: MediaRefusedError) -> None:
    """Send why a file was refused."""
    out.write(_REFUSAL + json.dumps([refusal.reason, refusal.message]).encode())


def write_failure(out: IO[bytes], error: Exception) -> None:
    """Send which error nobody foresaw."""
    out.write(_FAILURE + f"{type(error).__name__}: {error}".encode("utf-8", "replace"))


def read_answer(answer: bytes) -> bytes:
    """The bytes of a value. Raises MediaRefusedError as the child did, AnswerError for what is neither."""
    kind, content = answer[:1], answer[1:]
    if kind == _VALUE:
        return content
    if kind == _REFUSAL:
        try:
            reason, message = _REFUSED.validate_json(content)
        except ValidationError as error:
            raise AnswerError("a refusal that cannot be read") from error
        raise MediaRefusedError(reason[:_MESSAGE_CHARACTERS], message[:_MESSAGE_CHARACTERS])
    if kind == _FAILURE:
        said = content[:_MESSAGE_CHARACTERS].decode("utf-8", "replace")
        raise AnswerError("".join(letter if letter.isprintable() else " " for letter in said))
    raise AnswerError("no answer")


def encode_reading(reading: Reading) -> bytes:
    """Write description and facts as JSON, then the still as `encode_frames` does."""
    described = _Described.model_construct(value=reading.description).model_dump_json().encode()
    said = _Said.model_construct(value=reading.facts).model_dump_json().encode()
    return _join(described, _join(said, encode_frames([reading.still] if reading.still else [])))


def decode_reading(content: bytes) -> Reading:
    """Read it back. Raises AnswerError where a field is not what it must be, or the parts do not belong together."""
    described, rest = _split(content)
    said, pixels = _split(rest)
    description, frames = _decode_description(described), decode_frames(pixels)
    if len(frames) != (description.kind == "image"):
        raise AnswerError("a picture without pixels, or a video that is a still")
    still = frames[0] if frames else None
    if still and (still.width, still.height) != (description.width, description.height):
        raise AnswerError("a still of another size than the picture")
    return Reading(description, still, _decode_facts(said))


def _decode_description(content: bytes) -> MediaDescription:
    try:
        description = _Described.model_validate_json(content).value
    except ValidationError as error:
        raise AnswerError("a description that cannot be read") from error
    if description.engine != ENGINE:
        raise AnswerError("a description of another engine")
    if description.jpeg_quality not in (None, *range(1, 101)):
        raise AnswerError("a quality that no JPEG has")
    return description


def _decode_facts(content: bytes) -> FileFacts:
    try:
        facts = _Said.model_validate_json(content).value
    except ValidationError as error:
        raise AnswerError("facts that cannot be read") from error
    if facts.position is not None and not all(-180 <= degrees <= 180 for degrees in facts.position):
        raise AnswerError("a position that is nowhere")
    return facts


def encode_thumbnail(thumbnail: Thumbnail) -> bytes:
    """Write the size as JSON, then the JPEG."""
    return _join(_SIZE.dump_json((thumbnail.width, thumbnail.height)), thumbnail.content)


def decode_thumbnail(content: bytes) -> Thumbnail:
    """Read it back. Raises AnswerError where it is no JPEG by its first bytes."""
    head, jpeg = _split(content)
    if not jpeg.startswith(_JPEG):
        raise AnswerError("a thumbnail that is no JPEG")
    try:
        width, height = _SIZE.validate_json(head)
    except ValidationError as error:
        raise AnswerError("a thumbnail without a size") from error
    return Thumbnail(jpeg, width, height)


def encode_frames(frames: Sequence[Frame]) -> bytes:
    """Write sizes and time codes as JSON, then the bare pixels of all frames."""
    rows = [(*f.image.size, f.width, f.height, f.index, f.at_seconds) for f in frames]
    return _join(_FRAMES.dump_json(rows), b"".join(frame.image.tobytes() for frame in frames))


def decode_frames(content: bytes) -> tuple[Frame, ...]:
    """Read them back. Raises AnswerError where pixels are missing or left over."""
    head, pixels = _split(content)
    try:
        rows = _FRAMES.validate_json(head)
    except ValidationError as error:
        raise AnswerError("frames that cannot be read") from error
    if sum(3 * row[0] * row[1] for row in rows) != len(pixels):
        raise AnswerError("frames whose pixels do not fit their sizes")
    frames, start = [], 0
    for across, down, width, height, index, at_seconds in rows:
        end = start + 3 * across * down
        image = Image.frombytes("RGB", (across, down), pixels[start:end])
        frames.append(Frame(image, width, height, index, at_seconds))
        start = end
    return tuple(frames)


def encode_cuts(cuts: Cuts) -> bytes:
    """Write start, end and times as JSON."""
    return _join(_CUTS.dump_json((cuts.start, cuts.end, cuts.times)), b"")


def decode_cuts(content: bytes) -> Cuts:
    """Read them back. Raises AnswerError where they are not seconds in order."""
    try:
        cuts = Cuts(*_CUTS.validate_json(_split(content)[0]))
    except ValidationError as error:
        raise AnswerError("cuts that cannot be read") from error
    in_order = (cuts.start, *cuts.times, cuts.end)
    if not all(math.isfinite(at) for at in in_order) or list(in_order) != sorted(in_order):
        raise AnswerError("cuts that are not in order")
    return cuts


def encode_sound(sound: Sound | None) -> bytes:
    """Write how many moments as JSON, then two bytes of bits for each and one that says whether it is loud."""
    if sound is None:
        return _join(_MOMENTS.dump_json(None), b"")
    codes, loud = sound.codes.astype("<u2").tobytes(), sound.is_loud.astype(np.uint8).tobytes()
    return _join(_MOMENTS.dump_json(len(sound.codes)), codes + loud)


def decode_sound(content: bytes) -> Sound | None:
    """Read it back. Raises AnswerError where moments are missing or left over."""
    head, body = _split(content)
    try:
        moments = _MOMENTS.validate_json(head)
    except ValidationError as error:
        raise AnswerError("a sound that cannot be read") from error
    if len(body) != 3 * (moments or 0):
        raise AnswerError("a sound whose moments do not fit their number")
    if moments is None:
        return None
    codes = np.frombuffer(body, dtype="<u2", count=moments).astype(np.uint16)
    return Sound(codes, np.frombuffer(body, dtype=np.uint8, offset=2 * moments) != 0)


def _join(head: bytes, body: bytes) -> bytes:
    return _LENGTH.pack(len(head)) + head + body


def _split(content: bytes) -> tuple[bytes, bytes]:
    if len(content) < _LENGTH.size:
        raise AnswerError("an answer without a head")
    (length,) = _LENGTH.unpack_from(content)
    start = _LENGTH.size + length
    return content[_LENGTH.size : start], content[start:]
