"""Content credentials (C2PA) by the optional package `c2pa`, never from the network.

What a state says: "none" that there are none (which says nothing about truth; platforms strip them), "untrusted" that the
file is as its signer left it but nobody vouches for the signer, "trusted" that the signer is on the list given, "tampered"
that the file or its manifest was changed after signing, "invalid" that the credentials do not hold for another reason
(an expired certificate, a damaged manifest), "remote" that they lie at an address, which is not fetched, and "not-read"
that they were not looked at (the package is missing, or the file too large).

Source: https://spec.c2pa.org (validation status codes), package c2pa-python.
"""

import importlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from verify.metadata.fields import Fact, build_facts, clean_text

CredentialState = Literal["none", "untrusted", "trusted", "tampered", "invalid", "remote", "not-read"]

MISSING = "content credentials were not read: install them with pip install 'sankofa[provenance]'"
TOO_LARGE = "content credentials were not read: the file is over {size} bytes"

MAXIMUM_SIZE_BYTES = 500_000_000
"""Larger files are not looked at: every byte has to be hashed."""

_CANNOT_CARRY = ("NotSupported", "ManifestNotFound")
_ACTIONS = ("c2pa.actions", "c2pa.actions.v2")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The state of the content credentials, what they say as plain text, and why where it needs a word.

    `digital_source_types` are the addresses that the actions name, as they stand.
    """

    state: CredentialState
    facts: tuple[Fact, ...] = ()
    digital_source_types: tuple[str, ...] = ()
    note: str = ""


NO_CREDENTIALS = Credentials("none")


def describe_credentials_reader() -> str:
    """By what content credentials are read here, or what to install."""
    try:
        return f"content credentials: read by c2pa-python {version('c2pa-python')}, in the process that opens the file"
    except PackageNotFoundError:
        return MISSING


def read_credentials(path: Path, media_type: str, trust_anchors: str = "") -> Credentials:
    """Read and validate the credentials embedded in the file.

    `trust_anchors` are certificates in PEM, one after the other; without any no signer is trusted.
    """
    if path.stat().st_size > MAXIMUM_SIZE_BYTES:
        return Credentials("not-read", note=TOO_LARGE.format(size=MAXIMUM_SIZE_BYTES))
    try:
        c2pa = importlib.import_module("c2pa")
    except (ImportError, OSError):  # OSError: its library is not for this system
        return Credentials("not-read", note=MISSING)
    try:
        with path.open("rb") as file, c2pa.Context.from_dict(_settings(trust_anchors)) as context:
            return _read(c2pa.Reader.try_create(media_type, file, context=context))
    except c2pa.C2paError as error:
        return _judge_error(error)


def _settings(trust_anchors: str) -> dict[str, dict[str, Any]]:
    """Nothing is fetched: no manifest, no revocation list; the list of allowed hosts is empty besides."""
    return {
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "core": {"allowed_network_hosts": []},
        "trust": {"trust_anchors": trust_anchors} if trust_anchors else {},
    }


def _judge_error(error: Exception) -> Credentials:
    said = clean_text(str(error))[:300]
    if any(said.startswith(kind) for kind in _CANNOT_CARRY):
        return Credentials("none")
    if said.startswith("Remote"):
        return Credentials("remote", facts=build_facts([("address", said.rpartition(" url ")[2])]))
    return Credentials("invalid", note=said)


def _read(reader: Any) -> Credentials:
    if reader is None:
        return Credentials("none")
    with reader:
        store = json.loads(reader.json())
    manifest = store.get("manifests", {}).get(store.get("active_manifest"), {})
    failures = [str(failure.get("code", "")) for failure in _active_failures(store)]
    return Credentials(
        state=_judge(str(store.get("validation_state", "")), failures),
        facts=build_facts([*_iter_facts(manifest), *(("failure", code) for code in failures)]),
        digital_source_types=tuple(clean_text(value) for value in _iter_source_types(manifest)),
    )


def _active_failures(store: Mapping[str, Any]) -> list[dict[str, Any]]:
    results = store.get("validation_results") or {}
    return list((results.get("activeManifest") or {}).get("failure") or [])


def _judge(validation_state: str, failures: list[str]) -> CredentialState:
    if validation_state == "Trusted":
        return "trusted"
    if validation_state == "Valid":
        return "untrusted"
    return "tampered" if any(code.endswith("mismatch") for code in failures) else "invalid"


def _iter_facts(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "title", str(manifest.get("title") or "")
    for generator in manifest.get("claim_generator_info") or ():
        yield "made with", f"{generator.get('name', '')} {generator.get('version', '')}"
    signature = manifest.get("signature_info") or {}
    for name, key in (("signer", "issuer"), ("certificate", "common_name"), ("signed at", "time")):
        yield name, str(signature.get(key) or "")
    for action in _iter_actions(manifest):
        when = action.get("when")
        yield "action", f"{action.get('action', '')} {when}" if when else str(action.get("action", ""))
    for ingredient in manifest.get("ingredients") or ():
        yield "made from", str(ingredient.get("title") or ingredient.get("label") or "")


def _iter_actions(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for assertion in manifest.get("assertions") or ():
        if assertion.get("label") in _ACTIONS:
            yield from (assertion.get("data") or {}).get("actions") or ()


def _iter_source_types(manifest: Mapping[str, Any]) -> Iterator[str]:
    return (str(action["digitalSourceType"]) for action in _iter_actions(manifest) if action.get("digitalSourceType"))
