"""A real LDAP directory: Debian's slapd on this machine, with TLS by an authority made for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SLAPD, SLAPADD = "/usr/sbin/slapd", "/usr/sbin/slapadd"
PATIENCE = 20.0
BASE = "dc=banggai,dc=example"
PEOPLE = f"ou=pegawai,{BASE}"
READER, READER_PASSWORD = f"cn=pembaca,{BASE}", "hanya membaca 1"
PASSWORDS = {
    "kadis": "sandi direktori kadis",
    "sekdis": "sandi direktori sekdis",
    "o'brien, (x)": "sandi aneh",
}

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
# What many directories allow: an empty password is an anonymous bind, and succeeds.
allow bind_anon_dn bind_anon_cred
security simple_bind=128
database mdb
suffix "{base}"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by * none
"""


def require_slapd() -> None:
    """Without slapd a failure in CI, where nobody would notice a skip; elsewhere a clear skip."""
    if Path(SLAPD).exists():
        return
    words = f"no slapd at {SLAPD}: install the Debian package slapd to run the tests of LDAP"
    if os.environ.get("ALUR_REQUIRE_SLAPD") or os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


@dataclass(frozen=True, slots=True)
class RunningDirectory:
    """Where it listens, with and without TLS from the first byte, and whom to trust."""

    ldap: str
    ldaps: str
    ca_file: Path
    process: subprocess.Popen[bytes]


@contextmanager
def running_directory(folder: Path) -> Iterator[RunningDirectory]:
    """A directory with the people of `PASSWORDS`, and two entries that share one mail address."""
    require_slapd()
    (folder / "data").mkdir()
    write_certificates(folder)
    configuration = folder / "slapd.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, base=BASE, reader=READER))
    entries = folder / "people.ldif"
    entries.write_text(_ldif())
    subprocess.run([SLAPADD, "-f", configuration, "-l", entries], check=True, capture_output=True)
    plain, secure = free_port(), free_port()
    addresses = f"ldap://127.0.0.1:{plain}", f"ldaps://127.0.0.1:{secure}"
    process = subprocess.Popen(
        [SLAPD, "-d", "0", "-f", configuration, "-h", " ".join(f"{address}/" for address in addresses)],
        stdin=subprocess.DEVNULL,
    )
    try:
        for port in (plain, secure):
            until_listening(port, process)
        yield RunningDirectory(*addresses, folder / "ca.pem", process)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder / "data")


def until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, f"it ended with {process.returncode}"
            time.sleep(0.02)
    raise AssertionError(f"nothing listens on {port}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def write_certificates(folder: Path) -> None:
    """An authority (`ca.pem`), a certificate for 127.0.0.1 by it, and an authority of somebody else."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Otoritas uji", ca_key, None, ca_key)
    key = ec.generate_private_key(ec.SECP256R1())
    server = _certificate("127.0.0.1", key, ca, ca_key)
    stranger_key = ec.generate_private_key(ec.SECP256R1())
    stranger = _certificate("Otoritas asing", stranger_key, None, stranger_key)
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "stranger.pem").write_bytes(stranger.public_bytes(pem))
    (folder / "server.pem").write_bytes(server.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.key").write_bytes(private)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))])
        built = built.add_extension(names, critical=False)
    return built.sign(issuer_key, hashes.SHA256())


def _ldif() -> str:
    entries = [
        ("dc", ["objectClass: dcObject", "objectClass: organization", "dc: banggai", "o: Banggai"], BASE),
        ("ou", ["objectClass: organizationalUnit", "ou: pegawai"], PEOPLE),
        ("cn", [*_person("pembaca"), f"userPassword: {READER_PASSWORD}"], READER),
    ]
    for uid, password in PASSWORDS.items():
        lines = [*_person(uid), f"uid: {uid}", f"userPassword: {password}", "mail: bersama@banggai.example"]
        entries.append(("uid", lines, f"cn={_quoted(uid)},{PEOPLE}"))
    return "\n".join("\n".join([f"dn: {dn}", *lines, ""]) for _, lines, dn in entries)


def _person(name: str) -> list[str]:
    return ["objectClass: inetOrgPerson", f"cn: {name}", f"sn: {name}"]


def _quoted(name: str) -> str:
    return name.replace(",", "\\,")
