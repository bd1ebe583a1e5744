"""Which requirement of the law text is carried by which test."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
FROZEN = TESTS / "data" / "law_ids.txt"
REASONS = TESTS / "data" / "law_reasons.toml"
PAGE = ROOT / "docs" / "law-coverage.md"
LAW = ROOT.parent / "shared" / "LAW.md"

_HARD = re.compile(r"\b([A-Z][A-Z0-9]{2,3}-\d+) `\[H\]")
_HARD_ROW = re.compile(r"^\| ([A-Z][A-Z0-9]{2,3}-\d+) \|.*\| H[/,| ]", re.MULTILINE)
_ANY = re.compile(r"\b([A-Z][A-Z0-9]{2,3}-\d+) `\[[HG?]")

HEAD = """# Which test carries which requirement

Every requirement of the law text (statutes, judgments, contracts, authorities) has an ID. At least one test
carries it with `@pytest.mark.req("ID")`, or it stands here with the reason why not. A test holds this page to
the tests; `python -m tests.requirements` writes it anew. All tests of one requirement:
`grep -rn 'req("ID")' tests`.
"""
TABLE = """
## {title}

| requirement | carried by, among others |
|---|---|
"""
TITLES = {"H": "Hard: statute, judgment or contract", "G": "Good practice, or disputed"}


def hard_ids(law: str) -> set[str]:
    """The IDs that the law text marks as hard."""
    return set(_HARD.findall(law)) | set(_HARD_ROW.findall(law))


def all_ids(law: str) -> set[str]:
    """Every ID of the law text."""
    return set(_ANY.findall(law)) | hard_ids(law)


def frozen() -> dict[str, str]:
    """The IDs as this repository knows them, each with H (hard) or G (good practice)."""
    lines = (line.split() for line in FROZEN.read_text(encoding="utf-8").splitlines())
    return {parts[0]: parts[1] for parts in lines if parts}


def reasons() -> dict[str, str]:
    """Why a requirement is carried by no test."""
    return {str(key): str(value) for key, value in tomllib.loads(REASONS.read_text(encoding="utf-8")).items()}


def marks() -> Iterator[tuple[str, str]]:
    """Every mark of the suite: its ID, and the test that bears it."""
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                where = f"{file.relative_to(ROOT)}::{node.name}"
                yield from ((id_, where) for decorator in node.decorator_list for id_ in _ids(decorator))


@cache
def carried() -> dict[str, list[str]]:
    """The tests of each ID; those that need a browser come last."""
    found: dict[str, list[str]] = {}
    for id_, where in sorted(marks(), key=lambda mark: ("/browser/" in mark[1], mark[1])):
        found.setdefault(id_, []).append(where)
    return found


def page() -> str:
    """The tables for people."""
    return HEAD + "".join(TABLE.format(title=title) + _rows(level) for level, title in TITLES.items())


def _rows(level: str) -> str:
    tests, why = carried(), reasons()
    ids = sorted((id_ for id_, found in frozen().items() if found == level), key=_order)
    named = ((id_, f"`{tests[id_][0]}`" if id_ in tests else why.get(id_, "")) for id_ in ids)
    return "".join(f"| {id_} | {row} |\n" for id_, row in named)


def _ids(decorator: ast.expr) -> Iterator[str]:
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "req":
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def _order(id_: str) -> tuple[str, int]:
    area, _, number = id_.partition("-")
    return area, int(number)


def _freeze() -> None:
    law = LAW.read_text(encoding="utf-8")
    hard = hard_ids(law)
    lines = (f"{id_} {'H' if id_ in hard else 'G'}\n" for id_ in sorted(all_ids(law), key=_order))
    FROZEN.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    if LAW.exists():
        _freeze()
    PAGE.write_text(page(), encoding="utf-8")
