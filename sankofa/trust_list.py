"""Whose content credentials are trusted: the certificates of a file that whoever looks after the desk chose."""

import re
from pathlib import Path

from sankofa.errors import SettingsError

MAXIMUM_BYTES = 128 * 1024
"""Of the certificates alone; the list goes with every file to the process that opens it."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----")


def load_trust_list(path: Path | None) -> str:
    """Load the certificates of a PEM file, without the comments between them; empty where no file is named.

    Raises:
        SettingsError: The file cannot be read, holds no certificate, or too many.
    """
    if path is None:
        return ""
    try:
        found = _CERTIFICATE.findall(path.read_text("utf-8", "replace"))
    except OSError as error:
        raise SettingsError(f"trust_list: {path} cannot be read: {error.strerror}") from error
    if not found:
        raise SettingsError(f"trust_list: {path} holds no certificate: give a PEM file")
    certificates = "\n".join(found)
    if len(certificates) > MAXIMUM_BYTES:
        raise SettingsError(f"trust_list: the certificates of {path} are over {MAXIMUM_BYTES} bytes: leave some out")
    return certificates


def count_certificates(certificates: str) -> int:
    """Count the certificates of a list."""
    return certificates.count("-----BEGIN CERTIFICATE-----")
