"""Passwords judged by a real slapd: who fits, what never binds, and what happens when it is away."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import Unavailable
from identity.ldap import Directory, DirectoryAddress, Search, escaped
from tests.support.ldap_server import (
    BASE,
    PASSWORDS,
    PEOPLE,
    READER,
    READER_PASSWORD,
    RunningDirectory,
    free_port,
    running_directory,
)

ODD = "o'brien, (x)"


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDirectory]:
    with running_directory(tmp_path_factory.mktemp("slapd")) as running:
        yield running


@pytest.fixture
def by_template(slapd: RunningDirectory) -> DirectoryAddress:
    return DirectoryAddress(
        urls=(slapd.ldaps,), user_dn=f"cn={{username}},{PEOPLE}", search=None, ca_file=slapd.ca_file
    )


@pytest.fixture
def by_search(by_template: DirectoryAddress) -> DirectoryAddress:
    search = Search(base=BASE, filter="(uid={username})", bind_dn=READER, bind_password=READER_PASSWORD)
    return replace(by_template, user_dn=None, search=search)


@pytest.fixture(params=["template", "search"])
def address(request: pytest.FixtureRequest) -> DirectoryAddress:
    found: DirectoryAddress = request.getfixturevalue(f"by_{request.param}")
    return found


@pytest.fixture(params=["ldaps", "starttls"])
def protected(
    request: pytest.FixtureRequest, address: DirectoryAddress, slapd: RunningDirectory
) -> DirectoryAddress:
    return address if request.param == "ldaps" else replace(address, urls=(slapd.ldap,))


@pytest.mark.parametrize("username", PASSWORDS)
def test_the_right_password_fits_and_no_other(protected: DirectoryAddress, username: str) -> None:
    directory = Directory(protected)
    assert directory.password_fits(username, PASSWORDS[username]) is True
    for wrong in (PASSWORDS[username] + "x", PASSWORDS[username].upper(), " ", "*", "\0", "\ud800"):
        assert directory.password_fits(username, wrong) is False


@pytest.mark.parametrize(
    "greeting",
    [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"0\x84\xff\xff\xff\xff" * 9],
    ids=["nothing", "http", "length"],
)
def test_a_server_that_says_nothing_or_nonsense_is_away(
    by_template: DirectoryAddress, greeting: bytes
) -> None:
    def answer(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                held.append(client)
                client.sendall(greeting)

    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        for scheme in ("ldap", "ldaps"):
            url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}"
            with pytest.raises(Unavailable):
                Directory(replace(by_template, urls=(url,), answer_seconds=1)).password_fits("kadis", "x")
        server.shutdown(socket.SHUT_RDWR)
    for client in held:
        client.close()


@pytest.mark.parametrize("username", ["kadis", "tidak.ada", READER, ""])
def test_an_empty_password_never_fits_although_the_directory_takes_it(
    address: DirectoryAddress, username: str
) -> None:
    assert Directory(address).password_fits(username, "") is False


@pytest.mark.parametrize(
    "username",
    [
        "*",
        "kad*",
        "kadis)(uid=*",
        "*)(|(uid=*",
        "kadis,ou=pegawai",
        f"kadis,{PEOPLE}#",
        "kadis+sn=kadis",
        "\\6badis",
        "kadis\0",
        " kadis#",
        "ka\ndis",
        "\ud800",
        "ｋadis",
    ],
)
def test_a_name_is_never_read_as_a_pattern_or_as_part_of_an_address(
    address: DirectoryAddress, username: str
) -> None:
    assert Directory(address).password_fits(username, PASSWORDS["kadis"]) is False


def test_names_are_escaped_for_addresses_and_filters_alike() -> None:
    assert escaped("kasi.psr-1@x") == "kasi.psr-1@x"
    assert escaped("a*(b)\\,é ") == "a\\2a\\28b\\29\\5c\\2c\\c3\\a9\\20"


def test_a_name_that_is_not_one_entry_fits_nobody(by_search: DirectoryAddress) -> None:
    assert by_search.search is not None
    several = replace(by_search, search=replace(by_search.search, filter="(|(uid={username})(mail=*))"))
    assert Directory(several).password_fits("kadis", PASSWORDS["kadis"]) is False
    assert Directory(by_search).password_fits("tidak.ada", "x") is False


def test_a_certificate_of_somebody_else_is_not_accepted(
    protected: DirectoryAddress, slapd: RunningDirectory
) -> None:
    stranger = replace(protected, ca_file=slapd.ca_file.parent / "stranger.pem")
    with pytest.raises(Unavailable):
        Directory(stranger).password_fits("kadis", PASSWORDS["kadis"])
    other_name = replace(protected, urls=(protected.urls[0].replace("127.0.0.1", "localhost"),))
    with pytest.raises(Unavailable):
        Directory(other_name).password_fits("kadis", PASSWORDS["kadis"])


def test_the_next_server_is_asked_when_one_is_away(
    address: DirectoryAddress, slapd: RunningDirectory
) -> None:
    gone = f"ldaps://127.0.0.1:{free_port()}"
    directory = Directory(replace(address, urls=(gone, slapd.ldaps)))
    assert directory.password_fits("kadis", PASSWORDS["kadis"]) is True
    assert directory.password_fits("kadis", "salah") is False


def test_without_any_server_nobody_is_refused_and_the_next_does_not_wait(address: DirectoryAddress) -> None:
    now = [0.0]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_url = f"ldaps://127.0.0.1:{silent.getsockname()[1]}"
        gone = f"ldap://127.0.0.1:{free_port()}"
        directory = Directory(replace(address, urls=(gone,)), monotonic=lambda: now[0])
        with pytest.raises(Unavailable):
            directory.password_fits("kadis", PASSWORDS["kadis"])
        directory.address = replace(address, urls=(silent_url,))
        with pytest.raises(Unavailable):  # at once, without asking the silent one
            directory.password_fits("kadis", PASSWORDS["kadis"])
        directory.address = address
        now[0] += 6
        assert directory.password_fits("kadis", PASSWORDS["kadis"]) is True


def test_a_wrong_password_of_our_own_reader_is_a_fault_of_the_directory(by_search: DirectoryAddress) -> None:
    assert by_search.search is not None
    wrong = replace(by_search, search=replace(by_search.search, bind_password="salah"))
    with pytest.raises(Unavailable):
        Directory(wrong).password_fits("kadis", PASSWORDS["kadis"])


def test_the_directory_is_never_asked_in_the_clear(slapd: RunningDirectory, tmp_path: Path) -> None:
    """The server itself refuses a simple bind without TLS, and ours succeeds: so there was TLS."""
    address = DirectoryAddress(
        urls=(slapd.ldap,), user_dn=f"cn={{username}},{PEOPLE}", search=None, ca_file=slapd.ca_file
    )
    assert Directory(address).password_fits("kadis", PASSWORDS["kadis"]) is True
