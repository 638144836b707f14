import pytest

from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def cli(tmp_path, capfd, monkeypatch) -> CommandLine:  # type: ignore[no-untyped-def]
    """A command line whose home is a fresh folder, and where nobody is signed in."""
    for name in ("HOME", "STORE", "VAULT", "PERSON", "LANGUAGE"):
        monkeypatch.delenv(f"SANKOFA_{name}", raising=False)
    return CommandLine(tmp_path / "home", capfd)
