"""Every setting of every process, read from `STAMCELWIJZER_*` environment variables, typed, in one place.

Nothing else in the project reads the environment. A missing or wrong value stops the start with one
sentence that says what to do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "STAMCELWIJZER_"


class SettingsError(Exception):
    """A setting is missing or wrong. The message tells the operator what to do."""


@dataclass(frozen=True)
class Settings:
    """All settings. Paths are absolute; ports are integers; URLs have no trailing slash."""

    var: Path
    database_url: str = field(repr=False)
    tracker_url: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    content: Path
    trial_file: Path
    models: Path
    site_host: str
    site_port: int
    desk_host: str
    desk_port: int
    chat_host: str
    chat_port: int
    chat_processes: int
    actions_host: str
    actions_port: int
    models_host: str
    models_port: int
    models_url: str
    gate: Path
    gate_margin: int
    snapshot: Path | None
    chat_url: str
    actions_url: str
    site_url: str
    redis_url: str | None = field(repr=False)
    chat_timeout: float
    retention_days: int
    signup_retention_days: int
    log_days: int
    metrics_host: str
    metrics_port: int
    process: str | None
    backups: Path
    link_hours: int
    max_message_length: int
    max_turns: int
    max_body_bytes: int
    rate_limit: str
    conversation_rate_limit: str
    form_limit: str
    secure_cookies: bool
    trusted_proxies: int
    embed_origins: tuple[str, ...]
    credentials: Path
    contact_phone: str
    contact_hours: str
    contact_hours_en: str
    desk_idle_minutes: int
    desk_hours: int
    desk_url: str
    local_login: bool
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str = field(repr=False)
    oidc_scope: str
    oidc_role_claim: str
    oidc_roles: str
    oidc_acr: str
    oidc_amr: str
    review_by_second: bool
    webhook_url: str
    webhook_secret: str = field(repr=False)
    fhir_url: str
    fhir_token: str = field(repr=False)
    redcap_url: str
    redcap_token: str = field(repr=False)
    mail_url: str
    mail_user: str
    mail_password: str = field(repr=False)
    mail_from: str
    delivery_attempts: int
    delivery_timeout: float
    delivery_ca_file: Path | None

    @property
    def chat_urls(self) -> tuple[str, ...]:
        """The addresses of Rasa that `chat_url` lists, at least one."""
        return tuple(url.strip().rstrip("/") for url in self.chat_url.split(",") if url.strip())


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        environ: variables to read; the process's own when absent.

    Raises:
        SettingsError: when a value cannot be used, with what to do about it.
    """
    env = os.environ if environ is None else environ

    def text(name: str, default: str) -> str:
        return env.get(PREFIX + name, "").strip() or default

    def number(name: str, default: int, low: int = 1, high: int = 65_535) -> int:
        raw = text(name, str(default))
        if not raw.isdigit() or not low <= int(raw) <= high:
            raise SettingsError(f"{PREFIX}{name} is '{raw}': give a whole number from {low} to {high}.")
        return int(raw)

    def rate(name: str, default: str) -> str:
        raw = text(name, default)
        if not _RATE.fullmatch(raw):
            raise SettingsError(f"{PREFIX}{name} is '{raw}': write it as '60 per minute' or '10 per 5 minutes'.")
        return raw

    def target(name: str, secret: str) -> tuple[str, str]:
        url, known = text(f"{name}_URL", ""), text(f"{name}_{secret}", "")
        _check_target(name, url, secret, known)
        return url, known

    webhook_url, webhook_secret = target("WEBHOOK", "SECRET")
    fhir_url, fhir_token = target("FHIR", "TOKEN")
    redcap_url, redcap_token = target("REDCAP", "TOKEN")
    mail_url, mail_from = text("MAIL_URL", ""), text("MAIL_FROM", "")
    _check_mail(mail_url, mail_from)
    ca_file = text("DELIVERY_CA_FILE", "")
    if ca_file and not Path(ca_file).is_file():
        raise SettingsError(f"{PREFIX}DELIVERY_CA_FILE is '{ca_file}': there is no such file.")
    var = Path(text("VAR", str(ROOT / "var"))).resolve()
    chat_port = number("CHAT_PORT", 5005)
    chat_processes = number("CHAT_PROCESSES", 1, 1, 32)
    own_chat_urls = ",".join(f"http://127.0.0.1:{chat_port + place}" for place in range(chat_processes))
    actions_port = number("ACTIONS_PORT", 5055)
    models_port = number("MODELS_PORT", 5056)
    snapshot = text("SNAPSHOT", "")
    site_port = number("SITE_PORT", 8080)
    desk_port = number("DESK_PORT", 8081)
    local_login = text("LOCAL_LOGIN", "yes").lower() in {"yes", "true", "1", "ja"}
    oidc_issuer = text("OIDC_ISSUER", "").rstrip("/")
    _check_login(oidc_issuer, text("OIDC_CLIENT_ID", ""), text("OIDC_CLIENT_SECRET", ""), local_login)
    return Settings(
        var=var,
        database_url=text("DATABASE_URL", f"sqlite:///{var / 'stamcelwijzer.db'}"),
        tracker_url=text("TRACKER_URL", f"sqlite:///{var / 'conversations.db'}"),
        keys=_keys(text("KEYS", ""), var / "keys"),
        content=Path(text("CONTENT", str(ROOT / "data"))).resolve(),
        trial_file=Path(text("TRIAL_FILE", str(ROOT / "data" / "trials" / "ram-ms.yml"))).resolve(),
        models=Path(text("MODELS", str(ROOT / "models"))).resolve(),
        site_host=text("SITE_HOST", "127.0.0.1"),
        site_port=site_port,
        desk_host=text("DESK_HOST", "127.0.0.1"),
        desk_port=desk_port,
        chat_host=text("CHAT_HOST", "127.0.0.1"),
        chat_port=chat_port,
        chat_processes=chat_processes,
        actions_host=text("ACTIONS_HOST", "127.0.0.1"),
        actions_port=actions_port,
        models_host=text("MODELS_HOST", "127.0.0.1"),
        models_port=models_port,
        models_url=text("MODELS_URL", f"http://127.0.0.1:{models_port}").rstrip("/"),
        gate=Path(text("GATE", str(ROOT / "tests"))).resolve(),
        gate_margin=number("GATE_MARGIN", 2, 0, 100),
        snapshot=Path(snapshot).resolve() if snapshot else None,
        chat_url=text("CHAT_URL", own_chat_urls),
        actions_url=text("ACTIONS_URL", f"http://127.0.0.1:{actions_port}").rstrip("/"),
        site_url=text("SITE_URL", f"http://127.0.0.1:{site_port}").rstrip("/"),
        redis_url=text("REDIS_URL", "") or None,
        chat_timeout=float(number("CHAT_TIMEOUT_SECONDS", 8, 1, 120)),
        retention_days=number("RETENTION_DAYS", 30, 1, 3650),
        signup_retention_days=number("SIGNUP_RETENTION_DAYS", 365, 1, 36_500),
        backups=Path(text("BACKUPS", str(var / "backups"))).resolve(),
        metrics_host=text("METRICS_HOST", "127.0.0.1"),
        # Each process has a port after this one, and there may be many chat processes.
        metrics_port=number("METRICS_PORT", 9460, 0, 65_000),
        process=text("PROCESS", "") or None,
        log_days=number("LOG_DAYS", 14, 1, 3650),
        link_hours=number("LINK_HOURS", 48, 1, 24 * 365),
        max_message_length=number("MAX_MESSAGE_LENGTH", 1000, 50, 100_000),
        max_turns=number("MAX_TURNS", 1000, 10, 1_000_000),
        # 10,000 characters of any script, escaped in JSON, must still get an answer instead of an error.
        max_body_bytes=number("MAX_BODY_BYTES", 1_000_000, 10_000, 100_000_000),
        rate_limit=rate("RATE_LIMIT", "60 per minute"),
        conversation_rate_limit=rate("CONVERSATION_RATE_LIMIT", rate("RATE_LIMIT", "60 per minute")),
        form_limit=rate("FORM_LIMIT", "300 per hour"),
        secure_cookies=text("SECURE_COOKIES", "no").lower() in {"yes", "true", "1", "ja"},
        credentials=Path(text("CREDENTIALS", str(ROOT / "credentials.yml"))).resolve(),
        contact_phone=text("CONTACT_PHONE", ""),
        contact_hours=text("CONTACT_HOURS", ""),
        contact_hours_en=text("CONTACT_HOURS_EN", ""),
        embed_origins=_origins(text("EMBED_ORIGINS", "")),
        trusted_proxies=number("TRUSTED_PROXIES", 0, 0, 10),
        desk_idle_minutes=number("DESK_IDLE_MINUTES", 20, 1, 480),
        desk_hours=number("DESK_HOURS", 10, 1, 24),
        desk_url=text("DESK_URL", f"http://127.0.0.1:{desk_port}").rstrip("/"),
        local_login=local_login,
        oidc_issuer=oidc_issuer,
        oidc_client_id=text("OIDC_CLIENT_ID", ""),
        oidc_client_secret=text("OIDC_CLIENT_SECRET", ""),
        oidc_scope=text("OIDC_SCOPE", "openid profile email"),
        oidc_role_claim=text("OIDC_ROLE_CLAIM", "roles"),
        oidc_roles=text("OIDC_ROLES", "nurse=nurse,editor=editor,manager=manager,admin=admin"),
        oidc_acr=text("OIDC_ACR", ""),
        oidc_amr=text("OIDC_AMR", ""),
        review_by_second=text("REVIEW_BY_SECOND", "yes").lower() in {"yes", "true", "1", "ja"},
        webhook_url=webhook_url,
        webhook_secret=webhook_secret,
        fhir_url=fhir_url,
        fhir_token=fhir_token,
        redcap_url=redcap_url,
        redcap_token=redcap_token,
        mail_url=mail_url,
        mail_user=text("MAIL_USER", ""),
        mail_password=text("MAIL_PASSWORD", ""),
        mail_from=mail_from,
        delivery_attempts=number("DELIVERY_ATTEMPTS", 36, 1, 100),
        delivery_timeout=float(number("DELIVERY_TIMEOUT_SECONDS", 10, 1, 120)),
        delivery_ca_file=Path(ca_file).resolve() if ca_file else None,
    )


