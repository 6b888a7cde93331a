"""The hospital's login by OpenID Connect, as the desk uses it: authorization code with PKCE, through Authlib."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app
from joserfc.errors import JoseError

from bot.desk import provider_claims
from bot.desk.provider_claims import WrongMapping
from bot.desk.roles import Role
from bot.settings import PREFIX, Settings, SettingsError

log = logging.getLogger(__name__)
_NAME = "desk_provider"
_SECONDS = 10
# A signature that only the provider can make; with a shared secret anybody who has it could.
_ALGORITHMS = ("RS", "PS", "ES", "Ed")


class ProviderAway(Exception):
    """The provider cannot be reached, or answers what no provider should."""


class NotProven(Exception):
    """What came back does not prove who somebody is."""


@dataclass(frozen=True)
class Begun:
    """A login under way: where to send the browser, and what must come back."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of the settings. Nothing is asked of it before somebody logs in."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Prepare the client.

        Raises:
            SettingsError: when the mapping of roles cannot be used.
        """
        self.issuer = settings.oidc_issuer
        self._settings = settings
        try:
            self._roles = provider_claims.role_mapping(settings.oidc_roles)
        except WrongMapping as wrong:
            raise SettingsError(f"{PREFIX}OIDC_ROLES: {wrong}; roles are nurse, editor, manager, admin.") from None
        self._client = OAuth(app).register(
            "provider",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{self.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.oidc_scope,
                "code_challenge_method": "S256",
                "default_timeout": _SECONDS,
            },
        )

    def begin(self, callback: str) -> Begun:
        """Begin a login. Raises ProviderAway."""
        self._metadata()
        nonce = generate_token(32)
        asked = {"acr_values": self._settings.oidc_acr.replace(",", " ")} if self._settings.oidc_acr else {}
        made = self._client.create_authorization_url(callback, nonce=nonce, **asked)
        return Begun(made["url"], made["state"], nonce, made["code_verifier"])

    def finish(self, callback: str, code: str, begun: Begun) -> Mapping[str, Any]:
        """The claims about whoever logged in, from a checked id token.

        Raises:
            ProviderAway: when it cannot be asked.
            NotProven: when it does not accept the code, or the id token is not right.
        """
        metadata = self._metadata()
        try:
            token = self._client.fetch_access_token(callback, code=code, code_verifier=begun.verifier)
            leads = {"iss": {"essential": True, "values": [metadata["issuer"]]}}
            claims = self._client.parse_id_token(token, nonce=begun.nonce, claims_options=leads)
        except requests.RequestException as error:
            raise _away(error) from None
        except (OAuthError, JoseError, AuthlibBaseError, ValueError, KeyError, TypeError, RuntimeError) as error:
            log.warning("a login through the provider was refused: %s", type(error).__name__)
            raise NotProven("the provider's answer proves nothing") from None
        if not claims or not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise NotProven("there is no id token")
        return dict(claims)

    def logout_url(self, back: str) -> str | None:
        """Where one logs out at the provider itself, when it has such a page. Raises ProviderAway."""
        if "end_session_endpoint" not in self._metadata():
            return None
        made = self._client.create_logout_url(post_logout_redirect_uri=back, client_id=self._settings.oidc_client_id)
        return str(made["url"])

    def role(self, claims: Mapping[str, Any]) -> Role | None:
        """The role these claims give, or None."""
        return provider_claims.role_of(claims, self._settings.oidc_role_claim, self._roles)

    def second_factor_given(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claims say that the second factor was asked, where the settings want that said."""
        acr, amr = _words(self._settings.oidc_acr), _words(self._settings.oidc_amr)
        return provider_claims.second_factor_given(claims, acr, amr)

    def _metadata(self) -> Mapping[str, Any]:
        try:
            metadata: dict[str, Any] = self._client.load_server_metadata()
        except (requests.RequestException, ValueError, TypeError, AttributeError) as error:
            raise _away(error) from None
        needed = {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"}
        if not needed <= metadata.keys() or str(metadata["issuer"]).rstrip("/") != self.issuer:
            self._client.server_metadata.clear()
            raise _away(ValueError("the metadata is not of this issuer"))
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [alg for alg in offered if alg.startswith(_ALGORITHMS)]
        return metadata


def _away(error: Exception) -> ProviderAway:
    log.error("the provider cannot be used: %s", type(error).__name__)
    return ProviderAway("the provider cannot be used")


def _words(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").split() if word]


def install(app: Flask, settings: Settings) -> None:
    """Give the application its provider, where the settings name one. Raises SettingsError."""
    app.extensions[_NAME] = Provider(app, settings) if settings.oidc_issuer else None


def provider() -> Provider | None:
    """The provider of the application that handles this request."""
    found: Provider | None = current_app.extensions[_NAME]
    return found
