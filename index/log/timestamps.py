"""When somebody outside saw a checkpoint: tokens of RFC 3161 authorities, and proofs of OpenTimestamps calendars.

Both are of the SHA-256 of the signed note, byte for byte; nothing else of the log leaves the house.
"""

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

from cryptography.x509 import load_pem_x509_certificates

from index.errors import TimestampError

QUERY_TYPE, DIGEST_TYPE = "application/timestamp-query", "application/octet-stream"
_NONCE_BYTES = 16
_MOST_BYTES = 64 * 1024
_NOT_INSTALLED = "timestamps need the extra of that name: pip install 'sankofa[timestamps]'"


def build_query(note: str) -> tuple[bytes, int]:
    """Build what an RFC 3161 authority is asked about a note, with the number that its answer repeats.

    Raises:
        TimestampError: The extra is not installed.
    """
    module = _load_rfc3161()
    builder = module.TimestampRequestBuilder().data(note.encode()).hash_algorithm(module.HashAlgorithm.SHA256)
    query = builder.build()
    return bytes(query.as_bytes()), int(query.nonce)


def read_token(answer: bytes, note: str, nonce: int) -> datetime:
    """Return the moment that an authority's answer states, after a look at whether it is about *note* and repeats *nonce*.

    Who signed it is not looked at: see :func:`verify_token`.

    Raises:
        TimestampError: It grants nothing, or is about something else.
    """
    token = _decode(answer)
    if token.tst_info.message_imprint.message != hashlib.sha256(note.encode()).digest():
        raise TimestampError("the authority answers about something else than the checkpoint")
    if token.tst_info.nonce != nonce:
        raise TimestampError("the authority answers an earlier question, not this one")
    return _read_moment(token)


def verify_token(answer: bytes, note: str, authorities: bytes) -> datetime:
    """Return the moment at which an authority of *authorities* (certificates, PEM) saw *note*; needs no network.

    Raises:
        TimestampError: Another note, another authority, or a token that was changed.
    """
    token = _decode(answer)
    module = _load_rfc3161()
    try:
        builder = module.VerifierBuilder()
        for certificate in load_pem_x509_certificates(authorities):
            builder = builder.add_root_certificate(certificate)
        builder.build().verify_message(token, note.encode())
    except (module.VerificationError, ValueError) as error:
        raise TimestampError(f"the token does not prove this checkpoint: {error}") from error
    return _read_moment(token)


def ask_calendar(note: str) -> tuple[bytes, bytes]:
    """Return what an OpenTimestamps calendar is sent for a note, and the nonce that hides what it is of."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return hashlib.sha256(hashlib.sha256(note.encode()).digest() + nonce).digest(), nonce


def build_proof(answer: bytes, note: str, nonce: bytes) -> bytes:
    """Build the proof file (``.ots``) from a calendar's answer: pending until a block of Bitcoin holds it (``ots upgrade``).

    Raises:
        TimestampError: The answer is no timestamp.
    """
    ots, op, serialize = _load_opentimestamps()
    try:
        stamp = ots.Timestamp(hashlib.sha256(note.encode()).digest())
        asked = stamp.ops.add(op.OpAppend(nonce)).ops.add(op.OpSHA256())
        if len(answer) > _MOST_BYTES:
            raise TimestampError("the calendar answers with more than a timestamp has")
        context = serialize.BytesDeserializationContext(answer)
        asked.merge(ots.Timestamp.deserialize(context, asked.msg))
        context.assert_eof()
        written = serialize.BytesSerializationContext()
        ots.DetachedTimestampFile(op.OpSHA256(), stamp).serialize(written)
    except (serialize.DeserializationError, ValueError) as error:
        raise TimestampError(f"the calendar's answer is no timestamp: {error}") from error
    return bytes(written.getbytes())


def read_proof(proof: bytes, note: str) -> tuple[str, ...]:
    """Return what a proof file rests on, one line each: a calendar that has not answered for good, or a block of Bitcoin.

    Raises:
        TimestampError: It is none, or of another note.
    """
    ots, _, serialize = _load_opentimestamps()
    try:
        detached = ots.DetachedTimestampFile.deserialize(serialize.BytesDeserializationContext(proof))
    except (serialize.DeserializationError, ValueError) as error:
        raise TimestampError(f"no proof of OpenTimestamps: {error}") from error
    if detached.file_digest != hashlib.sha256(note.encode()).digest():
        raise TimestampError("the proof is of something else than this checkpoint")
    return tuple(sorted(str(attestation) for _, attestation in detached.timestamp.all_attestations()))


def _decode(answer: bytes) -> Any:
    try:
        token = _load_rfc3161().decode_timestamp_response(answer)
        granted = token.status in (0, 1)
        token.tst_info  # noqa: B018 - a refusal has none
    except ValueError as error:
        raise TimestampError(f"no token of RFC 3161: {error}") from error
    if not granted:
        raise TimestampError(f"the authority refused: status {token.status}")
    return token


def _read_moment(token: Any) -> datetime:
    moment: datetime = token.tst_info.gen_time
    return moment.astimezone(UTC)


def _load_rfc3161() -> Any:
    try:
        import rfc3161_client
    except ImportError as error:
        raise TimestampError(_NOT_INSTALLED) from error
    return rfc3161_client


def _load_opentimestamps() -> tuple[Any, Any, Any]:
    try:
        from opentimestamps.core import op, serialize, timestamp
    except ImportError as error:
        raise TimestampError(_NOT_INSTALLED) from error
    return timestamp, op, serialize
