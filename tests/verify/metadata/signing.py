"""Content credentials for tests: a certificate of the test's own, and pictures signed with it."""

import datetime
import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

AI_MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
ACTION = {"action": "c2pa.created", "digitalSourceType": AI_MADE}


@dataclass(frozen=True)
class TestSigner:
    """A root that signs itself and a certificate below it, both made for this run."""

    __test__ = False
    chain_pem: bytes
    root_pem: str
    key_pem: bytes

    def sign(self, image: Image.Image, media_type: str = "image/jpeg", **manifest: Any) -> bytes:
        """The picture in the format of the media type, signed; `manifest` replaces parts of the manifest."""
        c2pa = pytest.importorskip("c2pa")
        return self._sign(c2pa.Builder(_manifest(media_type, manifest)), image, media_type)

    def sign_remotely(self, image: Image.Image, url: str) -> bytes:
        """A JPEG that only names the address of its manifest."""
        c2pa = pytest.importorskip("c2pa")
        builder = c2pa.Builder(_manifest("image/jpeg", {}))
        builder.set_no_embed()
        builder.set_remote_url(url)
        return self._sign(builder, image, "image/jpeg")

    def _sign(self, builder: Any, image: Image.Image, media_type: str) -> bytes:
        c2pa = pytest.importorskip("c2pa")
        plain, signed = BytesIO(), BytesIO()
        image.save(plain, media_type.partition("/")[2].upper())
        plain.seek(0)
        told = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=self.chain_pem, private_key=self.key_pem, ta_url=None)
        builder.sign(c2pa.Signer.from_info(told), media_type, plain, signed)
        return signed.getvalue()


def _manifest(media_type: str, changed: dict[str, Any]) -> str:
    assertions = [{"label": "c2pa.actions", "data": {"actions": [ACTION]}}]
    generator = [{"name": "the test", "version": "1"}]
    manifest = {"claim_generator_info": generator, "title": "a scene", "assertions": assertions, "format": media_type}
    return json.dumps(manifest | changed)


def make_signer() -> TestSigner:
    """Keys and certificates that live for this run."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    now = datetime.datetime.now(datetime.UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def build(subject: str, public: ec.EllipticCurvePublicKey, *, is_root: bool) -> bytes:
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=is_root,
            crl_sign=is_root,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name("root of the test"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        )
        if not is_root:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(purpose, critical=False)
        return builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _name(common: str) -> x509.Name:
        pairs = ((x509.NameOID.ORGANIZATION_NAME, "Test newsroom"), (x509.NameOID.COMMON_NAME, common))
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])

    root = build("root of the test", root_key.public_key(), is_root=True)
    own = build("camera of the test", key.public_key(), is_root=False)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return TestSigner(own + root, root.decode(), secret)
