"""The stylesheet and the script as they are delivered."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "templates"
CSS = (FOLDER / "embedproxy.css").read_text(encoding="utf-8")
JS = (FOLDER / "embedproxy.js").read_text(encoding="utf-8")
FORBIDDEN = re.compile(r"cookie|consent|gdpr|banner|overlay|popup|\bads\b|ads[-_]|[-_]ads", re.IGNORECASE)
LISTENERS = {"submit", "click", "pageshow", "securitypolicyviolation", "toggle"}
NEWER_THAN_2017 = re.compile(
    r"\?\.|\?\?|catch\s*\{|\{\s*\.\.\.|\breplaceAll\b|\bmatchAll\b|\bimport\b|\bfinally\("
)
TEXT = 4.5  # WCAG 1.4.3
CONTROL = 3.0  # WCAG 1.4.11
PAIRS = [
    (ink, paper, TEXT) for ink in ("ink", "quiet", "accent") for paper in ("paper", "sheen", "drawing")
] + [("on-accent", "accent", TEXT), ("edge", "paper", CONTROL), ("edge", "sheen", CONTROL)]


def variables(scheme: str) -> dict[str, str]:
    """The colours of a scheme, by the name of their variable."""
    pairs = re.findall(r"--embedproxy-([\w-]+): light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\);", CSS)
    return {name: dark if scheme == "dark" else light for name, light, dark in pairs}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.req("A11Y-4")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_colours_can_be_told_apart(scheme: str, ink: str, paper: str, least: float) -> None:
    """Text and controls stand out from everything they are drawn on."""
    colours = variables(scheme)
    assert contrast(colours[ink], colours[paper]) >= least


def test_the_dark_scheme_names_every_colour() -> None:
    """No colour of the light scheme is left over in the dark."""
    light, dark = variables("light"), variables("dark")
    assert not [name for name in light if light[name] == dark[name]]


def test_browsers_without_light_dark_get_the_light_colours() -> None:
    """Browsers from before 2024 know one scheme, with the same colours."""
    plain = re.findall(r"--embedproxy-([\w-]+): (#[0-9a-f]{3,6});", CSS)
    assert dict(plain) == variables("light")


@pytest.mark.parametrize(("text", "most"), [(CSS, 3072), (JS, 4096)])
def test_the_file_is_small(text: str, most: int) -> None:
    """Visitors on slow lines wait for neither file: both stay below their limit in bytes, compressed."""
    assert len(gzip.compress(text.encode(), 9)) <= most


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_file_name_is_one_that_content_blockers_stop(path: Path) -> None:
    """A blocked stylesheet or script would leave visitors with half a box."""
    assert not FORBIDDEN.search(path.name)


def test_no_selector_is_one_that_content_blockers_hide() -> None:
    """Neither the stylesheet nor the script names anything that filter lists look for."""
    assert not FORBIDDEN.search(re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL))
    assert not FORBIDDEN.search(JS)


@pytest.mark.req("A11Y-4")
def test_nothing_moves() -> None:
    """There is no motion that anyone would have to switch off."""
    assert not re.search(r"animation|transition|@keyframes|scroll-behavior", CSS)


@pytest.mark.req("CTR-3")
def test_nothing_is_laid_over_anything() -> None:
    """The stylesheet places no element outside the normal flow."""
    assert not re.search(r"position:\s*(absolute|fixed|sticky)|z-index", CSS)


def test_the_stylesheet_asks_nobody_for_anything() -> None:
    """No font, picture or further stylesheet is loaded."""
    assert not re.search(r"url\(|@import|@font-face", CSS)


@pytest.mark.req("CON-2")
def test_the_script_listens_to_presses_only() -> None:
    """Pointing, scrolling and focusing start nothing."""
    assert set(re.findall(r"addEventListener\(\s*\"(\w+)\"", JS)) <= LISTENERS
    assert JS.count("addEventListener") == len(re.findall(r"addEventListener\(\s*\"(\w+)\"", JS))
    assert not re.search(r"\.on[a-z]+\s*=|IntersectionObserver|requestIdleCallback|setInterval", JS)


@pytest.mark.req("COO-1")
def test_the_script_stores_nothing() -> None:
    """What the visitor chose is kept by the server's own answer and nowhere else."""
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|doc\.cookie|caches\b", JS)


def test_the_script_runs_no_text() -> None:
    """No string becomes code."""
    assert not re.search(r"\beval\b|new Function|document\.write|insertAdjacentHTML|outerHTML", JS)


def test_the_script_is_read_by_browsers_of_2017() -> None:
    """It is delivered as it is written, so it uses nothing newer than ECMAScript 2017."""
    assert not NEWER_THAN_2017.search(JS)
