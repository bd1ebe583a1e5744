"""HTML in fields of JSON answers, where the operator has switched it on for a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from embedproxy.embeds.inlay import inlaid
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.errors import RewriteError
from embedproxy.html.jsonstrings import json_strings, write_json
from embedproxy.html.splicer import Splicer
from embedproxy.settings import JsonHtml

JSON_LIMIT = 16 * 1024 * 1024  # bytes of an answer: it is held whole, since its last byte may make it wrong
ANY = "*"


def fields_at(path: str, rules: Iterable[JsonHtml]) -> tuple[str, ...]:
    """The fields that hold HTML in the JSON answers of a path.

    Args:
        path: of the address that was asked for.
        rules: what the operator has switched on.

    Returns:
        Dotted paths of all rules that fit; none where nothing is switched on.
    """
    return tuple(field for rule in rules if _glob(rule.path).fullmatch(path) for field in rule.fields)


class JsonRewriter:
    """Replaces the embeds in some fields of one JSON answer; every other byte stays as it was.

    Attributes:
        page: what is known of it so far.
    """

    def __init__(self, page: Page, policy: Policy, fields: Sequence[str]) -> None:
        """Prepare to read an answer from its first byte.

        Args:
            page: where it was asked for, and by whom.
            policy: what decides about its embeds.
            fields: dotted paths; an array on the way stands for each of its items, ``*`` for any key.
        """
        self.page = page
        self._policy = policy
        self._fields = [tuple(field.split(".")) for field in fields]
        self._splicer = Splicer()
        self._body: list[bytes] = []
        self._size = 0

    @property
    def edited(self) -> bool:
        """Whether anything was changed."""
        return self._splicer.edited

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece of the answer; nothing leaves before it is whole.

        Raises:
            RewriteError: it is larger than ``JSON_LIMIT``.
        """
        self._body.append(chunk)
        self._size += len(chunk)
        if self._size > JSON_LIMIT:
            raise RewriteError(
                f"the JSON answer is larger than {JSON_LIMIT} bytes, the most that json_html reads"
            )
        return b""

    def close(self) -> bytes:
        """The answer has ended: give all of it back.

        Raises:
            RewriteError: it is no JSON text, or HTML in it cannot be read for certain.
        """
        body = b"".join(self._body)
        self._splicer.feed(body)
        for string in json_strings(body) if body.strip() else ():
            if self._holds_html(string.path):
                for span, by in inlaid(string.transcript(), self.page, self._policy):
                    self._splicer.replace(span.start, span.end, write_json(by.decode()))
        return self._splicer.close()

    def _holds_html(self, path: tuple[str, ...]) -> bool:
        return any(
            len(field) == len(path) and all(a in (ANY, b) for a, b in zip(field, path, strict=True))
            for field in self._fields
        )


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split(ANY))), re.DOTALL)
