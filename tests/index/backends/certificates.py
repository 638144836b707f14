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

_MAY_SIGN = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


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
    return _sign(name, None, x509.BasicConstraints(ca=True, path_length=None), _MAY_SIGN)


def make_leaf(authority: Pair | None = None, address: str = "127.0.0.1", *, names_key: bool = False) -> Pair:
    """Make the certificate of a server, signed by an authority or by itself.

    With *names_key* it says with which key it was signed, as Python from 3.13 on asks of what the system trusts.
    """
    named = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    if authority is None or not names_key:
        return _sign("A node", authority, named)
    signed_with = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return _sign("A node", authority, named, signed_with)


def build_server_context(folder: Path, leaf: Pair, *behind: Pair) -> ssl.SSLContext:
    """Build what a server shows: its certificate, and any others behind it."""
    chain = folder / "chain.pem"
    shown = [pair.certificate.public_bytes(Encoding.PEM) for pair in (leaf, *behind)]
    key = leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.write_bytes(b"".join((key, *shown)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


def _sign(name: str, authority: Pair | None, *extensions: x509.ExtensionType) -> Pair:
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.certificate.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    for extension in (*extensions, x509.SubjectKeyIdentifier.from_public_key(key.public_key())):
        builder = builder.add_extension(
            extension, critical=isinstance(extension, x509.BasicConstraints | x509.KeyUsage)
        )
    return Pair(builder.sign(authority.key if authority else key, SHA256()), key)
