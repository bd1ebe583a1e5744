"""Scripts that are no programs but say what may be loaded: speculation rules, import maps."""

from __future__ import annotations

import json
import re
from typing import Any

from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy


def clean_speculation(text: str, page: Page, policy: Policy) -> str:
    """Keep rules for speculative loading only where they stay on the page's site.

    Returns:
        The text, or none of it where it names another site.
    """
    rules = _parsed(text)
    if not isinstance(rules, dict):
        return text  # browsers ignore what is no JSON
    listed = [rule for group in rules.values() if isinstance(group, list) for rule in group]
    stays = all(isinstance(rule, dict) and _stays(rule, page, policy) for rule in listed)
    return text if stays else ""


def _stays(rule: dict[str, object], page: Page, policy: Policy) -> bool:
    named = rule.get("urls")
    if isinstance(named, list):
        found = [page.resolve(str(one)) for one in named]
        return all(url is None or policy.is_own(url.host, page.host) for url in found)
    patterns = re.findall(r'"href_matches": (?:"([^"]*)"|\[([^\]]*)\])', json.dumps(rule.get("where")))
    return bool(patterns) and not any("//" in one or "://" in many for one, many in patterns)


def clean_imports(text: str, page: Page, policy: Policy) -> str:
    """Take the addresses that must not be loaded out of an import map.

    A name that is mapped to nothing cannot be imported
    (https://html.spec.whatwg.org/#resolve-a-module-specifier), and the other names work as before.

    Returns:
        The text; unchanged where it names nothing of the kind.
    """
    found = False

    def quiet(value: Any) -> Any:
        nonlocal found
        if isinstance(value, dict):
            return {key: quiet(each) for key, each in value.items()}
        url = page.resolve(value) if isinstance(value, str) else None
        if url is None or not policy.is_foreign(url, page.host):
            return value
        found = True
        return None

    cleaned = quiet(_parsed(text))
    return json.dumps(cleaned).replace("<", "\\u003c") if found else text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
