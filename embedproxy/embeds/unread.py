"""Script and style elements whose content is read as markup: in drawings, and where browsers differ."""

from __future__ import annotations

from functools import partial
from html import unescape

from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.resources import clean_sheet
from embedproxy.embeds.scripts import judge_script, judge_text
from embedproxy.embeds.verdict import HELD_BYTES, Drop, Hold, Verdict
from embedproxy.html.tags import StartTag


def judge_unread(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about such an element: it goes whole, or stays.

    Returns:
        A hold, since its content decides too; for one that closes itself the verdict.
    """
    if tag.foreign and tag.self_closing:
        return _whole(tag, page, policy, b"")
    return Hold(whole=partial(_whole, tag, page, policy), alone=partial(_alone, tag, page, policy))


def _whole(tag: StartTag, page: Page, policy: Policy, content: bytes) -> Verdict | None:
    text = unescape(content.decode("utf-8", "surrogateescape"))
    if tag.name == "style":
        return Drop() if clean_sheet(text, page, policy) != text else None
    goes = judge_script(tag, page, policy) or judge_text(tag, text, page, policy)
    return Drop() if goes else None


def _alone(tag: StartTag, page: Page, policy: Policy, content: bytes) -> Verdict | None:
    """The same where no end tag comes; a style sheet that is too long to be read goes."""
    too_long = len(content) > HELD_BYTES - (tag.end - tag.start)
    return Drop() if too_long and tag.name == "style" else _whole(tag, page, policy, content)
