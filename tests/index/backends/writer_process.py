"""Run as a program: another process at one store. Prints one line when it is ready, and one for each acknowledged record.

``writer_process.py PATH add FIRST COUNT [TOGETHER]``: add posts, COUNT of them (0: until killed), TOGETHER in a call.
``writer_process.py PATH revise COUNT``: count a shared number up, COUNT times.
``writer_process.py PATH hold``: begin to write and never finish.
"""

import os
import sys
from itertools import count, islice

from index.backends.embedded import EmbeddedStore, open_embedded
from index.errors import RevisionConflictError
from index.model import Post, Serial


def build_post(number: int) -> Post:
    return Post(
        id=f"P-{number:06d}",
        platform="x",
        native_id=str(number),
        url=f"https://x.example/{number}",
        author="nomade",
        text=f"Les tunnels de Kidal, {number}",
        language="fr",
    )


def say(line: object) -> None:
    print(line, flush=True)  # noqa: T201 - what the parent reads


def add(store: EmbeddedStore, first: int, how_many: int, together: int) -> None:
    numbers = count(first) if how_many == 0 else iter(range(first, first + how_many))
    while group := list(islice(numbers, together)):
        store.add([build_post(number) for number in group])
        say(" ".join(f"P-{number:06d}" for number in group))


def revise(store: EmbeddedStore, how_many: int) -> None:
    done = 0
    while done < how_many:
        known = store.get_many(Serial, ["S"]).get("S", Serial(id="S", last=0))
        try:
            store.revise(
                Serial(id="S", last=known.last + 1, reason=f"{os.getpid()}-{done}"), expected_revision=known.revision
            )
        except RevisionConflictError:
            continue
        done += 1
        say(done)


def hold(store: EmbeddedStore) -> None:
    def wait(_: object) -> None:
        say("holding")
        sys.stdin.read()

    store._writer.run(wait)


def main(path: str, action: str, *numbers: str) -> None:
    store = open_embedded(path)
    say("ready")
    match action:
        case "add":
            first, how_many, together = (*map(int, numbers), 1)[:3]
            add(store, first, how_many, together)
        case "revise":
            revise(store, int(numbers[0]))
        case "hold":
            hold(store)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
