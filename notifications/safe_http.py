"""Posting to an address that may be reached: https only, no redirects, no private network but a named one."""

import http.client
import socket
import ssl
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from notifications.channels import DeliveryFailed

TIMEOUT_SECONDS = 15.0

Network = IPv4Network | IPv6Network


def require_allowed(url: str, hosts: Iterable[str]) -> None:
    """Raises ValueError unless the address is https and its host is on the list."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise ValueError("alamat webhook dimulai dengan https:// dan tidak memuat nama pengguna")
    if parts.hostname not in {host.strip().lower() for host in hosts}:
        raise ValueError(f"host {parts.hostname} tidak ada pada ALUR_WEBHOOK_HOSTS")


def allowed_addresses(host: str, port: int, networks: Sequence[Network] = ()) -> list[str]:
    """The addresses of a host, all of them public or in one of these networks; else `DeliveryFailed`."""
    addresses = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    refused = [name for name in addresses if not _may_reach(name, networks)]
    if not addresses or refused:
        raise DeliveryFailed(f"{host} leads into a private network: {', '.join(refused) or 'nowhere'}")
    return list(dict.fromkeys(addresses))


class Poster:
    """Posts over https; every post looks its host up anew and goes to an address that was checked."""

    def __init__(self, networks: Sequence[Network] = (), trust: ssl.SSLContext | None = None) -> None:
        self._networks = tuple(networks)
        self._trust = trust or ssl.create_default_context()

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer, whatever it is: a redirect is an answer too. Raises `DeliveryFailed`."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or http.client.HTTPS_PORT
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS)
        try:
            # The address that was checked is the one that is used: a second look-up could give another.
            with _connected(allowed_addresses(host, port, self._networks), port) as raw:
                connection.sock = self._trust.wrap_socket(raw, server_hostname=host)
                path = parts.path or "/"
                connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, headers)
                return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise DeliveryFailed(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()


def _connected(addresses: Sequence[str], port: int) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), TIMEOUT_SECONDS)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), TIMEOUT_SECONDS)


def _may_reach(text: str, networks: Sequence[Network]) -> bool:
    address = _embedded(ip_address(text.partition("%")[0]))
    if any(address in network for network in networks):
        return True
    return address.is_global and not address.is_multicast


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one, where a gateway would take it there."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address
