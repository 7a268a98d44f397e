"""Pages through the real server: answers, files, refusals, and what a request may bring."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.test import Client

from evenhand.web.serve.handler import LARGEST_BODY
from tests import given
from tests.serving.processes import answers, environment, running, until
from tests.serving.streams import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(transactional_db: None) -> Iterator[str]:
    env = environment()
    address = env["EVENHAND_WEB_LISTEN"]
    with running("web", env=env):
        until(lambda: answers(address))
        yield address


def get(
    desk: str, path: str, *, client: Client | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    host, _, port = desk.rpartition(":")
    line = http.client.HTTPConnection(host, int(port), timeout=60)
    name = settings.SESSION_COOKIE_NAME
    cookie = client.cookies[name].value if client else "none"
    line.request("GET", path, headers={"Cookie": f"{name}={cookie}"})
    response = line.getresponse()
    body = response.read()
    line.close()
    return response, body


def test_members_get_their_pages_and_strangers_the_way_to_sign_in(desk: str) -> None:
    case = given.a_case(subject="The dress does not fit")
    mei = signed_in(given.the("mei"))

    page, body = get(desk, f"/cases/{case.ref}/", client=mei)
    door, _ = get(desk, f"/cases/{case.ref}/")
    nowhere, _ = get(desk, "/no/such/page/", client=mei)

    assert page.status == 200
    assert b"The dress does not fit" in body
    assert (door.status, door.headers["Location"]) == (
        302,
        f"/accounts/login/?next=/cases/{case.ref}/",
    )
    assert nowhere.status == 404


def test_many_readers_at_once_each_get_their_own_page(desk: str) -> None:
    cases = [given.a_case(subject=f"Matter number {number}") for number in range(12)]
    mei = signed_in(given.the("mei"))

    with ThreadPoolExecutor(8) as readers:
        pages = list(
            readers.map(lambda c: get(desk, f"/cases/{c.ref}/", client=mei), cases)
        )

    for case, (page, body) in zip(cases, pages, strict=True):
        assert page.status == 200
        assert f"<title>#{case.ref}".encode() in body


def test_a_file_is_sent_whole(desk: str) -> None:
    favicon = settings.PACKAGE / "web" / "static" / "favicon.svg"

    response, body = get(desk, "/static/favicon.svg")

    assert response.status == 200
    assert body == favicon.read_bytes()


def test_more_than_anyone_sends_to_a_desk_is_refused(desk: str) -> None:
    host, _, port = desk.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        head = (
            f"POST /accounts/login/ HTTP/1.1\r\nHost: {desk}\r\n"
            f"Content-Length: {LARGEST_BODY + 2**20}\r\n\r\n"
        )
        line.sendall(head.encode())
        try:
            for _ in range(LARGEST_BODY // 2**20 + 1):
                line.sendall(b"x" * 2**20)
        except ConnectionError:
            return  # it hung up on us: also a refusal

        assert line.recv(100).startswith(b"HTTP/1.1 413 ")
