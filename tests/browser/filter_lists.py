"""The rules that content blockers apply on every site, out of the lists that their users subscribe to.

The lists come with the npm package ``@adguard/dnr-rulesets`` (GPL-3.0-only): AdGuard's filters against
advertising (EasyList is part of it), cookie notices, popups, social media and widgets, and those of some
forty languages. Only tests read them, from the virtual environment; nothing of them is shipped.
EasyList Cookie, Fanboy's lists and "I don't care about cookies" are in neither package that was looked into;
``docs/decisions/0010-filter-lists.md`` says more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / ".venv/npm/filter-lists"
COSMETIC = re.compile(r"(?P<sites>[^#]*)##(?P<selector>[^+^].*)")  # not ##+js(...) and not ##^tag
OPTIONS = re.compile(r"\$(?=[\w~-]+(?:[=,]|$))(?P<options>[^$/]*)$")
SPECIAL = re.compile(r"[*^|]")
CONDITION = re.compile(r"(?:document|domain|app|replace|csp|removeparam|denyallow|popup)\b")


@dataclass(frozen=True, slots=True)
class Lists:
    """What counts on every site.

    Attributes:
        selectors: of elements that are hidden.
        patterns: of addresses that are not loaded, in the lists' own notation.
    """

    selectors: tuple[str, ...]
    patterns: tuple[str, ...]


@cache
def filter_lists() -> Lists:
    """Read every list; the calling test is skipped where they are missing."""
    files = sorted(FOLDER.glob("ruleset_*.json"))
    if not files:
        pytest.skip("the filter lists are missing: scripts/test fetches them where npm is")
    lines = {line for file in files for line in _lines(file)}
    selectors = {found for line in lines if (found := _selector(line))}
    patterns = {found for line in lines if (found := _pattern(line))}
    return Lists(tuple(sorted(selectors)), tuple(sorted(patterns)))


def stops(pattern: str, address: str) -> bool:
    """Whether a pattern means an address.

    ``*`` stands for anything, ``^`` for a separator or the end, ``|`` at either end for that end; between
    slashes stands a regular expression
    (https://adguard.com/kb/general/ad-filtering/create-own-filters/#basic-rules-special-characters).

    Args:
        pattern: in the lists' notation.
        address: absolute, in lower case.
    """
    if len(pattern) > 2 and pattern[0] == pattern[-1] == "/":
        return re.search(pattern[1:-1], address) is not None
    if not all(part.lower() in address for part in SPECIAL.split(pattern)):
        return False  # nearly always; the rest costs a regular expression
    source = re.escape(pattern).replace(r"\*", ".*").replace(r"\^", r"(?:[^\w.%-]|$)")
    source = re.sub(r"^\\\|", "^", source)
    return re.search(re.sub(r"\\\|$", "$", source), address, re.IGNORECASE) is not None


def _lines(file: Path) -> Iterator[str]:
    rulesets = json.loads(file.read_text(encoding="utf-8"))
    text = rulesets[0].get("metadata", {}).get("rawFilterList", "") if rulesets else ""
    return (line.strip() for line in text.splitlines())


def _selector(line: str) -> str:
    """What a rule hides on every site, but for those it excludes; empty for any other line."""
    found = COSMETIC.fullmatch(line)
    if not found or line.startswith(("!", "[")):
        return ""
    sites = [site for site in found["sites"].split(",") if site and site != "*"]
    return found["selector"] if all(site.startswith("~") for site in sites) else ""


def _pattern(line: str) -> str:
    """What a rule stops on every site, by the address alone; empty for any other line."""
    if len(line) < 3 or line.startswith(("!", "[", "@@", "||", "|http", "://", "#")) or "##" in line:
        return ""
    options = OPTIONS.search(line)
    if options and CONDITION.search(options["options"]):
        return ""
    pattern = line[: options.start()] if options else line
    return "" if "#" in pattern or len(pattern.strip("*")) < 3 else pattern
