"""Let somebody outside say when they saw a checkpoint; what they say is kept beside it and given out with the log."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from index.errors import TimestampError
from index.log.folder import PROOF, TOKEN
from index.log.timestamps import (
    DIGEST_TYPE,
    QUERY_TYPE,
    ask_calendar,
    build_proof,
    build_query,
    read_proof,
    read_token,
    verify_token,
)
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.log import Signed, open_log_folder


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What one authority or calendar said, in `says`, and the file that proves it."""

    url: str
    file: Path
    says: str


def ask_authority(desk: Desk, signed: Signed, url: str) -> Stamp:
    """Get a token of RFC 3161 for a checkpoint.

    Raises:
        TimestampError: The authority does not answer with one; the checkpoint is kept without it.
        FetchRefusedError, SourceUnavailableError: see :meth:`sankofa.desk.OutsideWorld.send`.
    """
    query, nonce = build_query(signed.note)
    answer = desk.outside.send(url, query, QUERY_TYPE)
    at = read_token(answer, signed.note, nonce)
    return _keep(desk, signed, url, TOKEN, answer, f"seen at {at:%Y-%m-%d %H:%M:%S} UTC")


def ask_opentimestamps(desk: Desk, signed: Signed, url: str) -> Stamp:
    """Get the beginning of a proof from an OpenTimestamps calendar. Raises as :func:`ask_authority`."""
    digest, nonce = ask_calendar(signed.note)
    answer = desk.outside.send(f"{url.rstrip('/')}/digest", digest, DIGEST_TYPE)
    proof = build_proof(answer, signed.note, nonce)
    return _keep(desk, signed, url, PROOF, proof, "pending: no proof before it is upgraded (ots upgrade)")


def check_stamp(stamp: Path, checkpoint: Path, authorities: Path | None) -> tuple[str, ...]:
    """Say what a token or a proof shows of a checkpoint; needs no network.

    Raises:
        InputError: A file cannot be read, or the certificates of the authority are missing.
        TimestampError: It does not prove this checkpoint.
    """
    content, note = _read(stamp), _read(checkpoint)
    try:
        text = note.decode()
    except UnicodeDecodeError as error:
        raise TimestampError(f"{checkpoint} is no checkpoint") from error
    if stamp.suffix == PROOF:
        return read_proof(content, text)
    if authorities is None:
        raise InputError("name the certificates of authorities that you trust: --ca FILE (PEM)")
    at = verify_token(content, text, _read(authorities))
    return (f"an authority that you trust saw it at {at:%Y-%m-%d %H:%M:%S} UTC",)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error


def _keep(desk: Desk, signed: Signed, url: str, suffix: str, content: bytes, says: str) -> Stamp:
    host = urlsplit(url).hostname or "authority"
    file = open_log_folder(desk).keep_stamp(signed.checkpoint, host, suffix, content)
    return Stamp(url=url, file=file, says=says)
