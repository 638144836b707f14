"""Are clips found again after what is done to clips, and when? ``python -m bench video --pictures FOLDER`` prints JSON.

Known clips are made of slow pans over photographs, cut hard one after the other, and each is altered in nine ways; clips
over other photographs, altered alike, must not be found. "hashes" is what the fingerprints of keyframes find;
"hashes and features" also looks into each keyframe by local features (needs OpenCV). A time code is right when the
stretch that :func:`verify.timeline_alignment.align_timelines` gives lies within a second of the truth at both ends.
The cost is that of reading a clip and hashing its frames in eight symmetries, over that of decoding the same keyframes.
"""

import argparse
import importlib
import importlib.util
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

import av  # noqa: E402
import numpy as np  # noqa: E402
from av.video.stream import VideoStream  # noqa: E402
from PIL import Image, ImageDraw, ImageFont, ImageOps  # noqa: E402

from bench._intervals import bound_share  # noqa: E402
from bench._pictures import list_pictures  # noqa: E402
from verify.description import MediaDescription, describe_media  # noqa: E402
from verify.evidence import MediaEvidence, compare  # noqa: E402
from verify.hashing.pdq import PDQ  # noqa: E402
from verify.timeline_alignment import align_timelines  # noqa: E402
from verify.video import read_video  # noqa: E402

RATE = 10
SHOT_SECONDS = 3.0
RIGHT_SECONDS = 1.0

_Change = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Alteration:
    """What is done to every frame, which part of the clip is taken, how fast it is played, how it is coded."""

    change: _Change = lambda image: image
    part: tuple[float, float] = (0.0, 1.0)
    speed: float = 1.0
    quality: int = 26
    every: int | None = None  # seconds between keyframes; None lets the encoder choose


def _crop(share: float) -> _Change:
    def crop(image: Image.Image) -> Image.Image:
        across, down = (round(side * (1 - (1 - share) ** 0.5) / 2) for side in image.size)
        return image.crop((across, down, image.width - across, image.height - down))

    return crop


