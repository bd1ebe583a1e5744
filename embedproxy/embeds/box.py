"""What stands in an embed's place: the placeholder before a grant, the frame after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from embedproxy.consent.tickets import Ticket
from embedproxy.embeds.embed import Embed
from embedproxy.embeds.frame import frame_of, link_of, room_of
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import embed_of
from embedproxy.errors import TicketError
from embedproxy.notices.notice import Notice

NO_ASSETS = Markup("")


class Box:
    """Draws one embed, in the page or for a swap in place.

    Attributes:
        embed: what is drawn.
        notice: what the visitor is told there.
    """

    def __init__(
        self, policy: Policy, embed: Embed, anchor: str, *, root: str, back: str, nested: bool = False
    ) -> None:
        """Prepare a box.

        Args:
            policy: providers, notices, templates.
            embed: what it is about.
            anchor: DOM id of this occurrence.
            root: our prefix, absolute where it must be.
            back: path and query of the page, for forms without JavaScript.
            nested: it stands in a page inside the page; its forms lead the whole window.
        """
        self._policy = policy
        self._anchor = anchor
        self._root = root
        self._back = back
        self._form = ""
        self._nested = nested
        self.embed = embed
        self.notice: Notice = policy.notice(embed)

    @classmethod
    def of_ticket(cls, policy: Policy, ticket: Ticket, back: str) -> Box:
        """Draw again what a ticket describes.

        Raises:
            TicketError: its provider or its address is not known any more.
        """
        embed = embed_of(ticket, policy)
        if embed.provider != ticket.provider or embed.key != ticket.embed:
            raise TicketError("the ticket's embed belongs to another provider today")
        return cls(policy, embed, ticket.anchor, root=policy.settings.prefix, back=back)

    def leave_form(self, *, granted: bool) -> Markup:
        """Tie the box's controls to a form outside, since it stands in a form of the page.

        Forms do not nest: a parser ignores the inner one, and a press would send the page's form
        (https://html.spec.whatwg.org/#form-element-pointer).

        Returns:
            The form, for a place behind the page's.
        """
        self._form = f"{self._anchor}-form"
        action = self._root + ("withdraw" if granted else "load")
        return Markup('<form id="{}" method="post" action="{}" target="_self"></form>').format(
            self._form, action
        )

    def placeholder(self, assets: Markup = NO_ASSETS, *, changed: bool = False) -> Markup:
        """The box before a grant, with the stylesheet and the script where it is the page's first.

        Args:
            assets: the stylesheet and the script; empty where they stand already.
            changed: whether this visitor agreed to another notice before, and is told so (LAW NOT-6).
        """
        settings = self._policy.settings
        link = link_of(self.embed) if settings.link_out else ""
        own = {
            "link": link,
            "kind": self.embed.kind,
            "title": self.embed.title,
            "offer_always": settings.offers_always,
            "changed": changed,
            "captcha": bool(self.embed.claim and self.embed.claim.provider.guards_forms),
        }
        return self._render("placeholder.html", own, assets)

    def frame(self, assets: Markup = NO_ASSETS, *, autoplay: bool = False) -> Markup:
        """The box after a grant."""
        own = {"frame": frame_of(self.embed, autoplay=autoplay), "size": room_of(self.embed)}
        return self._render("frame.html", own, assets)

    def _render(self, template: str, own: Mapping[str, Any], assets: Markup) -> Markup:
        ticket = self.embed.ticket(self.notice.hash, self.notice.lang, self._anchor)
        common = {
            "anchor": self._anchor,
            "assets": assets,
            "back": self._back,
            "form_id": self._form,
            "target": "_top" if self._nested else "_self",
            "lang_attr": "" if self.notice.lang == self.embed.lang else self.notice.lang,
            "notice": self.notice,
            "prefix": self._root,
            "size": self.embed.size,
            "ticket": self._policy.tickets.sign(ticket),
        }
        return self._policy.templates.render(template, {**common, **own})


def asset_tags(policy: Policy, root: str) -> Markup:
    """The stylesheet and the script; they stand in the page's first box, so that nothing else changes."""
    names = {kind: root + "static/" + asset.name for kind, asset in policy.templates.assets.items()}
    return Markup('<link rel="stylesheet" href="{}" /><script defer="defer" src="{}"></script>').format(
        names["embedproxy.css"], names["embedproxy.js"]
    )
