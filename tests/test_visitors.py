"""What docs/visitors.md shows and names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VISITORS = (ROOT / "docs" / "visitors.md").read_text(encoding="utf-8")
CSS = (ROOT / "templates" / "embedproxy.css").read_text(encoding="utf-8")


def test_every_picture_is_shown_and_every_picture_that_is_shown_exists() -> None:
    """No picture lies about unused, and no link to one is broken."""
    made = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    assert set(re.findall(r"pictures/([\w-]+\.png)", VISITORS)) == made


def test_every_variable_of_the_look_is_named() -> None:
    """Operators find each variable that the stylesheet can be themed by, and no other."""
    [listed] = re.findall(r"style sheet: (`.*?)\.\n", VISITORS, re.DOTALL)
    named = set(re.findall(r"`(?:--embedproxy)?-([\w-]+)`", listed))
    [light] = re.findall(r"^:where\(:root\) \{(.*?)\}", CSS, re.DOTALL | re.MULTILINE)
    assert named == set(re.findall(r"--embedproxy-([\w-]+):", light))
