"""A small OpenID Connect provider to log in with, built with Authlib's own server side and reached over real HTTP.

It asks nobody for a password: whoever is set as `person` is logged in there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "stamcelwijzer-balie", "voorbeeld-geheim-van-de-balie"


@dataclass
class Client(ClientMixin):
    """The desk, as the provider knows it."""

    redirect_uris: list[str] = field(default_factory=list)
    client_id: str = CLIENT_ID
    id_token_signed_response_alg: str = "RS256"

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uris[0]

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    """A code that was given out."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str
    person: dict[str, Any]
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> str | None:
        return self.person.get("acr")

    def get_amr(self) -> list[str] | None:
        return self.person.get("amr")


class OidcProvider:
    """The provider while it runs. Tests change what it says by its attributes."""

    def __init__(self) -> None:
        self.person: dict[str, Any] | None = None
        self.client = Client()
        # What the id token says instead: to lie with.
        self.lies: dict[str, Any] = {}
        self.metadata_lies: dict[str, Any] = {}
        self.failing = False
        self.asked: list[dict[str, str]] = []
        self.tokens: list[dict[str, str]] = []
        self.port = 0
        self.signing = KeySet([RSAKey.generate_key(2048, {"kid": "eerste", "use": "sig"})])
        self.published = self.signing

    @property
    def url(self) -> str:
        # Another site than the desk's 127.0.0.1, as a real provider is.
        return f"http://localhost:{self.port}"

    def app(self) -> Flask:
        app = Flask("oidc_provider")
        server = AuthorizationServer(app, lambda _id: self.client, lambda token, _request: None)
        server.init_app(app)
        server.register_grant(_grant(self), [_id_token(self), CodeChallenge(required=True)])

        @app.before_request
        def fail() -> tuple[str, int] | None:
            return ("kapot", 500) if self.failing else None

        @app.get("/.well-known/openid-configuration")
        def metadata() -> Response:
            return jsonify(
                {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "jwks_uri": f"{self.url}/jwks",
                    "end_session_endpoint": f"{self.url}/logout",
                    "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                    **self.metadata_lies,
                }
            )

        @app.get("/jwks")
        def jwks() -> Response:
            return jsonify(self.published.as_dict(private=False))

        @app.get("/authorize")
        def authorize() -> Any:
            self.asked.append(request.args.to_dict())
            try:
                grant = server.get_consent_grant(end_user=self.person)
            except OAuth2Error as error:
                return server.handle_error_response(server.create_oauth2_request(request), error)
            return server.create_authorization_response(grant=grant, grant_user=self.person)

        @app.post("/token")
        def token() -> Any:
            self.tokens.append(request.form.to_dict())
            return server.create_token_response()

        @app.get("/logout")
        def logout() -> Any:
            self.person = None
            return redirect(request.args["post_logout_redirect_uri"])

        return app


def _grant(provider: OidcProvider) -> type[AuthorizationCodeGrant]:
    codes: dict[str, Code] = {}

    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            codes[code] = Code(
                code=code,
                redirect_uri=request.payload.redirect_uri,
                scope=request.payload.scope,
                nonce=data["nonce"],
                person=request.user,
                code_challenge=data["code_challenge"],
                code_challenge_method=data["code_challenge_method"],
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
            return authorization_code.person

    return Grant


def _id_token(provider: OidcProvider) -> OpenIDCode:
    class IdToken(OpenIDCode):
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return False

        def resolve_client_private_key(self, client: Client) -> KeySet:
            return provider.signing

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            now = int(time.time())
            return {"iss": provider.url, "aud": [CLIENT_ID], "iat": now, "exp": now + 300}

        def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
            return UserInfo(**{**user, **provider.lies})

    return IdToken(require_nonce=True)


@contextmanager
def running_provider() -> Iterator[OidcProvider]:
    """A provider on a port of its own."""
    provider = OidcProvider()
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
