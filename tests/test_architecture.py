"""The floors of the house: imports go downwards only, and each library stays in its room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "embedproxy"
FLOORS = [
    {"errors", "urls", "html"},
    {"settings", "configuration", "providers", "notices"},
    {"consent", "embeds", "content"},
    {"web", "gateway"},
    {"operator", "application", "listener", "cli"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# Where a third-party library may be imported; starlette.types names the shapes of ASGI and runs nothing.
LIBRARIES = {
    "ada_url": {"urls"},
    "publicsuffixlist": {"urls"},
    "webencodings": {"html"},
    "pydantic": {"settings", "configuration", "providers", "notices"},
    "pydantic_settings": {"settings", "configuration"},
    "babel": {"notices", "web"},
    "itsdangerous": {"consent"},
    "sqlalchemy": {"consent"},
    "alembic": {"consent"},
    "aiosqlite": {"consent"},
    "jinja2": {"embeds"},
    "markupsafe": {"embeds"},
    "httpx": {"content"},
    "nh3": {"content"},
    "httptools": {"gateway"},
    "starlette": {"web", "gateway", "operator", "application"},
    "uvicorn": {"cli", "listener", "operator"},
    "typer": {"cli", "operator"},
    "rich": {"cli", "operator"},
}


def modules() -> list[Path]:
    """Every module of the package but its own ``__init__``."""
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    """The room a module lies in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, those for type checkers included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            if node.module == "embedproxy":
                yield from (f"embedproxy.{alias.name}" for alias in node.names)
            else:
                yield node.module


def rooms_that(path: Path) -> Iterator[str]:
    """The rooms of the house that a module imports from."""
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "embedproxy" and len(parts) > 1 and not parts[1].startswith("__"):
            yield parts[1]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_never_imports_from_a_floor_above(path: Path) -> None:
    """Imports go downwards, or stay on their floor."""
    room = room_of(path)
    above = [other for other in rooms_that(path) if FLOOR_OF[other] > FLOOR_OF[room]]
    assert not above, f"{path} imports from {above}"


def test_rooms_do_not_import_in_circles() -> None:
    """Two rooms on one floor may know each other in one direction only."""
    needs: dict[str, set[str]] = {room: set() for room in FLOOR_OF}
    for path in modules():
        needs[room_of(path)] |= set(rooms_that(path)) - {room_of(path)}
    TopologicalSorter(needs).prepare()  # raises CycleError and names the circle


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_third_party_library_stays_in_its_room(path: Path) -> None:
    """A library can be replaced in one place."""
    for name in imports(path):
        library = name.split(".")[0]
        if library in LIBRARIES:
            assert room_of(path) in LIBRARIES[library], f"{path} imports {name}"


def test_httpx_is_imported_in_one_module_at_most() -> None:
    """So that it can be replaced there (DESIGN §5)."""
    assert len([path for path in modules() if "httpx" in set(imports(path))]) <= 1


def test_no_module_grows_past_300_lines() -> None:
    """A longer one is split by noun."""
    long = [str(path) for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > 300]
    assert not long
