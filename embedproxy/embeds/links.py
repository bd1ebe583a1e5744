"""Plain links in the place of embeds, for texts in which no form and no style sheet works."""

from __future__ import annotations

from markupsafe import Markup

from embedproxy.embeds.drawing import Drawing
from embedproxy.embeds.embed import Embed
from embedproxy.embeds.frame import link_of
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.templates import ascii_bytes
from embedproxy.html.xmltokens import XHTML


class Links(Drawing):
    """Draws a link to the item; it depends on no grant, so that everybody gets the same text."""

    def __init__(self, page: Page, policy: Policy, *, xml: bool = False) -> None:
        """Prepare for one text.

        Args:
            page: what is known of the document.
            policy: notices and settings.
            xml: whether the link stands in XML, where it names its namespace.
        """
        super().__init__(page, policy)
        self._xmlns = Markup(' xmlns="{}"').format(XHTML) if xml else ""

    def box(self, embed: Embed) -> bytes:
        """Draw the link; where the operator wants no links to providers, its words alone."""
        words = self._policy.notice(embed).words
        text = words["share" if embed.is_share else "view" if embed.kind == "post" else "open"]
        if embed.title:
            text = f"{embed.title}: {text}"
        if not self._policy.settings.link_out:
            return ascii_bytes(Markup("<span{}>{}</span>").format(self._xmlns, text))
        link = Markup('<a{} href="{}" rel="noopener noreferrer">{}</a>')
        return ascii_bytes(link.format(self._xmlns, link_of(embed), text))

    def below_quotation(self, embed: Embed) -> bytes:
        """The same link."""
        return self.box(embed)

    def inner(self, page: Page) -> Drawing:
        """In a page inside, links too."""
        return Links(page, self._policy)

    def enter_form(self) -> None:
        """A form begins; links need none."""
