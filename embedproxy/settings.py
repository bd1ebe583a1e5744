"""What the operator can set, from a TOML file and the environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from embedproxy import urls

SECRET_KEY_BYTES = 32  # LAW SEC-1: shorter keys stop the start
PREFIX = re.compile(r"(?:/[\w-][\w.-]*)+/", re.ASCII)
STRICT: dict[str, bool | str] = {"true": True, "1": True, "false": False, "0": False, "report": "report"}


class Operator(BaseModel):
    """Who runs the site: the controller that every notice names (GDPR Art. 13(1)(a)).

    Attributes:
        name: the person, association or company.
        privacy_url: address of the site's own privacy policy, absolute or from the site's root.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    privacy_url: str = ""


class Transfers(BaseModel):
    """Legal instruments that may fall: one switch asks everybody again (LAW XFR-3).

    Attributes:
        dpf: ``invalid`` treats every provider under the EU-US Data Privacy Framework as unprotected.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dpf: Literal["valid", "invalid"] = "valid"


class Timeouts(BaseModel):
    """How long the proxy waits for the upstream, in seconds.

    Attributes:
        connect: until the connection stands.
        read: until the first byte of an answer, and between two pieces of it.
        write: until the upstream takes more of a request's body.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect: float = Field(5.0, gt=0)
    read: float = Field(60.0, gt=0)
    write: float = Field(60.0, gt=0)