_RATE = re.compile(r"[1-9]\d{0,8} per ([1-9]\d{0,4} )?(second|minute|hour|day)s?")

# What can be guessed is no signature: 32 hexadecimal digits are 128 bits.
_SHORTEST_SECRET = 32


def _check_login(issuer: str, client_id: str, secret: str, local: bool) -> None:
    """Refuse a login through the hospital that is half set up, in the clear, or a desk that nobody can enter."""
    if not issuer:
        if not local:
            raise SettingsError(f"{PREFIX}LOCAL_LOGIN is off and there is no {PREFIX}OIDC_ISSUER: nobody could log in.")
        return
    parts = urlsplit(issuer)
    own_machine = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and own_machine)):
        raise SettingsError(f"{PREFIX}OIDC_ISSUER must begin with https:// (http:// only for this very machine).")
    if not client_id or not secret:
        raise SettingsError(f"{PREFIX}OIDC_ISSUER needs {PREFIX}OIDC_CLIENT_ID and {PREFIX}OIDC_CLIENT_SECRET.")


def _check_mail(url: str, sender: str) -> None:
    """Refuse a mail server that cannot be used, before somebody waits for a mail."""
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SettingsError(f"{PREFIX}MAIL_URL must be smtp://host (STARTTLS) or smtps://host, with or without a port.")
    if parts.username or parts.password:
        raise SettingsError(f"{PREFIX}MAIL_URL holds a name or password: set {PREFIX}MAIL_USER and _PASSWORD instead.")
    if "@" not in sender:
        raise SettingsError(f"{PREFIX}MAIL_URL is set, but {PREFIX}MAIL_FROM is no e-mail address: set both or none.")


