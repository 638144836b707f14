"""What a child can be asked to do with its one file. Runs in the child only."""

import importlib
import json
import mmap
import os
import pkgutil
import resource
import socket
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import av
from PIL import Image

from verify.cuts import read_cuts
from verify.formats import CONTAINERS
from verify.media import MediaLimits, iter_frames, require_media_type
from verify.moments import read_moments
from verify.reading import read_medium
from verify.sandbox.answers import encode_cuts, encode_frames, encode_reading, encode_sound, encode_thumbnail
from verify.sandbox.opened import OpenedFile
from verify.sound import read_sound
from verify.thumbnails import build_thumbnail
from verify.video import read_video, spread

Task = Callable[[OpenedFile, Mapping[str, Any]], bytes]

# What decoders import only when a file asks for it: a confined process can import nothing any more.
_LATE_MODULES = (
    "PIL.AvifImagePlugin", "PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.JpegPresets",
    "PIL.MpoImagePlugin", "PIL.PngImagePlugin", "PIL.TiffImagePlugin", "PIL.WebPImagePlugin", "PIL.ImageChops",
    "PIL.ImageMath", "PIL.ImageOps", "PIL.ImagePalette", "PIL.ImageSequence", "PIL.ImageCms",
    "encodings.ascii", "encodings.cp1252", "encodings.idna", "encodings.latin_1", "encodings.utf_16",
    "encodings.utf_16_be", "encodings.utf_16_le", "encodings.utf_8_sig", "xml.etree.ElementTree", "c2pa",
)  # fmt: skip


def warm_up() -> None:
    """Import and run once whatever would otherwise be imported in a child."""
    for name in (*_LATE_MODULES, *(module.name for module in pkgutil.walk_packages(av.__path__, "av."))):
        if name.endswith("__main__"):
            continue
        with suppress(
            ImportError, OSError
        ):  # a Pillow without one of its plugins, or what is not installed for this system
            importlib.import_module(name)
    size = (320, 320)
    scene = Image.merge(
        "RGB", (Image.linear_gradient("L").resize(size), *(Image.radial_gradient("L").resize(size),) * 2)
    )
    exif = Image.Exif()
    exif[271] = "Sankofa"
    with tempfile.TemporaryFile() as file:
        scene.save(file, "JPEG", exif=exif, xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
        file.flush()
        read(OpenedFile.at(file.fileno()), {"limits": {}, "trust_anchors": "", "with_facts": True})
        thumbnail(OpenedFile.at(file.fileno()), {"limits": {}, "max_side": 64})


def read(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    """`verify.reading.read_medium`."""
    limits, anchors = MediaLimits(**options["limits"]), options["trust_anchors"]
    return encode_reading(read_medium(file, limits, trust_anchors=anchors, with_facts=options["with_facts"]))


def thumbnail(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    """`verify.thumbnails.build_thumbnail`."""
    limits = MediaLimits(**options["limits"])
    return encode_thumbnail(build_thumbnail(file, max_side=options["max_side"], limits=limits))


def frames(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    """The frames of a picture or the keyframes of a video."""
    limits, side = MediaLimits(**options["limits"]), options["least_side"]
    if require_media_type(file, limits) in CONTAINERS:
        return encode_frames(spread(read_video(file, limits, least_side=side).frames, options["most"]))
    return encode_frames(spread(tuple(iter_frames(file, limits, least_side=side)), options["most"]))


def sound(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    """`verify.sound.read_sound`."""
    return encode_sound(read_sound(file, MediaLimits(**options["limits"])))


def cuts(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    """`verify.cuts.read_cuts`."""
    return encode_cuts(read_cuts(file, MediaLimits(**options["limits"]), start=options["start"]))


def moments(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    """`verify.moments.read_moments`."""
    limits = MediaLimits(**options["limits"])
    return encode_frames(read_moments(file, options["at"], max_side=options["max_side"], limits=limits))


def probe(_: OpenedFile, options: Mapping[str, Any]) -> bytes:
    """Try what a child must not be able to do; JSON: what was tried, and whether it was refused."""
    memory = int(options["memory_bytes"])
    tried = {
        "files": _is_refused(lambda: os.open(options["program"], os.O_RDONLY)),
        "network": _is_refused(_connect),
        "processes": _is_refused(_fork),
        "memory": _is_refused(lambda: mmap.mmap(-1, memory + (64 << 20))),
        "cpu": resource.getrlimit(resource.RLIMIT_CPU)[0] != resource.RLIM_INFINITY,
        "writing": resource.getrlimit(resource.RLIMIT_FSIZE)[0] == 0,
        "seccomp": _is_filtered(),
    }
    return json.dumps(tried).encode()


def _is_refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, MemoryError):
        return True
    return False


def _is_filtered() -> bool:
    """Whether a call is refused that nobody else would refuse."""
    return _is_refused(lambda: os.getpgid(0))


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unsent:
        unsent.connect(("127.0.0.1", 9))  # for UDP this only asks for a way there; nothing is sent


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "read": read,
        "thumbnail": thumbnail,
        "frames": frames,
        "sound": sound,
        "cuts": cuts,
        "moments": moments,
        "probe": probe,
    }
)