class JsonHtml(BaseModel):
    """Where JSON answers hold HTML with embeds, such as those of the WordPress REST API.

    Attributes:
        path: of the answers, such as ``/wp-json/wp/v2/*``; a star stands for any characters.
        fields: dotted paths of the strings, such as ``content.rendered``; the places in arrays are left out,
            a star stands for any one key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(pattern="^/")
    fields: tuple[Annotated[str, Field(pattern=r"^[^.]+(\.[^.]+)*$")], ...] = Field(min_length=1)


class LedgerChoice(BaseModel):
    """Where and how long the proof of grants is kept (GDPR Art. 7(1), LAW §3.2).

    Attributes:
        url: empty for SQLite in ``data_dir``; ``postgresql://user:password@host/name`` for several machines;
            ``off`` keeps no proof at all.
        keys: the ledger's keys, oldest to newest, which several machines share. Empty: one is made in
            ``data_dir`` at the first start.
        years: full years that a record is kept after its own, to a year's end (§§ 195, 199 BGB; unverified
            for other countries); ``embedproxy ledger prune`` removes older ones.
        receipts: whether each grant has a random number, by which the visitor can prove it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: SecretStr = SecretStr("")
    keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    years: int = Field(3, ge=0, le=30)
    receipts: bool = True

    @field_validator("keys", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return _parts(value)

    @property
    def off(self) -> bool:
        """Whether no proof is kept."""
        return self.url.get_secret_value() == "off"


class Settings(BaseSettings):
    """Every setting with its default: an empty configuration is the most private one (LAW CFG-4).

    The environment wins over the file: ``EMBEDPROXY_LANGUAGE``, ``EMBEDPROXY_OPERATOR__NAME`` and so on.

    Attributes:
        upstream: address of the site behind the proxy, such as ``http://127.0.0.1:8080``.
        upstream_ca: PEM file with the only authorities that may vouch for an https upstream, or with its own
            certificate; the system's where it is left out.
        prefix: path below which our own routes live; starts and ends with a slash.
        language: language of a notice where the page names none (never the browser's: DESIGN rule 4).
        data_dir: folder for the secret key and the ledger.
        secret_keys: signing keys, oldest to newest; the newest signs. Empty: one is made at the first start.
        first_party: further hosts that are the operator's own; sub-domains included.
        strict: load nothing at all from hosts that are not the operator's own, known provider or not;
            ``report`` takes nothing more away and counts which hosts that would be.
        forwarded_allow: addresses of front servers whose ``X-Forwarded-*`` and ``Forwarded`` are believed.
        operator: the controller.
        sensitive: the site's topics let personal matters be guessed: no ``always``, one more sentence (LAW
            CFG-7).
        audience: ``children``: no ``always`` (LAW KID-1).
        ledger: where the proof of grants is kept; ``"sqlite"`` and ``"off"`` may stand for the whole table.
        gpc_file: whether ``/.well-known/gpc.json`` is served where the site has none (LAW SIG-3).
        providers_dir: folder with the operator's own provider files.
        templates_dir: folder with the operator's own templates; a file there replaces ours of that name.
        always_days: how long an ``always`` grant lasts, in days (CNIL: six months).
        once_hours: how long a ``once`` grant lasts inside its session cookie, in hours.
        link_out: whether placeholders carry a plain link to the item at the provider (LAW FRE-2).
        transfers: switches for legal instruments.
        timeouts: patience with the upstream.
        memory_bytes: how many bytes of rewritten pages each worker remembers; 0: none.
        page_bytes: how much of a page is held back to decide its headers, in bytes; larger ones stream.
        json_html: where JSON answers hold HTML; nowhere by default.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="EMBEDPROXY_", env_nested_delimiter="__"
    )

    upstream: str = ""
    upstream_ca: Path | None = None
    prefix: str = "/_embedproxy/"
    language: str = "de"
    data_dir: Path = Path("embedproxy-data")
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    first_party: Annotated[tuple[str, ...], NoDecode] = ()
    strict: Literal[False, True, "report"] = False
    forwarded_allow: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "::1")
    operator: Operator = Operator()
    sensitive: bool = False
    audience: Literal["everyone", "children"] = "everyone"
    ledger: Annotated[LedgerChoice, NoDecode] = LedgerChoice()
    gpc_file: bool = True
    providers_dir: Path | None = None
    templates_dir: Path | None = None
    always_days: int = Field(180, ge=1, le=400)
    once_hours: int = Field(24, ge=1, le=24)
    link_out: bool = True
    transfers: Transfers = Transfers()
    timeouts: Timeouts = Timeouts()
    memory_bytes: int = Field(32 << 20, ge=0)
    page_bytes: int = Field(1 << 20, ge=1 << 14)
    json_html: tuple[JsonHtml, ...] = ()

    @field_validator("secret_keys", "first_party", "forwarded_allow", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """Read a comma-separated list, as environment variables hold it."""
        return _parts(value)

    @field_validator("ledger", mode="before")
    @classmethod
    def _ledger(cls, value: Any) -> Any:
        """Let one word or address stand for the table, as in ``EMBEDPROXY_LEDGER=off``."""
        return {"url": "" if value == "sqlite" else value} if isinstance(value, str) else value

    @field_validator("first_party")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Hosts as browsers write them; anything more would never match, or would break a header."""
        return tuple(_host(entry) for entry in value)

    @field_validator("strict", mode="before")
    @classmethod
    def _strict(cls, value: Any) -> Any:
        """Read the words that environment variables hold; the complaint about others names all three."""
        known = STRICT.get(str(value).lower())
        if known is None:
            raise ValueError('must be true, false or "report"')
        return known

    @property
    def offers_always(self) -> bool:
        """Whether a visitor may allow a provider for good."""
        return not self.sensitive and self.audience != "children"

    @field_validator("prefix")
    @classmethod
    def _prefix(cls, value: str) -> str:
        if value.startswith("/."):
            raise ValueError("must not start with a dot: hardened web servers refuse such paths")
        if not PREFIX.fullmatch(value):
            raise ValueError("must start and end with a slash, with letters, digits, - and _ between")
        return value

    @field_validator("upstream")
    @classmethod
    def _upstream(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must be an http:// or https:// address, such as http://127.0.0.1:8080")
        return value.rstrip("/")

    @field_validator("providers_dir", "templates_dir")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        """A mistyped folder must not mean that nothing in it counts."""
        if value and not value.is_dir():
            raise ValueError(f"{value} is no folder")
        return value

    @field_validator("secret_keys")
    @classmethod
    def _long_enough(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value().encode()) < SECRET_KEY_BYTES for key in value):
            raise ValueError(
                f"each key needs at least {SECRET_KEY_BYTES} bytes; make one: openssl rand -hex 32"
            )
        return value


def _host(entry: str) -> str:
    url = urls.parse(f"https://{entry}/")
    if url is None or url.port or url.target != "/" or "@" in url.href or "*" in entry:
        raise ValueError(f"{entry!r} is no host name; write it like cdn.example, sub-domains are included")
    return url.host


def _parts(value: Any) -> Any:
    """Split a comma-separated list; anything but text is left as it is."""
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )
