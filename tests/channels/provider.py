"""A provider of OAuth 2.0 on the loopback: it takes codes and gives tokens by its rules."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "the-desk", "secret-of-the-desk"


@dataclass(slots=True)
class OAuthProvider:
    """What it was asked, and what it answers; `codes` holds each code's challenge."""

    port: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    # which refresh tokens still count, and which follows when one is used
    valid: set[str] = field(default_factory=lambda: {"lasting-1"})
    follows: dict[str, str] = field(default_factory=dict)
    seconds: int = 3600
    gives_lasting: bool = True
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    # whose mailbox an access token opens, as a mail server asks
    owners: dict[str, str] = field(default_factory=dict)

    @property
    def owner_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/owner?access_token="

    @property
    def authorize_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/authorize"

    @property
    def token_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    def agree(self, address: str) -> str:
        """Agree as the owner does on the page at this address; return the code."""
        asked = parse_qs(urlsplit(address).query)
        assert asked["code_challenge_method"] == ["S256"]
        self.codes["a-code"] = asked["code_challenge"][0]
        return "a-code"

    def answer(self, form: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append(form)
        if self.answers:
            return self.answers.pop(0)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, b'{"error": "invalid_client"}'
        if form["grant_type"] == "refresh_token":
            return self._refreshed(form["refresh_token"])
        proof = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if self.codes.pop(form["code"], None) != challenge:
            return 400, b'{"error": "invalid_grant"}'
        lasting = {"refresh_token": "lasting-1"} if self.gives_lasting else {}
        return 200, json.dumps(
            {"access_token": "access-1", "expires_in": self.seconds, **lasting}
        ).encode()

    def _refreshed(self, token: str) -> tuple[int, bytes]:
        if token not in self.valid:
            told = {
                "error": "invalid_grant",
                "error_description": "Token has been expired or revoked.",
            }
            return 400, json.dumps(told).encode()
        given: dict[str, object] = {
            "access_token": f"access-{len(self.asked)}",
            "expires_in": self.seconds,
        }
        if token in self.follows:
            given["refresh_token"] = self.follows[token]
            self.valid = {self.follows[token]}
        return 200, json.dumps(given).encode()


@contextmanager
def an_oauth_provider() -> Iterator[OAuthProvider]:
    """Run the provider on a free port."""
    provider = OAuthProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            sent = parse_qs(self.rfile.read(length).decode())
            self._send(*provider.answer({name: all_[0] for name, all_ in sent.items()}))

        def do_GET(self) -> None:
            token = parse_qs(urlsplit(self.path).query)["access_token"][0]
            owner = provider.owners.get(token)
            told = {"username": owner} if owner else {"error": "invalid_token"}
            self._send(200 if owner else 401, json.dumps(told).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_address[1]
    # looked at often: its end is waited for
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
