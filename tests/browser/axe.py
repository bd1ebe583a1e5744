"""axe-core, run inside a page: what automated checks find against WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / ".venv/npm/node_modules/axe-core/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# ``iframes`` is off: what stands inside a loaded frame is the provider's page, which nobody here can mend.
RUN = """async ([tags, without]) => {
  const rules = Object.fromEntries(without.map((name) => [name, { enabled: false }]));
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    rules,
    resultTypes: ["violations"],
    iframes: false,
  });
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
}"""


def violations(page: Page, *, without: Iterable[str] = ()) -> list[str]:
    """What axe-core finds in the page as it stands.

    Args:
        page: an open page, with or without scripts of its own.
        without: names of rules that do not apply here; the caller writes down why.

    Returns:
        One line for each element that breaks a rule: the rule, the element, what to do.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_source())
    return list(page.evaluate(RUN, [list(TAGS), list(without)]))


@cache
def _source() -> str:
    if not SCRIPT.exists():
        pytest.skip("axe-core is missing: scripts/test installs it where npm is")
    return SCRIPT.read_text(encoding="utf-8")
