"""What the log costs in a file: appending, verifying all of it, proving one entry. In CPU seconds, since other work may run.

``python -m bench log --entries 1000000``
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from index.backends.embedded import open_embedded
from index.log.entries import Entry, read_entry
from index.log.folder import draw_origin
from index.log.hashes import Hashes
from index.log.keys import make_signer
from index.log.notes import Checkpoint, open_checkpoint, sign_checkpoint
from index.log.tree import compute_root, hash_leaf, is_consistent, is_included
from index.store import Store, iter_log

_PROOFS = 200
_PARSED = 100_000


def main() -> None:
    """Fill a store with entries in batches and print what each costs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.db"
        with closing(open_embedded(file)) as store:
            print(json.dumps(measure(store, Path(folder), options.entries, options.batch), indent=2))


def measure(store: Store, folder: Path, count: int, size: int) -> dict[str, Any]:
    """Measure everything on a store that is empty."""
    entries = _iter_entries(count)
    build_seconds = append_seconds = 0.0
    while True:
        seconds, batch = _time(lambda: [entry.encode() for entry in islice(entries, size)])
        build_seconds += seconds
        if not batch:
            break
        append_seconds += _time(lambda batch=batch: store.append_log(batch))[0]
    read_seconds, (read, root) = _time(lambda: compute_root(iter_log(store)))
    signer = make_signer(draw_origin())
    note = sign_checkpoint(Checkpoint(signer.name, read, root), [signer])
    sign_seconds, checkpoint = _time(lambda: open_checkpoint(note, [signer.public]))
    parse_seconds, _ = _time(lambda: [read_entry(text) for text in islice(iter_log(store), _PARSED)])
    return {
        "entries": read,
        "bytes_an_entry": round(store.describe().size_bytes / read),
        "append_microseconds": round(append_seconds / count * 1e6, 2),
        "build_microseconds": round(build_seconds / count * 1e6, 2),
        "verify_seconds": round(read_seconds + sign_seconds, 2),
        "parse_microseconds": round(parse_seconds / min(count, _PARSED) * 1e6, 2),
        **_measure_proofs(store, folder / "blocks", checkpoint),
    }


def _measure_proofs(store: Store, file: Path, checkpoint: Checkpoint) -> dict[str, Any]:
    """Prove entries drawn at random, and earlier sizes, each also in a process that remembers nothing but the file of blocks."""
    size = checkpoint.size
    first_seconds, _ = _time(lambda: Hashes(store, file).prove_inclusion(size // 3, size))
    reopened_seconds, hashes = _time(lambda: _prove_first(store, file, size))
    draw = random.Random(1)
    inclusion, consistency = list[float](), list[float]()
    for number in (draw.randrange(size) for _ in range(_PROOFS)):
        seconds, proof = _time(lambda number=number: hashes.prove_inclusion(number, size))
        (entry,) = store.read_log(number, 1)
        _require(is_included(hash_leaf(entry), number, size, proof, checkpoint.root))
        inclusion.append(seconds)
        seconds, proof = _time(lambda number=number: hashes.prove_consistency(number + 1, size))
        before = hashes.get_root(number + 1)
        _require(is_consistent(number + 1, size, proof, before, checkpoint.root))
        consistency.append(seconds)
    return {
        "inclusion_milliseconds": _say(inclusion),
        "consistency_milliseconds": _say(consistency),
        "first_proof_of_a_process_milliseconds": round(reopened_seconds * 1e3, 2),
        "first_proof_ever_seconds": round(first_seconds, 2),
    }


def _prove_first(store: Store, file: Path, size: int) -> Hashes:
    hashes = Hashes(store, file)
    hashes.prove_inclusion(size // 2, size)
    return hashes


def _iter_entries(count: int) -> Iterator[Entry]:
    draw = random.Random(7)
    at = datetime(2023, 11, 14, tzinfo=UTC)
    for number in range(count):
        yield Entry(
            act="approve",
            actor="awa.diarra",
            at=at,
            kind="verdict",
            subject=f"V-2023-{number // 3:04d}",
            revision=number % 3 + 1,
            digest=draw.randbytes(32).hex(),
        )


def _time(call: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of the process, all threads, and the answer."""
    begun = time.process_time()
    answer = call()
    return time.process_time() - begun, answer


def _say(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median": round(ordered[len(ordered) // 2] * 1e3, 3),
        "p95": round(ordered[len(ordered) * 95 // 100] * 1e3, 3),
    }


def _require(is_right: bool) -> None:
    if not is_right:
        raise SystemExit("a proof does not hold")


if __name__ == "__main__":
    main()
