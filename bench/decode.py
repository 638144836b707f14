"""Files a second through the sandbox, beside the same in this process, and how each file ended. Deaths must be 0.

``python -m bench decode`` makes its own malformed media by mutation; ``--files FOLDER`` takes any folder instead.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench._mutants import write_mutants
from verify.errors import MediaRefusedError
from verify.sandbox import Decoder, InProcessDecoder, MediaDecoder


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, help="a folder of any files; nothing is mutated")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--skip-in-process", action="store_true", help="for files that may end this process")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-decode-") as folder:
        if options.files is None:
            write_mutants(Path(folder), options.count, options.seed)
        files = sorted(path for path in (options.files or Path(folder)).rglob("*") if path.is_file())
        print(json.dumps(_measure(files, options), indent=2))


def _measure(files: list[Path], options: argparse.Namespace) -> dict[str, object]:
    figures: dict[str, object] = {"files": len(files), "seed": None if options.files else options.seed}
    before = _cpu_seconds()
    with Decoder() as decoder:
        figures["protection"] = decoder.describe_protection()
        first = decoder.server_pid
        sandbox, ended = _run(decoder, files, options.threads)
        figures["deaths_of_the_service"] = int(decoder.server_pid != first)
    figures["sandbox"] = sandbox | {"cpu_seconds": round(_cpu_seconds() - before, 2)}
    if not options.skip_in_process:
        before = _cpu_seconds()
        alone, ended_alone = _run(InProcessDecoder(), files, options.threads)
        figures["in_process"] = alone | {"cpu_seconds": round(_cpu_seconds() - before, 2)}
        pairs = zip(files, ended, ended_alone, strict=True)
        figures["other_outcome"] = [[path.name, one, other] for path, one, other in pairs if one != other][:20]
    return figures


def _run(decoder: MediaDecoder, files: list[Path], threads: int) -> tuple[dict[str, object], list[str]]:
    seconds: list[float] = []
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        outcomes = list(pool.map(lambda path: _timed(lambda: _describe(decoder, path), seconds), files))
    wall = time.perf_counter() - started
    return {
        "files_per_second": round(len(files) / wall, 1),
        "slowest_file_seconds": round(max(seconds, default=0.0), 3),
        "outcomes": dict(sorted(Counter(outcomes).items())),
    }, outcomes


def _describe(decoder: MediaDecoder, path: Path) -> str:
    try:
        decoder.read(path)
    except MediaRefusedError as refusal:
        return refusal.reason
    return "opened"


def _timed(act: Callable[[], str], seconds: list[float]) -> str:
    started = time.perf_counter()
    try:
        return act()
    finally:
        seconds.append(time.perf_counter() - started)


def _cpu_seconds() -> float:
    """Processor time of this process and of all its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