def _check_target(name: str, url: str, secret: str, known: str) -> None:
    """Refuse a target of delivery that would send patients' data in the clear or without its secret."""
    if not url:
        return
    parts = urlsplit(url)
    own_machine = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and own_machine)):
        raise SettingsError(f"{PREFIX}{name}_URL must begin with https:// (http:// only for this very machine).")
    if parts.username or parts.password:
        raise SettingsError(f"{PREFIX}{name}_URL holds a name or password: take it out, it would end up in logs.")
    if not known:
        raise SettingsError(f"{PREFIX}{name}_URL is set, but {PREFIX}{name}_{secret} is not: set both or none.")
    if name == "WEBHOOK" and len(known) < _SHORTEST_SECRET:
        raise SettingsError(f"{PREFIX}{name}_{secret} is too short: take at least {_SHORTEST_SECRET} characters.")
    if not (known.isascii() and known.isprintable()):
        raise SettingsError(f"{PREFIX}{name}_{secret} has characters that cannot be sent: take plain ASCII.")


def _origins(written: str) -> tuple[str, ...]:
    """The sites that may show the chat, as browsers write them: scheme, name and port, nothing after."""
    origins = tuple(written.replace(",", " ").split())
    for origin in origins:
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin):
            raise SettingsError(
                f"{PREFIX}EMBED_ORIGINS has '{origin}': give addresses such as https://www.ziekenhuis.example, in "
                "small letters and without anything after the name."
            )
    return origins


def _keys(from_environment: str, key_file: Path) -> tuple[str, ...]:
    """The encryption keys, newest first: from the environment, else from the file that `make run` creates."""
    raw = from_environment
    if not raw and key_file.is_file():
        raw = key_file.read_text(encoding="ascii")
    return tuple(key for key in raw.replace(",", "\n").split() if key)
