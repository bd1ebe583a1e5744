"""Texts of a fixed form in provider files, and the reasons why a text has not that form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema

from embedproxy.providers import templates

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})+"
_COUNTRY = r"[A-Z]{2}"
_HTTPS = r"https://[^\s/?#@]+(?:[/?#]\S*)?"
_RATIO = r"[1-9]\d{0,4}/[1-9]\d{0,4}"
_SCRIPT = rf"{_HOST}/\S+"
_TEXT = r"\S(?:.*\S)?"


class Facts(BaseModel):
    """What every part of a provider file has in common: unknown keys are mistakes, and nothing changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _form(pattern: str, reason: str) -> Callable[[str], str]:
    whole = re.compile(pattern, re.ASCII | re.DOTALL)

    def check(value: str) -> str:
        if not whole.fullmatch(value):
            raise ValueError(f'{reason}, not "{value}"')
        return value

    return check


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern, re.ASCII)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return pattern


def fills(template: str) -> str:
    """Check an address template; an empty one stands for the matched address.

    Args:
        template: as a provider file says it.

    Raises:
        ValueError: it could not be filled safely; carries the reason.
    """
    flaw = templates.flaw(template) if template else ""
    if flaw:
        raise ValueError(flaw)
    return template


Text = Annotated[
    str,
    AfterValidator(_form(_TEXT, "must be text without spaces around it")),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
Country = Annotated[
    str,
    AfterValidator(_form(_COUNTRY, 'must be a country code of two capitals like "IE"')),
    WithJsonSchema({"type": "string", "pattern": f"^{_COUNTRY}$"}),
]
Seat = Annotated[  # empty where every instance has another
    str,
    AfterValidator(_form(f"(?:{_COUNTRY})?", 'must be a country code of two capitals like "IE"')),
    WithJsonSchema({"type": "string", "pattern": f"^(?:{_COUNTRY})?$"}),
]
Host = Annotated[
    str,
    AfterValidator(_form(_HOST, "must be a host in lower case without scheme, port and path")),
    WithJsonSchema({"type": "string", "pattern": f"^{_HOST}$"}),
]
HttpsUrl = Annotated[
    str,
    AfterValidator(_form(_HTTPS, "must be an https address")),
    WithJsonSchema({"type": "string", "pattern": f"^{_HTTPS}$"}),
]
Ratio = Annotated[
    str,
    AfterValidator(_form(_RATIO, 'must be width by height like "16/9"')),
    WithJsonSchema({"type": "string", "pattern": f"^{_RATIO}$"}),
]
Script = Annotated[
    str,
    AfterValidator(_form(_SCRIPT, 'must be host and path prefix like "www.example.com/widgets/"')),
    WithJsonSchema({"type": "string", "pattern": f"^{_SCRIPT}$"}),
]
Pattern = Annotated[str, AfterValidator(_compiles), WithJsonSchema({"type": "string", "format": "regex"})]
Template = Annotated[str, AfterValidator(fills)]