def _letterbox(image: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (image.width, image.height * 4 // 3))
    canvas.paste(image, (0, image.height // 6))
    return canvas


def _caption(image: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (image.width, image.height * 6 // 5), "white")
    canvas.paste(image, (0, canvas.height - image.height))
    font = ImageFont.load_default(image.height // 12)
    ImageDraw.Draw(canvas).text((10, image.height // 20), "REGARDEZ avant la censure", fill="black", font=font)
    return canvas


ALTERATIONS: Mapping[str, Alteration] = {
    "re-encoded": Alteration(quality=36),
    "half size": Alteration(lambda image: image.resize((image.width // 2, image.height // 2)), quality=30),
    "other keyframes": Alteration(every=2),
    "cropped by 10 %": Alteration(_crop(0.10)),
    "mirrored": Alteration(ImageOps.mirror),
    "letterboxed": Alteration(_letterbox),
    "captioned": Alteration(_caption),
    "cut": Alteration(part=(0.3, 0.8)),
    "sped up by half": Alteration(speed=1.5),
}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True, help="a folder of photographs")
    parser.add_argument("--clips", type=int, default=8, help="known clips")
    parser.add_argument("--foreign", type=int, default=4, help="clips that nobody knows")
    parser.add_argument("--shots", type=int, default=4, help="photographs in a clip")
    parser.add_argument("--width", type=int, default=480)
    parser.add_argument("--no-features", action="store_true")
    options = parser.parse_args()
    paths = list_pictures(options.pictures, "report")
    needed = (options.clips + options.foreign) * options.shots
    if len(paths) < needed:
        parser.error(f"{needed} pictures are needed, {options.pictures} has {len(paths)} to report on")
    groups = [paths[i : i + options.shots] for i in range(0, needed, options.shots)]
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-") as folder:
        print(json.dumps(_measure(groups, Path(folder), options), indent=2))


def _measure(groups: Sequence[Sequence[Path]], folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    finder = Finder(with_features=not options.no_features and importlib.util.find_spec("cv2") is not None)
    for number, group in enumerate(groups[: options.clips]):
        finder.add(str(number), _write_clip(folder / "known.mp4", group, Alteration(), options.width))
    tallies = {name: _ask_all(finder, groups, name, folder, options) for name in ALTERATIONS}
    asked = sum(tally["asked"] for tally in tallies.values())
    stages = ["hashes", *(["hashes and features"] if finder.with_features else [])]
    cost = _measure_cost(_write_clip(folder / "cost.mp4", groups[0], Alteration(every=1), 1280))
    return {
        "known_clips": options.clips,
        "foreign_clips": options.foreign,
        "all": {stage: _sum_up(stage, tallies, asked) for stage in stages},
        "by_alteration": tallies,
        "cost_over_decoding_keyframes": cost,
    }


def _sum_up(stage: str, tallies: Mapping[str, Any], asked: int) -> dict[str, Any]:
    found = sum(tally[stage]["found"] for tally in tallies.values())
    timed = sum(tally[stage]["times_right"] for tally in tallies.values())
    return {
        "recall": round(found / asked, 4),
        "interval_95": [round(bound, 4) for bound in bound_share(found, asked)],
        "wrong": sum(tally[stage]["wrong"] for tally in tallies.values()),
        "times_right_of_found": round(timed / found, 4) if found else None,
    }


def _ask_all(
    finder: "Finder", groups: Sequence[Sequence[Path]], name: str, folder: Path, options: argparse.Namespace
) -> dict[str, Any]:
    stages: dict[str, Counter[str]] = {"hashes": Counter(found=0, wrong=0, times_right=0)}
    if finder.with_features:
        stages["hashes and features"] = Counter(found=0, wrong=0, times_right=0)
    alteration = ALTERATIONS[name]
    for number, group in enumerate(groups):
        path = _write_clip(folder / "asked.mp4", group, alteration, options.width)
        for stage, answers in finder.ask(path).items():
            evidence = answers.pop(str(number), None)
            stages[stage]["wrong"] += len(answers)
            if evidence is not None:
                seconds = len(group) * SHOT_SECONDS
                stages[stage]["found"] += 1
                stages[stage]["times_right"] += _are_times_right(evidence, alteration, seconds)
    return {"asked": options.clips, **{stage: dict(counts) for stage, counts in stages.items()}}


Meetings = Sequence[tuple[float | None, float | None]]


def _are_times_right(meetings: Meetings, alteration: Alteration, seconds: float) -> bool:
    """Whether there is a stretch, and none is off by over a second at either end."""
    segments = align_timelines(meetings)
    begin = alteration.part[0] * seconds
    ends = [(s.query_start, s.known_start) for s in segments] + [(s.query_end, s.known_end) for s in segments]
    errors = [abs(begin + alteration.speed * query - known) for query, known in ends]
    return bool(errors) and max(errors) <= RIGHT_SECONDS


class Finder:
    """The known clips, and who asks for them."""

    def __init__(self, *, with_features: bool) -> None:
        self.with_features = with_features
        self._known: dict[str, MediaDescription] = {}
        self._frames = importlib.import_module("bench._video_frames").FrameFinder() if with_features else None

    def add(self, name: str, path: Path) -> None:
        """Remember a clip."""
        self._known[name] = describe_media(path)
        if self._frames is not None:
            self._frames.add(name, read_video(path).frames)

    def ask(self, path: Path) -> dict[str, dict[str, Meetings]]:
        """By stage: which known clips are found, and where they meet."""
        probes = describe_media(path).probes
        compared: dict[str, MediaEvidence | None] = {
            name: compare(probes, known.fingerprints) for name, known in self._known.items()
        }
        by_hash: dict[str, Meetings] = {name: e.time_codes for name, e in compared.items() if e is not None}
        if self._frames is None:
            return {"hashes": by_hash}
        joined: dict[str, list[tuple[float | None, float | None]]] = {n: list(m) for n, m in by_hash.items()}
        for name, meeting in self._frames.ask(read_video(path).frames):
            joined.setdefault(name, []).append(meeting)
        return {"hashes": by_hash, "hashes and features": dict(joined)}


def _write_clip(path: Path, pictures: Sequence[Path], alteration: Alteration, width: int) -> Path:
    frames = list(_iter_pans(pictures, width, width * 9 // 16))
    first, last = (round(share * len(frames)) for share in alteration.part)
    places = np.arange(first, last, alteration.speed).astype(int)
    options = {"crf": str(alteration.quality), "preset": "veryfast"}
    if alteration.every is not None:
        options |= {"g": str(alteration.every * RATE), "sc_threshold": "0"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options=options)
        assert isinstance(stream, VideoStream)  # noqa: S101 - for the type checker
        stream.pix_fmt = "yuv420p"
        shown = alteration.change(frames[0])
        stream.width, stream.height = shown.width // 2 * 2, shown.height // 2 * 2
        for place in places.tolist():
            image = alteration.change(frames[place]).crop((0, 0, stream.width, stream.height))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")))
        container.mux(stream.encode(None))
    return path


def _iter_pans(pictures: Sequence[Path], width: int, height: int) -> Iterator[Image.Image]:
    """Over each picture the view moves by a twentieth of its width while it is shown."""
    for picture in pictures:
        with Image.open(picture) as opened:
            fitted = ImageOps.fit(opened.convert("RGB"), (width * 21 // 20, height), Image.Resampling.LANCZOS)
        for step in range(round(SHOT_SECONDS * RATE)):
            left = (fitted.width - width) * step // round(SHOT_SECONDS * RATE)
            yield fitted.crop((left, 0, left + width, height))


def _measure_cost(path: Path) -> dict[str, float]:
    plain = min(_time(_decode_keyframes, path) for _ in range(5))
    hashed = min(_time(_read_and_hash, path) for _ in range(5))
    described = min(_time(describe_media, path) for _ in range(2))
    return {
        "decode_ms": round(1000 * plain, 1),
        "read_and_hash": round(hashed / plain, 2),
        "whole_description": round(described / plain, 2),
    }


def _time(run: Callable[[Path], object], path: Path) -> float:
    start = process_time()
    run(path)
    return process_time() - start


def _decode_keyframes(path: Path) -> int:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        return sum(1 for _ in container.decode(stream))


def _read_and_hash(path: Path) -> int:
    return sum(len(PDQ.compute_symmetries(frame.image)) for frame in read_video(path, least_side=256).frames)


if __name__ == "__main__":
    main()
