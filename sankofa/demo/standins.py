"""Make the stand-in media of the case into a folder: originals first, then what was made of them, and the look-alikes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

from sankofa.demo.clips import FRAMES_PER_SECOND, alter_frames, read_frames, render_scenes, write_film
from sankofa.demo.errors import DemoCaseError
from sankofa.demo.record import StandIn
from sankofa.demo.stills import alter, encode_still, find_photographs, fit_still, open_part

_STILL_QUALITY = 92
_FILM_RATE_FACTOR = 23


def make_stand_ins(media: Sequence[StandIn], folder: Path) -> Mapping[str, Path]:
    """Write every medium of *media* into *folder* and return the files by key.

    The same media give the same bytes on the same machine and versions; what is there is written again.

    Raises:
        DemoPicturesMissingError: The photographs are not installed; says what to install.
        DemoCaseError: A medium says too little to be made.
    """
    find_photographs()
    folder.mkdir(parents=True, exist_ok=True)
    originals = {medium.key: medium for medium in media}
    files: dict[str, Path] = {}
    for medium in sorted(media, key=lambda medium: medium.of is not None):
        path = folder / medium.file
        if medium.kind == "image":
            path.write_bytes(_make_still(medium, files))
        else:
            _make_film(medium, originals, files, path)
        files[medium.key] = path
    return files


def _make_still(medium: StandIn, files: Mapping[str, Path]) -> bytes:
    image = _open_source(medium, files)
    for change in medium.changes:
        image = alter(image, change)
    return encode_still(image, medium.compression or _STILL_QUALITY)


def _open_source(medium: StandIn, files: Mapping[str, Path]) -> Image.Image:
    if medium.of is not None and medium.at_seconds is not None:
        return list(read_frames(files[medium.of]))[round(medium.at_seconds * FRAMES_PER_SECOND)]
    if medium.of is not None:
        with Image.open(files[medium.of]) as image:
            return image.convert("RGB")
    if medium.photo is None or medium.box is None:
        raise DemoCaseError(f"{medium.key} needs a photo and a box, or what it is made of")
    return open_part(medium.photo, medium.box, fit_still(medium.box))


def _make_film(medium: StandIn, originals: Mapping[str, StandIn], files: Mapping[str, Path], path: Path) -> None:
    rate_factor = medium.compression or _FILM_RATE_FACTOR
    if medium.of is None:
        write_film(path, render_scenes(medium.scenes), sound_hertz=medium.sound_hertz, rate_factor=rate_factor)
        return
    muted = any(change.op == "mute" for change in medium.changes)
    frames = alter_frames(read_frames(files[medium.of]), medium.changes)
    sound_hertz = 0 if muted else originals[medium.of].sound_hertz
    write_film(path, frames, sound_hertz=sound_hertz, rate_factor=rate_factor)
