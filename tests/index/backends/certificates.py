"""Certificates for servers of tests, good ones and forged ones."""

import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.certificate.public_bytes(Encoding.DER)).hexdigest()

    def write(self, file: Path) -> Path:
        file.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return file


def make_authority(name: str = "An authority") -> Pair:
    """Make an authority; two of the same name differ in their key alone."""
    return _sign(name, None, x509.BasicConstraints(ca=True, path_length=None))


def make_leaf(authority: Pair | None = None, address: str = "127.0.0.1") -> Pair:
    """Make the certificate of a server, signed by an authority or by itself; it does not say with which key it was signed."""
    return _sign("A node", authority, x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]))


def build_server_context(folder: Path, leaf: Pair, *behind: Pair) -> ssl.SSLContext:
    """Build what a server shows: its certificate, and any others behind it."""
    chain = folder / "chain.pem"
    shown = [pair.certificate.public_bytes(Encoding.PEM) for pair in (leaf, *behind)]
    key = leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.write_bytes(b"".join((key, *shown)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


def _sign(name: str, authority: Pair | None, extension: x509.ExtensionType) -> Pair:
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.certificate.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=False)
        .sign(authority.key if authority else key, SHA256())
    )
    return Pair(certificate, key)
