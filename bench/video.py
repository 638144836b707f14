"""Are clips found again after what is done to clips, and when? ``python -m bench video --pictures FOLDER`` prints JSON.

Known clips are made of slow pans over photographs, two to five seconds each, cut hard one after the other. A desk in memory
keeps and checks them as it would for a person (:mod:`bench._desk`). Each clip is altered in fourteen ways; a still of it,
cropped and written over, is asked for too; clips over known stills are asked for these. Clips over other photographs, altered
alike, must not be found. A time code is right when every stretch lies within a second of the truth at both ends; that of
a still when it lies in the right shot. The cost is that of reading a clip and hashing its frames in eight symmetries, over
that of decoding the same keyframes.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

import av  # noqa: E402

from bench._clips import (  # noqa: E402
    ALTERATIONS,
    SHOT_SECONDS,
    Alteration,
    Script,
    draw_script,
    write_clip,
    write_still,
)
from bench._desk import check, make_known, open_bench_desk  # noqa: E402
from bench._intervals import bound_share  # noqa: E402
from bench._pictures import list_pictures  # noqa: E402
from sankofa.desk import Desk  # noqa: E402
from sankofa.workflows.check import CheckResult  # noqa: E402
from verify.description import describe_media  # noqa: E402
from verify.evidence import MediaEvidence  # noqa: E402
from verify.hashing.pdq import PDQ  # noqa: E402
from verify.video import read_video  # noqa: E402

RIGHT_SECONDS = 1.0
STILL_OF_CLIP, CLIP_OF_STILLS = "a still of it, cropped by 40 %, words over", "a clip over known stills, mirrored"

_Judge = Callable[[MediaEvidence], bool]


@dataclass
class Tally:
    """Counts of one alteration; `wrong` counts suggestions, `wrong_sure` those that claim more than a hash."""

    asked: int = 0
    found: int = 0
    found_sure: int = 0
    times_right: int = 0
    foreign: int = 0
    wrong: int = 0
    wrong_sure: int = 0
    missed: list[int] = field(default_factory=list)
    off: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, number: int, result: CheckResult, expected: Mapping[str, _Judge]) -> None:
        """Count one answer: by known medium, how its evidence is to be judged."""
        found = {match.item.id: match.evidence for match in result.matches}
        for media_id, is_right in expected.items():
            evidence = found.pop(media_id, None)
            self.asked += 1
            if evidence is None:
                self.missed.append(number)
                continue
            self.found += 1
            self.found_sure += evidence.is_confident
            right = is_right(evidence)
            self.times_right += right
            self.off.extend([] if right else [number])
        self.foreign += not expected
        self.wrong += len(found)
        self.wrong_sure += sum(evidence is None or evidence.is_confident for evidence in found.values())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True, help="a folder of photographs")
    parser.add_argument("--clips", type=int, default=8, help="known clips")
    parser.add_argument("--foreign", type=int, default=4, help="clips that nobody knows")
    parser.add_argument("--stills", type=int, default=8, help="known stills")
    parser.add_argument("--shots", type=int, default=4, help="photographs in a clip")
    parser.add_argument("--shot-seconds", type=float, nargs=2, default=SHOT_SECONDS, metavar=("FROM", "TO"))
    parser.add_argument("--pan", type=float, default=1.05, help="width that is seen of each picture, over the view's")
    parser.add_argument("--width", type=int, default=480)
    parser.add_argument("--only", action="append", choices=[*ALTERATIONS, STILL_OF_CLIP, CLIP_OF_STILLS])
    options = parser.parse_args()
    paths = list_pictures(options.pictures, "report")
    needed = (options.clips + options.foreign) * options.shots + options.stills
    if len(paths) < needed:
        parser.error(f"{needed} pictures are needed, {options.pictures} has {len(paths)} to report on")
    stills, rest = paths[: options.stills], paths[options.stills : needed]
    groups = [rest[i : i + options.shots] for i in range(0, len(rest), options.shots)]
    scripts = [draw_script(group, seed, tuple(options.shot_seconds), options.pan) for seed, group in enumerate(groups)]
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-") as folder, open_bench_desk() as desk:
        print(json.dumps(_measure(desk, scripts, stills, Path(folder), options), indent=2))


def _measure(
    desk: Desk, scripts: Sequence[Script], stills: Sequence[Path], folder: Path, options: argparse.Namespace
) -> dict[str, Any]:
    cost = _measure_cost(write_clip(folder / "cost.mp4", scripts[0], Alteration(every=1), 1280))
    begun = process_time()
    clips = [
        make_known(desk, write_clip(folder / f"known-{number}.mp4", script, Alteration(), options.width))
        for number, script in enumerate(scripts[: options.clips])
    ]
    keeping = (process_time() - begun) / max(1, len(clips))
    known_stills = [make_known(desk, path) for path in stills]
    bench = Bench(desk, scripts, clips, folder, options.width)
    rows = {name: bench.ask_clips(name) for name in ALTERATIONS if not options.only or name in options.only}
    if not options.only or STILL_OF_CLIP in options.only:
        rows[STILL_OF_CLIP] = bench.ask_stills()
    if not options.only or CLIP_OF_STILLS in options.only:
        rows[CLIP_OF_STILLS] = bench.ask_clips_of(stills, known_stills)
    return {
        "known_clips": len(clips),
        "known_stills": len(stills),
        "foreign_clips": options.foreign,
        "all": _sum_up(list(rows.values())),
        "cpu_seconds_to_write_and_keep_a_clip": round(keeping, 2),
        "by_alteration": {name: _shape(tally) for name, tally in rows.items()},
        "cost_over_decoding_keyframes": cost,
    }


@dataclass(frozen=True)
class Bench:
    """A desk that knows the first of the clips, and asks for all."""

    desk: Desk
    scripts: Sequence[Script]
    clips: Sequence[str]
    folder: Path
    width: int

    def ask_clips(self, name: str) -> Tally:
        """Every clip altered in this way."""
        alteration, tally = ALTERATIONS[name], Tally()
        for number, script in enumerate(self.scripts):
            path = write_clip(self.folder / "asked.mp4", script, alteration, self.width)
            self._ask(number, path, tally, dict(self._expect(number, lambda e, s=script: _are_right(e, alteration, s))))
        _tell(name, tally)
        return tally

    def ask_stills(self) -> Tally:
        """A still of every clip."""
        tally = Tally()
        for number, script in enumerate(self.scripts):
            at = round(0.4 * script.duration, 1)
            path = write_still(self.folder / "asked.jpg", script, at, self.width)
            shot = script.find_shot(at)
            self._ask(number, path, tally, dict(self._expect(number, lambda e, s=shot: _is_in_shot(e, s))))
        _tell(STILL_OF_CLIP, tally)
        return tally

    def ask_clips_of(self, stills: Sequence[Path], known: Sequence[str]) -> Tally:
        """Clips over two known stills each; a time code says which frame shows which still."""
        tally = Tally()
        for number in range(0, len(stills) - 1, 2):
            script = draw_script(stills[number : number + 2], 1000 + number)
            path = write_clip(self.folder / "asked.mp4", script, ALTERATIONS["mirrored"], self.width)
            shots = [(0.0, script.seconds[0]), (script.seconds[0], script.duration)]
            expected = {
                media_id: lambda e, s=shot: all(s[0] - 0.1 <= (query or 0) <= s[1] for query, _ in e.time_codes)
                for media_id, shot in zip(known[number : number + 2], shots, strict=True)
            }
            self._ask(number, path, tally, expected)
        _tell(CLIP_OF_STILLS, tally)
        return tally

    def _ask(self, number: int, path: Path, tally: Tally, expected: Mapping[str, _Judge]) -> None:
        begun = process_time()
        result = check(self.desk, path)
        tally.seconds.append(process_time() - begun)
        tally.add(number, result, expected)

    def _expect(self, number: int, judge: _Judge) -> Iterator[tuple[str, _Judge]]:
        if number < len(self.clips):
            yield self.clips[number], judge


def _are_right(evidence: MediaEvidence, alteration: Alteration, script: Script) -> bool:
    """Whether there is a stretch, and none is off by over a second at either end."""
    begin = alteration.part[0] * script.duration
    ends = [(s.query_start, s.known_start) for s in evidence.segments]
    ends += [(s.query_end, s.known_end) for s in evidence.segments]
    errors = [abs(begin + alteration.speed * query - known) for query, known in ends]
    return bool(errors) and max(errors) <= RIGHT_SECONDS


def _is_in_shot(evidence: MediaEvidence, shot: tuple[float, float]) -> bool:
    return any(known is not None and shot[0] - 0.1 <= known < shot[1] for _, known in evidence.time_codes)


def _sum_up(rows: Sequence[Tally]) -> dict[str, Any]:
    asked, found = sum(row.asked for row in rows), sum(row.found for row in rows)
    seconds = [one for row in rows for one in row.seconds]
    return {
        "asked": asked,
        "recall": round(found / asked, 4),
        "interval_95": [round(bound, 4) for bound in bound_share(found, asked)],
        "recall_sure": round(sum(row.found_sure for row in rows) / asked, 4),
        "worst_row": min(round(row.found / row.asked, 4) for row in rows),
        "wrong": sum(row.wrong for row in rows),
        "wrong_sure": sum(row.wrong_sure for row in rows),
        "foreign_asked": sum(row.foreign for row in rows),
        "times_right_of_found": round(sum(row.times_right for row in rows) / found, 4) if found else None,
        "cpu_seconds_of_a_check": round(median(seconds), 2),
    }


def _shape(row: Tally) -> dict[str, Any]:
    counts = {
        name: getattr(row, name) for name in ("asked", "found", "found_sure", "times_right", "wrong", "wrong_sure")
    }
    return {**counts, "cpu_seconds": round(median(row.seconds), 2), "missed": row.missed, "times_off": row.off}


def _tell(name: str, tally: Tally) -> None:
    print(
        f"{name}: {tally.found} of {tally.asked}, {tally.times_right} times right, {tally.wrong} wrong", file=sys.stderr
    )


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
