"""Who decides about which element of a page."""

from __future__ import annotations

from collections.abc import Callable

from embedproxy.embeds import frames
from embedproxy.embeds.frames import judge_frame
from embedproxy.embeds.marks import judge_mark
from embedproxy.embeds.page import Page
from embedproxy.embeds.players import PLAYERS, judge_player
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.resources import judge_base
from embedproxy.embeds.scripts import judge_script
from embedproxy.embeds.unread import judge_unread
from embedproxy.embeds.verdict import Verdict
from embedproxy.html.tags import StartTag

Judge = Callable[[StartTag, Page, Policy], Verdict | None]
JUDGES: dict[str, Judge] = {
    **dict.fromkeys(frames.ADDRESS, judge_frame),
    "base": judge_base,
    **dict.fromkeys(PLAYERS, judge_player),
    "blockquote": judge_mark,
    "script": judge_script,
}
TEXTS = frozenset({"script", "style"})  # elements whose text is judged too


def judge_element(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about an element by its start tag.

    Returns:
        None where it stays as it is, but for what it loads itself.
    """
    unread = tag.name in TEXTS and (tag.foreign or tag.doubtful)
    judge = judge_unread if unread else JUDGES.get(tag.name, judge_mark)
    return judge(tag, page, policy)
