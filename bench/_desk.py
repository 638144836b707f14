"""A desk in memory for the benches: the product's own way to keep and to check, over files of the bench's own making."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from crawlers.fact_checks import ClaimsAsked, SavedAnswers
from crawlers.source import Source
from index.backends.memory import MemoryStore
from index.model import Appearance, Event
from index.store import Store
from index.vaults import open_vault
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.check import CheckResult, check_file
from sankofa.workflows.media import keep_medium
from verify.errors import MediaRefusedError
from verify.sandbox.decoder import InProcessDecoder, MediaDecoder

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class _ClosedWorld:
    """No sources and no network."""

    @contextmanager
    def open_source(self, name: str) -> Iterator[Source]:
        raise InputError(f"a bench collects nothing: {name}")
        yield  # the generator that the decorator needs

    def find_event(self, name: str) -> Event | None:  # noqa: ARG002 - the port's signature
        return None

    def iter_names(self) -> Iterator[str]:
        return iter(())

    def fetch_file(self, url: str, folder: Path) -> Path:  # noqa: ARG002 - the port's signature
        raise InputError(f"a bench fetches nothing: {url}")

    def send(self, url: str, content: bytes, media_type: str) -> bytes:  # noqa: ARG002 - the port's signature
        raise InputError(f"a bench sends nothing: {url}")

    def fetch_answers(self, asked: ClaimsAsked, folder: Path) -> SavedAnswers:  # noqa: ARG002 - the port's signature
        raise InputError(f"a bench asks nobody: {asked.query}")


@contextmanager
def open_bench_desk(
    *, reads_text: bool = False, store: Store | None = None, decoder: MediaDecoder | None = None
) -> Iterator[Desk]:
    """Open a desk whose vault is gone at the end; memory and this very process unless a store or a decoder is given."""
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-") as folder:
        yield Desk(
            store=store or MemoryStore(),
            vault=open_vault(f"{folder}/vault"),
            outside=_ClosedWorld(),
            decoder=decoder or InProcessDecoder(),
            clock=lambda: _NOW,
            home=Path(folder),
            reads_text=reads_text,
        )


def make_known(desk: Desk, path: Path) -> str:
    """Make the medium known and say its identifier. Raises MediaRefusedError."""
    where = Appearance(id="", subject_id="", role="known", url=path.resolve().as_uri())
    kept = keep_medium(desk, path, "known", where)
    if kept.refusal is not None:
        raise MediaRefusedError("damaged", kept.refusal)
    return kept.item.id


def check(desk: Desk, path: Path) -> CheckResult:
    """Check a file as a person would. Raises MediaRefusedError."""
    result = check_file(desk, path, path.name)
    if result.error is not None:
        raise MediaRefusedError("damaged", result.error)
    return result
