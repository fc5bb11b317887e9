"""Certificates made on the spot: an authority of our own, and servers it vouches for, rightly or not."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.runtime.clock import now


@dataclass(frozen=True, slots=True)
class Files:
    """Where a certificate and its key stand, as a server wants them."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates; ``file`` is its own."""

    def __init__(self, place: Path, name: str = "authority") -> None:
        self._place, self._key, self._name = place, ec.generate_private_key(ec.SECP256R1()), _named(name)
        builder = _builder(self._name, self._name, self._key, days=(-400, 400))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file = place / f"{name}.pem"
        self._write(self.file, builder.sign(self._key, hashes.SHA256()))

    def vouch(self, host: str, *, days: tuple[float, float] = (-1, 200)) -> Files:
        """A certificate for a host, valid from one day to another counted from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_named(host), self._name, key, days=days)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        files = Files(self._place / f"{host}.pem", self._place / f"{host}.key")
        self._write(files.certificate, builder.sign(self._key, hashes.SHA256()))
        files.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files

    @staticmethod
    def _write(file: Path, certificate: x509.Certificate) -> None:
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: tuple[float, float]
) -> x509.CertificateBuilder:
    begins, ends = (now() + timedelta(days=day) for day in days)
    return x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), begins, ends)
