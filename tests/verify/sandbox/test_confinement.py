"""A child that somebody has taken over reaches nothing: each means of the system alone, and all together."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.verify.drawing import draw_scene, save, write_video
from tests.verify.sandbox.pools import attempt, open_pool
from verify.sandbox.pool import SandboxPool

ALONE = [("namespaces",), ("landlock",), ("seccomp",)]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def needs(pool: SandboxPool, *mechanisms: str) -> None:
    missing = set(mechanisms) - {*pool.granted, *(["seccomp"] if attempt_probe(pool)["seccomp"] else [])}
    if missing:
        pytest.skip(f"needs {', '.join(sorted(missing))} of Linux")


def attempt_probe(pool: SandboxPool) -> dict[str, bool]:
    found: dict[str, bool] = attempt(pool, "probe", memory_bytes=pool.limits.memory_bytes, program=sys.executable)
    return found


def try_to_connect(pool: SandboxPool, listener: socket.socket) -> str:
    said = str(attempt(pool, "connect", host="127.0.0.1", port=listener.getsockname()[1]))
    with pytest.raises(BlockingIOError):
        listener.accept()
    return said


def test_without_any_means_the_hooks_do_what_they_say(listener: socket.socket, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    with open_pool(mechanisms=()) as pool:
        assert attempt(pool, "connect", host="127.0.0.1", port=listener.getsockname()[1]) == "done"
        assert attempt(pool, "open", path=str(tmp_path / "secret")) == "done"
        assert attempt(pool, "fork") == "done"
    listener.accept()[0].close()


@pytest.mark.parametrize("mechanisms", [("namespaces",), ("seccomp",)])
def test_no_connection_is_made(listener: socket.socket, mechanisms: tuple[str, ...]) -> None:
    with open_pool(mechanisms=mechanisms) as pool:
        needs(pool, *mechanisms)
        assert try_to_connect(pool, listener) in {"OSError", "PermissionError"}


@pytest.mark.parametrize("mechanisms", [("landlock",), ("seccomp",)])
def test_no_other_file_is_read(tmp_path: Path, mechanisms: tuple[str, ...]) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    with open_pool(mechanisms=mechanisms) as pool:
        needs(pool, *mechanisms)
        assert attempt(pool, "open", path=str(tmp_path / "secret")) == "PermissionError"


@pytest.mark.parametrize("mechanisms", [(), ("landlock",), ("seccomp",)])
def test_nothing_is_written(tmp_path: Path, mechanisms: tuple[str, ...]) -> None:
    with open_pool(mechanisms=mechanisms) as pool:
        assert attempt(pool, "write", path=str(tmp_path / "new")) in {"OSError", "PermissionError"}
    assert not (tmp_path / "new").exists() or (tmp_path / "new").read_bytes() == b""


def test_the_file_itself_is_not_written_to(pool: SandboxPool, tmp_path: Path) -> None:
    (tmp_path / "medium").write_bytes(b"medium")

    assert attempt(pool, "write_into_file", tmp_path / "medium") == "OSError"
    assert (tmp_path / "medium").read_bytes() == b"medium"


@pytest.mark.parametrize("task", ["fork", "execute", "kill_caller"])
def test_no_process_is_started_or_signalled(pool: SandboxPool, task: str) -> None:
    needs(pool, "seccomp")
    assert attempt(pool, task, pid=pool.server_pid) == "PermissionError"


def test_a_child_holds_its_file_its_answer_and_nothing_else(pool: SandboxPool) -> None:
    assert attempt(pool, "list_descriptors") == 3 + 2


def test_no_credential_of_the_desk_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANKOFA_X_BEARER_TOKEN", "secret")
    with open_pool() as pool:
        assert not [name for name in attempt(pool, "name_environment") if "SANKOFA" in name]


def test_a_child_imports_nothing_any_more(pool: SandboxPool, tmp_path: Path) -> None:
    scene = draw_scene(1, 200, 160)
    files = [save(scene, tmp_path / f"a.{suffix}") for suffix in ("jpg", "png", "webp", "gif", "avif", "bmp")]
    files += [write_video(tmp_path / "a.mp4", [scene]), write_video(tmp_path / "a.webm", [scene], codec="libvpx")]

    assert {path.name: attempt(pool, "find_late_modules", path) for path in files} == {p.name: [] for p in files}


@pytest.mark.parametrize("situation", ["plain user", "no namespaces"])
def test_a_plain_user_is_protected_also_where_namespaces_are_refused(situation: str, tmp_path: Path) -> None:
    save(draw_scene(1, 200, 160), tmp_path / "a.jpg")
    root = Path(__file__).parents[3]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.verify.sandbox.plain_user", situation, str(tmp_path / "a.jpg")],
        cwd=root,
        env={"PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1"},  # only a process with one thread may leave
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)

    assert said["capabilities"] == 0
    assert said["kind"] == "image"
    assert situation == "plain user" or "namespaces" not in said["granted"]
    assert all(said["held"].values()), said
