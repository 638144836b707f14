"""Everything the desk needs to know of one medium, from one decode: what it is, and its fingerprints."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PIL import Image

from verify.formats import CONTAINERS
from verify.hashing import HASHERS
from verify.hashing.base import Fingerprint, Region, place
from verify.hashing.symmetry import IDENTITY
from verify.jpeg import estimate_jpeg_quality
from verify.media import Frame, MediaLimits, iter_frames, require_media_type
from verify.regions import MAXIMUM_REGIONS, crop_region, find_regions
from verify.video import find_steady_bars, read_video

ENGINE = "sankofa-media-2"
"""Version of how fingerprints are made. Those of another version must be made again before comparing."""

WORKING_SIDE = 512
"""Pictures are averaged down to this shorter side before they are hashed; PDQ needs 256 to be stable."""

_STILL_SIDE = 720
"""The shorter side at which stills are decoded at least: local features are looked for in the same pixels."""

_LONGEST_SIDE = 2048  # strips longer than four to one must not cost more than other pictures
_WITNESSES = ("phash", "dhash")
_VIDEO_REGIONS = 3


@dataclass(frozen=True, slots=True)
class MediaDescription:
    """Facts about one medium. Width and height are those of the upright picture.

    `fingerprints`: whole frames, every hash type, and of a video with bars also what lies between these (the bank of
    known media). `seen_fingerprints`: whole
    frames and the parts that may be the picture itself, PDQ and its witnesses (the bank of everything
    collected). `probes`: the same in all eight symmetries (what is asked of the bank of known media). `jpeg_quality` is
    that of the last saving, 1 to 100; None for other formats and where its table is like none of libjpeg's.
    """

    engine: str
    kind: Literal["image", "video"]
    media_type: str
    width: int
    height: int
    duration_seconds: float | None
    has_audio: bool | None
    fingerprints: tuple[Fingerprint, ...]
    seen_fingerprints: tuple[Fingerprint, ...]
    probes: tuple[Fingerprint, ...]
    jpeg_quality: int | None = None


def describe_media(path: Path, limits: MediaLimits | None = None) -> MediaDescription:
    """Describe a picture or a video. Raises MediaRefusedError for what is neither, damaged or too much."""
    return describe_with_still(path, limits)[0]


def describe_with_still(path: Path, limits: MediaLimits | None = None) -> tuple[MediaDescription, Frame | None]:
    """As `describe_media`, with the first frame of a picture, its shorter side 720 pixels at least where the file's is."""
    limits = limits or MediaLimits()
    media_type = require_media_type(path, limits)
    if media_type in CONTAINERS:
        reading = read_video(path, limits, least_side=WORKING_SIDE // 2)
        return _describe("video", media_type, reading.frames, reading.duration_seconds, reading.has_audio), None
    frames = tuple(iter_frames(path, limits, least_side=_STILL_SIDE))
    quality = estimate_jpeg_quality(path) if media_type == "image/jpeg" else None
    return replace(_describe("image", media_type, frames, None, None), jpeg_quality=quality), frames[0]


def _describe(
    kind: Literal["image", "video"],
    media_type: str,
    frames: tuple[Frame, ...],
    duration_seconds: float | None,
    has_audio: bool | None,
) -> MediaDescription:
    probes: list[Fingerprint] = []
    known: list[Fingerprint] = []
    most_regions = MAXIMUM_REGIONS if len(frames) == 1 else _VIDEO_REGIONS
    inside_bars = find_steady_bars([frame.image for frame in frames]) if kind == "video" else None
    for frame in frames:
        working = _shrink(frame.image)
        asked = list(_probe(working, frame, most_regions, inside_bars))
        probes.extend(asked)
        known.extend(_known(working, frame, asked))
        known.extend(p for p in asked if inside_bars and p.region == inside_bars and p.symmetry == IDENTITY)
    return MediaDescription(
        engine=ENGINE,
        kind=kind,
        media_type=media_type,
        width=frames[0].width,
        height=frames[0].height,
        duration_seconds=duration_seconds,
        has_audio=has_audio,
        fingerprints=tuple(known),
        seen_fingerprints=tuple(p for p in probes if p.symmetry == IDENTITY),
        probes=tuple(probes),
    )


def _shrink(image: Image.Image) -> Image.Image:
    scale = min(WORKING_SIDE / min(image.size), _LONGEST_SIDE / max(image.size))
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _probe(working: Image.Image, frame: Frame, most_regions: int, inside_bars: Region | None) -> Iterator[Fingerprint]:
    """PDQ and its witnesses of the whole frame and of its parts, in all symmetries."""
    grey = working.convert("L")
    parts = dict.fromkeys((None, inside_bars, *find_regions(working, most_regions)))
    for region in parts:
        part = crop_region(grey, region)
        for name in ("pdq", *_WITNESSES):
            for fingerprint in HASHERS[name].compute_symmetries(part):
                yield place(fingerprint, region, frame.index, frame.at_seconds)


def _known(working: Image.Image, frame: Frame, asked: list[Fingerprint]) -> Iterator[Fingerprint]:
    """The whole frame as it stands, in every hash type; what was computed already is not computed again."""
    done = {p.algorithm: p for p in asked if p.region is None and p.symmetry == IDENTITY}
    for name, hasher in HASHERS.items():
        yield done.get(name) or place(hasher.compute(working), None, frame.index, frame.at_seconds)
