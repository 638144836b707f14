import errno
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from index.errors import OriginalAlteredError, VaultUnavailableError
from index.vault import Vault
from index.vaults.folder import FolderVault
from tests.contracts.vault import VaultContract

REPOSITORY = Path(__file__).parents[3]


def path_of(vault: Vault, sha256: str) -> Path:
    return Path(vault.url) / sha256[:2] / sha256[2:4] / sha256


class TestFolderVault(VaultContract):
    @pytest.fixture
    def vault(self, tmp_path: Path) -> FolderVault:
        return FolderVault(tmp_path / "home" / "vault")

    def reopen(self, vault: Vault) -> Vault:
        return FolderVault(Path(vault.url))

    def spoil(self, vault: Vault, sha256: str, content: bytes) -> None:
        path = path_of(vault, sha256)
        path.chmod(0o644)
        path.write_bytes(content)

    def test_originals_lie_under_their_sha256_read_only(self, vault: Vault) -> None:
        path = path_of(vault, vault.keep(b"original").sha256)
        assert path.read_bytes() == b"original"
        assert path.stat().st_mode & 0o777 == 0o444

    def test_nothing_else_stays(self, vault: Vault) -> None:
        vault.keep(b"original")
        vault.keep(b"original")
        assert temporary_files(Path(vault.url)) == []

    def test_keeping_again_does_not_touch_the_file(self, vault: Vault) -> None:
        path = path_of(vault, vault.keep(b"original").sha256)
        before = path.stat()
        vault.keep(b"original")
        assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def test_an_altered_byte_is_found_when_it_is_kept_again(self, vault: Vault) -> None:
        sha256 = vault.keep(b"original bytes").sha256
        self.spoil(vault, sha256, b"original bytez")
        with pytest.raises(OriginalAlteredError):
            vault.keep(b"original bytes")
        assert path_of(vault, sha256).read_bytes() == b"original bytez"

    def test_foreign_files_are_not_listed(self, vault: Vault) -> None:
        original = vault.keep(b"original")
        for place in ("README", "ab/note.txt", f"00/00/{original.sha256}", f"{original.sha256[:2]}/x"):
            path = Path(vault.url) / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("foreign")
        assert list(vault.iter_originals()) == [original]

    def test_what_died_a_day_ago_is_swept_and_younger_files_stay(self, vault: Vault) -> None:
        vault.keep(b"original")
        stale, fresh = Path(vault.url) / "tmp" / "stale", Path(vault.url) / "tmp" / "fresh"
        stale.write_bytes(b"half")
        fresh.write_bytes(b"half")
        day_before = time.time() - 25 * 60 * 60
        os.utime(stale, (day_before, day_before))
        self.reopen(vault).keep(b"another")
        assert temporary_files(Path(vault.url)) == [fresh]

    def test_without_hard_links_files_are_renamed(self, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(source: Path, target: Path) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")  # as on exFAT

        monkeypatch.setattr(os, "link", refuse)
        original = vault.keep(b"original")
        assert vault.keep(b"original") == original
        assert vault.read(original.sha256) == b"original"
        assert temporary_files(Path(vault.url)) == []

    def test_a_file_in_the_place_of_the_folder_is_a_clear_error(self, tmp_path: Path) -> None:
        (tmp_path / "vault").write_text("a file")
        vault = FolderVault(tmp_path / "vault")
        with pytest.raises(VaultUnavailableError, match="vault"):
            vault.keep(b"original")
        assert (tmp_path / "vault").read_text() == "a file"


def temporary_files(root: Path) -> list[Path]:
    return sorted((root / "tmp").iterdir())


def run_python(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]


def start(code: str, *arguments: object) -> Popen[str]:
    return Popen(run_python(code, *arguments), cwd=REPOSITORY, stdout=PIPE, text=True)


def read_line(process: Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


def test_a_process_killed_while_it_keeps_leaves_no_partial_original(tmp_path: Path) -> None:
    process = start(
        """
        import sys, time
        from pathlib import Path
        from index.vaults.folder import FolderVault

        class Slow:
            given = 0
            def read(self, size):
                self.given += 1
                if self.given > 3:
                    print("half-way", flush=True)
                    time.sleep(60)
                return b"x" * size

        FolderVault(Path(sys.argv[1])).keep(Slow())
        """,
        tmp_path,
    )
    assert read_line(process) == "half-way"
    kill(process)
    vault = FolderVault(tmp_path)
    assert list(vault.iter_originals()) == []
    (half,) = temporary_files(tmp_path)
    assert half.stat().st_size > 0
    assert vault.read(vault.keep(b"the next one").sha256) == b"the next one"


def test_a_process_killed_at_any_moment_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    for lines in (1, 5, 9):
        process = start(
            """
            import os, sys
            from pathlib import Path
            from index.vaults.folder import FolderVault

            vault = FolderVault(Path(sys.argv[1]))
            for number in range(100_000):
                print(vault.keep(os.urandom(200_000)).sha256, flush=True)
            """,
            tmp_path,
        )
        acknowledged = [read_line(process) for _ in range(lines)]
        kill(process)
        vault = FolderVault(tmp_path)
        listed = [original.sha256 for original in vault.iter_originals()]
        assert set(acknowledged) <= set(listed)
        assert all(len(vault.read(sha256)) == 200_000 for sha256 in listed)


def test_two_processes_keep_the_same_bytes(tmp_path: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from index.vaults.folder import FolderVault

        vault = FolderVault(Path(sys.argv[1]))
        for number in range(40):
            vault.keep(b"%d" % number * 50_000)
        print("done", flush=True)
        """
    processes = [start(code, tmp_path) for _ in range(2)]
    assert [process.communicate(timeout=120)[0] for process in processes] == ["done\n"] * 2
    assert [process.returncode for process in processes] == [0, 0]
    vault = FolderVault(tmp_path)
    expected = {hashlib.sha256(b"%d" % number * 50_000).hexdigest() for number in range(40)}
    assert {original.sha256 for original in vault.iter_originals()} == expected
    assert temporary_files(tmp_path) == []


KEEP_TOO_MUCH = """
    import sys
    from pathlib import Path
    from index.errors import VaultUnavailableError
    from index.vaults.folder import FolderVault

    vault = FolderVault(Path(sys.argv[1]))
    first = vault.keep(b"small").sha256
    try:
        vault.keep(b"x" * 3_000_000)
    except VaultUnavailableError as error:
        print(error)
    assert [original.sha256 for original in vault.iter_originals()] == [first]
    assert list((Path(sys.argv[1]) / "tmp").iterdir()) == []
    assert vault.read(first) == b"small"
    """


def test_a_file_system_that_takes_no_more_bytes_leaves_nothing_half_written(tmp_path: Path) -> None:
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))\n"
    command = run_python(limited + textwrap.dedent(KEEP_TOO_MUCH), tmp_path)
    answer = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "no space left" in answer.stdout
    assert "make room" in answer.stdout


def test_a_full_disk_says_so_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    disk = ["unshare", "--mount", *(["--user", "--map-root-user"] if os.geteuid() else []), "sh", "-c"]
    mount = f"mount -t tmpfs -o size=1m tmpfs '{tmp_path}'"
    if subprocess.run([*disk, mount], capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("needs a system that lets its users mount a small disk of their own")
    command = [*disk, f'{mount} && "$@"', "sh", *run_python(KEEP_TOO_MUCH, tmp_path)]
    answer = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "no space left" in answer.stdout
    assert "make room" in answer.stdout
