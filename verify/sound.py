"""Is the sound of a video that of the known one? A fingerprint of it, and what became of it.

Ten times a second the loudness of neighbouring bands is compared with the moment before, one bit each, so that level, equaliser
and coding matter little (J. Haitsma and T. Kalker, A Highly Robust Audio Fingerprinting System, ISMIR 2002; bands and rates
are our own). Read only when two videos are compared, since every packet of sound has to be decoded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from numpy.fft import rfft  # NumPy imports it late, which a confined process may not

from verify.media import MediaLimits
from verify.timeline_alignment import Segment
from verify.video import open_video

SoundChange = Literal["none", "kept", "removed", "added", "replaced", "unknown"]
"""Of the suspect against the known video; "none" where neither has any, "unknown" where too little can be compared."""

HOP_SECONDS = 0.1

KEPT_ERROR = 0.3
"""Share of differing bits up to which the sound is the same, and beyond `REPLACED_ERROR` another.

Source: own drawn melodies of 7 s: coded again at 24 kbit/s with noise 0.08 to 0.11, another melody at its best shift
0.42 to 0.47 (tests/verify/test_sound.py draws them).
"""

REPLACED_ERROR = 0.4

_RATE = 8000
_HOP = int(_RATE * HOP_SECONDS)
_WINDOW = 4 * _HOP
_BANDS = 17
_BAND_HERTZ = (250.0, 3500.0)
_SILENCE = 1e-7  # mean square of samples in -1 to 1
_LEAST_MOMENTS = 20
_SHIFT_SECONDS = 1.2
_MOST_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Sound:
    """16 bits for each tenth of a second, and which moments are loud enough to be compared."""

    codes: npt.NDArray[np.uint16]
    is_loud: npt.NDArray[np.bool_]


def read_sound(path: Path, limits: MediaLimits | None = None) -> Sound | None:
    """The fingerprint of the first sound track, of half an hour at most; None without one. Raises MediaRefusedError."""
    with open_video(path, limits or MediaLimits()) as container:
        if not container.streams.audio:
            return None
        chunks = list(_iter_samples(container))
    samples = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.float32)
    return _fingerprint(samples)


def compare_sound(query: Sound | None, known: Sound | None, segments: Sequence[Segment]) -> SoundChange:
    """What became of the known sound along the stretches that the pictures share.

    Played faster or slower, the sound is not compared ("unknown").
    """
    if query is None or known is None:
        return "none" if query is known else "removed" if query is None else "added"
    errors, moments = 0.0, 0
    for segment in segments:
        if segment.speed is not None and abs(segment.speed - 1) <= 0.01:
            error, count = _compare_segment(query, known, segment)
            errors, moments = errors + error * count, moments + count
    if moments < _LEAST_MOMENTS:
        return _judge_silence(query, known)
    share = errors / moments
    return "kept" if share <= KEPT_ERROR else "replaced" if share >= REPLACED_ERROR else "unknown"


def _judge_silence(query: Sound, known: Sound) -> SoundChange:
    """Where there is too little to compare, a track of silence still is no sound."""
    loud = bool(query.is_loud.any()), bool(known.is_loud.any())
    return "none" if loud == (False, False) else "removed" if not loud[0] else "added" if not loud[1] else "unknown"


def _iter_samples(container: InputContainer) -> Iterator[npt.NDArray[np.float32]]:
    resampler = AudioResampler(format="flt", layout="mono", rate=_RATE)
    count = 0
    for packet in container.demux(container.streams.audio[0]):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            continue
        for frame in frames:
            for part in resampler.resample(frame):
                samples = part.to_ndarray()[0].astype(np.float32)
                count += len(samples)
                yield samples
        if count > _MOST_SECONDS * _RATE:
            return


def _fingerprint(samples: npt.NDArray[np.float32]) -> Sound:
    if len(samples) < _WINDOW + _HOP:
        return Sound(np.zeros(0, dtype=np.uint16), np.zeros(0, dtype=bool))
    loudness, levels = [], []
    window = np.hanning(_WINDOW).astype(np.float32)
    edges = np.geomspace(*_BAND_HERTZ, _BANDS + 1) * _WINDOW / _RATE
    for start in range(0, len(samples) - _WINDOW + 1, _HOP):
        part = samples[start : start + _WINDOW]
        power = np.abs(rfft(part * window)) ** 2
        loudness.append(np.add.reduceat(power, edges.astype(int))[:_BANDS])
        levels.append(float((part**2).mean()))
    bands = np.log(np.array(loudness) + 1e-9)
    slopes = bands[:, 1:] - bands[:, :-1]
    bits = np.diff(slopes, axis=0) > 0
    codes = (bits * (1 << np.arange(_BANDS - 1))).sum(axis=1).astype(np.uint16)
    return Sound(codes, np.array(levels[1:]) > _SILENCE)


def _compare_segment(query: Sound, known: Sound, segment: Segment) -> tuple[float, int]:
    """The least share of differing bits over small shifts, and over how many moments; time codes are not exact."""
    start, end = (int(value / HOP_SECONDS) for value in (segment.query_start, segment.query_end))
    offset = round((segment.known_start - segment.query_start) / HOP_SECONDS)
    reach = round(_SHIFT_SECONDS / HOP_SECONDS)
    best, best_count = 1.0, 0
    for shift in range(offset - reach, offset + reach + 1):
        first = max(start, -shift)
        last = min(end + 1, len(query.codes), len(known.codes) - shift)
        if last - first < _LEAST_MOMENTS:
            continue
        loud = query.is_loud[first:last] | known.is_loud[first + shift : last + shift]
        count = int(np.count_nonzero(loud))
        if count < _LEAST_MOMENTS:
            continue
        differing = np.bitwise_count(query.codes[first:last] ^ known.codes[first + shift : last + shift])[loud]
        error = float(differing.mean()) / (_BANDS - 1)
        if error < best:
            best, best_count = error, count
    return best, best_count
