"""An authority of this installation and a certificate for each of its servers: `make_certificates.py FOLDER [NAME…]`.

Made once; what is there stays as it is. Each key is readable by root and by the group that its server runs as in its image.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Each server by its name in compose.yaml, and the group of its process in its image.
SERVERS = {"postgres": 999, "rabbitmq": 999, "s3": 0, "elasticsearch": 0, "front": 0}
_YEARS = 10
_Made = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def make(folder: Path, servers: dict[str, int]) -> None:
    """Writes `ca.pem`, and for each server `NAME.pem` and `NAME.key`; MinIO's also as it wants to find them, in `s3/`."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "ca.pem").exists():
        return
    authority = _certificate("Juanzong", None)
    for name, group in servers.items():
        made = _certificate(name, authority)
        _write(folder / f"{name}.pem", folder / f"{name}.key", made, group)
        if name == "s3":
            (folder / name).mkdir()
            _write(folder / name / "public.crt", folder / name / "private.key", made, group)
    # Last: while it is not there, nothing is taken for made. The key of the authority is not kept.
    (folder / "ca.pem").write_bytes(authority[0].public_bytes(serialization.Encoding.PEM))


def _certificate(name: str, authority: _Made | None) -> _Made:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority[0].subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if authority is not None:
        issuer = authority[0].extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = (
            builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name), x509.DNSName("localhost")]), False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
        )
    else:
        usage = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "encipher_only", "decipher_only"), False,
        )  # fmt: skip
        builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
    return builder.sign(authority[1] if authority else key, hashes.SHA256()), key


def _write(certificate: Path, key: Path, made: _Made, group: int) -> None:
    certificate.write_bytes(made[0].public_bytes(serialization.Encoding.PEM))
    key.touch(0o640)
    key.write_bytes(
        made[1].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    if os.geteuid() == 0:
        os.chown(key, 0, group)


if __name__ == "__main__":
    make(Path(sys.argv[1]), SERVERS | dict.fromkeys(sys.argv[2:], 0))
