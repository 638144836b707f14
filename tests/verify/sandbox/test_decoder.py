"""What comes out of the sandbox is what this process would have found, and every bad file is an outcome with a reason."""

import os
import resource
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from bench._mutants import build_seeds, iter_mutants
from tests.verify.drawing import draw_scene, save, write_video
from tests.verify.sandbox.bombs import build_scan_bomb
from tests.verify.test_sound import make_voice, write_sound
from verify.errors import MediaRefusedError, SandboxError
from verify.media import Frame, MediaLimits
from verify.sandbox import Decoder, InProcessDecoder, MediaDecoder, SandboxLimits
from verify.sandbox.pool import SandboxPool

HERE = InProcessDecoder()
COSTLY = {"too-expensive", "needs-too-much-memory"}  # what this process would go on with


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as opened:
        yield opened


def describe_outcome(decoder: MediaDecoder, path: Path) -> str:
    try:
        decoder.read(path)
    except MediaRefusedError as refusal:
        return refusal.reason
    return "opened"


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "avif", "bmp", "mp4", "webm"])
def test_every_format_gives_what_this_process_finds(decoder: Decoder, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix in ("mp4", "webm"):
        write_video(path, [draw_scene(1), draw_scene(2)], codec="libx264" if suffix == "mp4" else "libvpx")
    else:
        save(draw_scene(1), path)

    assert decoder.read(path).description == HERE.read(path).description
    assert _list_pixels(decoder.read(path).still) == _list_pixels(HERE.read(path).still)
    assert decoder.thumbnail(path, 100) == HERE.thumbnail(path, 100)
    (there,), (here,) = decoder.moments(path, [0.5], 100), HERE.moments(path, [0.5], 100)
    assert (there.image.tobytes(), there.at_seconds) == (here.image.tobytes(), here.at_seconds)
    away, near = decoder.frames(path, least_side=128), HERE.frames(path, least_side=128)
    assert [frame.image.tobytes() for frame in away] == [frame.image.tobytes() for frame in near]
    assert [(f.width, f.height, f.index, f.at_seconds) for f in away] == [
        (f.width, f.height, f.index, f.at_seconds) for f in near
    ]


def _list_pixels(still: Frame | None) -> tuple[bytes, int, int] | None:
    return (still.image.tobytes(), still.width, still.height) if still else None


def test_what_ends_the_child_at_its_facts_hides_no_picture(decoder: Decoder, tmp_path: Path) -> None:
    path = save(draw_scene(1), tmp_path / "a.jpg")
    with Decoder() as breaking:
        breaking._pool = SandboxPool(SandboxLimits(), tasks="tests.verify.sandbox.breaking_facts")
        reading = breaking.read(path)
    assert reading.description == decoder.read(path).description
    assert reading.facts.credentials.state == "not-read"
    assert "SIGSEGV" in reading.facts.notes[0]


def test_the_sound_of_a_video_is_what_this_process_hears(decoder: Decoder, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mp4", make_voice(1, 3.0))
    there, here = decoder.sound(path), HERE.sound(path)
    assert there is not None
    assert here is not None
    assert (there.codes.tolist(), there.is_loud.tolist()) == (here.codes.tolist(), here.is_loud.tolist())
    assert decoder.sound(write_video(tmp_path / "b.mp4", [draw_scene(1)])) is None


def test_the_cuts_of_a_video_are_what_this_process_sees(decoder: Decoder, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [draw_scene(seed) for seed in range(3)])
    assert decoder.cuts(path, start=0.5) == HERE.cuts(path, start=0.5)
    assert decoder.cuts(path).times == (1.0, 2.0)


def test_of_many_frames_only_as_many_come_back_as_were_asked_for(decoder: Decoder, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [draw_scene(seed) for seed in range(5)])
    assert [frame.index for frame in decoder.frames(path, least_side=64, most=3)] == [0, 2, 4]


def test_the_callers_limits_hold_in_the_child(decoder: Decoder, tmp_path: Path) -> None:
    with pytest.raises(MediaRefusedError, match="pixels") as caught:
        decoder.read(save(draw_scene(1), tmp_path / "a.png"), MediaLimits(max_pixels=1000))

    assert caught.value.reason == "too-many-pixels"


def test_a_picture_of_47_megapixels_in_900_scans_is_refused_before_it_is_decoded(
    decoder: Decoder, tmp_path: Path
) -> None:
    (tmp_path / "bomb.jpg").write_bytes(build_scan_bomb())

    assert (tmp_path / "bomb.jpg").stat().st_size < 250_000
    assert describe_outcome(decoder, tmp_path / "bomb.jpg") == "too-many-scans"


def test_the_same_bomb_is_ended_by_the_system_where_nobody_counts_scans(tmp_path: Path) -> None:
    (tmp_path / "bomb.jpg").write_bytes(build_scan_bomb())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Decoder(SandboxLimits(cpu_seconds=1)) as decoder, pytest.raises(MediaRefusedError) as caught:
        decoder.read(tmp_path / "bomb.jpg", MediaLimits(max_scans=10_000))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert caught.value.reason == "too-expensive"
    assert used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime < 10  # of which the server's start is most


def test_a_bomb_of_few_scans_shows_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "bomb.jpg").write_bytes(build_scan_bomb(640, 480, 20))

    described = HERE.read(tmp_path / "bomb.jpg").description
    assert (described.width, described.height) == (640, 480)


def test_a_picture_beyond_the_memory_is_refused(tmp_path: Path) -> None:
    path = save(Image.new("RGB", (7000, 7000), "red"), tmp_path / "a.png")
    with Decoder(SandboxLimits(memory_bytes=100 << 20)) as decoder:
        assert describe_outcome(decoder, path) == "needs-too-much-memory"


def test_what_cannot_be_opened_is_refused_as_in_this_process(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "text.mp4").write_text("#EXTM3U\nhttp://127.0.0.1/a.ts\n", "utf-8")
    os.mkfifo(tmp_path / "pipe.jpg")
    paths = [*sorted(tmp_path.iterdir()), tmp_path / "missing.jpg"]

    assert [describe_outcome(decoder, path) for path in paths] == [describe_outcome(HERE, path) for path in paths]


def test_a_folder_of_malformed_files_ends_as_in_this_process_and_harms_nobody(decoder: Decoder, tmp_path: Path) -> None:
    seeds = build_seeds()
    paths = []
    for name, content in iter_mutants(seeds, 220, seed=7):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    server = decoder.server_pid
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda path: describe_outcome(decoder, path), paths))

    here = [describe_outcome(HERE, path) for path in paths]
    assert [o for o, h in zip(outcomes, here, strict=True) if o != h and o not in COSTLY] == []
    assert decoder.server_pid == server
    assert Counter(outcomes)["opened"] > 20
    assert len(Counter(outcomes)) >= 5


