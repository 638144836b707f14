"""The decoder: what the desk asks to read a file that nobody trusts, or for its thumbnail or frames."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from verify.cuts import Cuts, read_cuts
from verify.errors import MediaRefusedError
from verify.formats import CONTAINERS
from verify.media import Frame, MediaLimits, iter_frames, require_media_type
from verify.moments import read_moments
from verify.reading import Reading, note_unread, read_medium
from verify.sandbox.answers import (
    AnswerError,
    decode_cuts,
    decode_frames,
    decode_reading,
    decode_sound,
    decode_thumbnail,
)
from verify.sandbox.limits import SandboxLimits
from verify.sandbox.pool import SandboxPool, broke_off
from verify.sandbox.process import Work
from verify.sandbox.protection import describe_protection
from verify.sound import Sound, read_sound
from verify.thumbnails import Thumbnail, build_thumbnail
from verify.video import read_video, spread

THUMBNAIL_SIDE = 480
FRAME_SIDE = 512

_ENDED = ("crashed", "too-expensive", "needs-too-much-memory")
"""Why a child was ended, whatever it was doing."""

_Value = TypeVar("_Value")


class MediaDecoder(Protocol):
    """Opens untrusted files. Every method raises MediaRefusedError for a file that is refused."""

    def read(self, path: Path, media_limits: MediaLimits | None = None) -> Reading:
        """As `verify.reading.read_medium`; trusted are the signers that were so at the start."""

    def thumbnail(
        self, path: Path, max_side: int = THUMBNAIL_SIDE, media_limits: MediaLimits | None = None
    ) -> Thumbnail:
        """As `verify.thumbnails.build_thumbnail`."""

    def frames(
        self,
        path: Path,
        media_limits: MediaLimits | None = None,
        *,
        least_side: int = FRAME_SIDE,
        most: int | None = None,
    ) -> tuple[Frame, ...]:
        """The pixels of a picture or of a video's keyframes, as `iter_frames` and `read_video` give them.

        Not more than `most`, evenly spread over all.
        """

    def sound(self, path: Path, media_limits: MediaLimits | None = None) -> Sound | None:
        """As `verify.sound.read_sound`."""

    def cuts(self, path: Path, media_limits: MediaLimits | None = None, *, start: float = 0.0) -> Cuts:
        """As `verify.cuts.read_cuts`."""

    def moments(
        self, path: Path, at: Sequence[float | None], max_side: int, media_limits: MediaLimits | None = None
    ) -> tuple[Frame, ...]:
        """As `verify.moments.read_moments`."""

    def describe_protection(self) -> tuple[str, ...]:
        """Which limits hold on this system, one sentence each; those that do not hold are named too."""

    def close(self) -> None:
        """End what was started; closing twice is harmless."""


class Decoder:
    """Opens each file in a process of its own (see `verify.sandbox`). Starts at its first file; any thread may use it.

    `trust_anchors` are the certificates (PEM) of those whose content credentials are trusted, at most 128 KiB.
    """

    def __init__(
        self, limits: SandboxLimits | None = None, *, workers: int | None = None, trust_anchors: str = ""
    ) -> None:
        self._trust_anchors = trust_anchors
        self._limits = limits or SandboxLimits()
        self._pool = SandboxPool(self._limits, workers=workers)

    def read(self, path: Path, media_limits: MediaLimits | None = None) -> Reading:
        try:
            return self._read(path, media_limits, with_facts=True)
        except MediaRefusedError as error:
            if error.reason not in _ENDED:
                raise
            # Perhaps its facts did it: nobody shall hide a picture behind them.
            return replace(self._read(path, media_limits, with_facts=False), facts=note_unread(error))

    def _read(self, path: Path, media_limits: MediaLimits | None, *, with_facts: bool) -> Reading:
        anchors = self._trust_anchors
        return self._run("read", path, media_limits, decode_reading, trust_anchors=anchors, with_facts=with_facts)

    def thumbnail(
        self, path: Path, max_side: int = THUMBNAIL_SIDE, media_limits: MediaLimits | None = None
    ) -> Thumbnail:
        return self._run("thumbnail", path, media_limits, decode_thumbnail, max_side=max_side)

    def frames(
        self,
        path: Path,
        media_limits: MediaLimits | None = None,
        *,
        least_side: int = FRAME_SIDE,
        most: int | None = None,
    ) -> tuple[Frame, ...]:
        return self._run("frames", path, media_limits, decode_frames, least_side=least_side, most=most)

    def sound(self, path: Path, media_limits: MediaLimits | None = None) -> Sound | None:
        return self._run("sound", path, media_limits, decode_sound)

    def cuts(self, path: Path, media_limits: MediaLimits | None = None, *, start: float = 0.0) -> Cuts:
        return self._run("cuts", path, media_limits, decode_cuts, start=start)

    def moments(
        self, path: Path, at: Sequence[float | None], max_side: int, media_limits: MediaLimits | None = None
    ) -> tuple[Frame, ...]:
        frames = self._run("moments", path, media_limits, decode_frames, at=list(at), max_side=max_side)
        if len(frames) != len(at):
            raise broke_off("frames are missing")
        return frames

    def describe_protection(self) -> tuple[str, ...]:
        return describe_protection(self._pool)

    @property
    def server_pid(self) -> int:
        """The process that forks the children; starts it."""
        return self._pool.server_pid

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(
        self,
        task: str,
        path: Path,
        media_limits: MediaLimits | None,
        decode: Callable[[bytes], _Value],
        **options: Any,
    ) -> _Value:
        limits = media_limits or MediaLimits()
        is_video = require_media_type(path, limits) in CONTAINERS
        seconds = self._limits.video_cpu_seconds if is_video else self._limits.cpu_seconds
        with _open_regular(path) as file:
            answer = self._pool.run(Work(task, {"limits": asdict(limits), **options}, seconds), file)
        try:
            return decode(answer)
        except AnswerError as error:
            raise broke_off(str(error)) from error


class InProcessDecoder:
    """Opens files in this process, without protection: for files of one's own making."""

    def read(self, path: Path, media_limits: MediaLimits | None = None) -> Reading:
        return read_medium(path, media_limits)

    def thumbnail(
        self, path: Path, max_side: int = THUMBNAIL_SIDE, media_limits: MediaLimits | None = None
    ) -> Thumbnail:
        return build_thumbnail(path, max_side=max_side, limits=media_limits)

    def frames(
        self,
        path: Path,
        media_limits: MediaLimits | None = None,
        *,
        least_side: int = FRAME_SIDE,
        most: int | None = None,
    ) -> tuple[Frame, ...]:
        limits = media_limits or MediaLimits()
        if require_media_type(path, limits) in CONTAINERS:
            return spread(read_video(path, limits, least_side=least_side).frames, most)
        return spread(tuple(iter_frames(path, limits, least_side=least_side)), most)

    def sound(self, path: Path, media_limits: MediaLimits | None = None) -> Sound | None:
        return read_sound(path, media_limits)

    def cuts(self, path: Path, media_limits: MediaLimits | None = None, *, start: float = 0.0) -> Cuts:
        return read_cuts(path, media_limits, start=start)

    def moments(
        self, path: Path, at: Sequence[float | None], max_side: int, media_limits: MediaLimits | None = None
    ) -> tuple[Frame, ...]:
        return read_moments(path, at, max_side=max_side, limits=media_limits)

    def describe_protection(self) -> tuple[str, ...]:
        return ("none: files are opened in this very process",)

    def close(self) -> None:
        """Nothing was started."""


@contextmanager
def _open_regular(path: Path) -> Iterator[int]:
    """Open for reading what is a regular file, also when it was exchanged for a pipe a moment ago."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        what = error.strerror or "it cannot be opened"
        raise MediaRefusedError("unreadable", f"the file cannot be read ({what}): check its permissions") from error
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise MediaRefusedError("unreadable", "this is not a regular file: give a picture or a video")
        yield file
    finally:
        os.close(file)