def test_mutants_are_the_same_for_the_same_seed() -> None:
    seeds = {"jpg": bytes(range(256)) * 20}

    assert list(iter_mutants(seeds, 30, seed=3)) == list(iter_mutants(seeds, 30, seed=3))
    assert list(iter_mutants(seeds, 30, seed=3)) != list(iter_mutants(seeds, 30, seed=4))


def test_a_decoder_that_was_never_used_starts_nothing(tmp_path: Path) -> None:
    with Decoder() as decoder:
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        before = children.read_text("ascii") if children.exists() else ""
        with pytest.raises(MediaRefusedError):
            decoder.read(tmp_path / "missing.jpg")

        assert (children.read_text("ascii") if children.exists() else "") == before


def test_a_closed_decoder_says_so(tmp_path: Path) -> None:
    path = save(draw_scene(1, 100, 100), tmp_path / "a.png")
    decoder = Decoder()
    decoder.close()
    decoder.close()

    with pytest.raises(SandboxError):
        decoder.read(path)


def test_the_protection_names_every_limit(decoder: Decoder) -> None:
    lines = decoder.describe_protection()

    names = {line.split(":")[0] for line in lines}
    assert names == {"time", "memory", "processor time", "other files", "writing", "network", "processes"}
    assert "memory: at most 1024 MiB for one file" in lines
    assert not [line for line in lines if "not limited" in line]


def test_opening_in_this_process_says_that_nothing_protects() -> None:
    assert HERE.describe_protection() == ("none: files are opened in this very process",)
