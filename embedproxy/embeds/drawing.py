"""The boxes of one page, drawn as they are met."""

from __future__ import annotations

from markupsafe import Markup

from embedproxy.embeds.box import NO_ASSETS, Box, asset_tags
from embedproxy.embeds.embed import Embed
from embedproxy.embeds.frame import frame_of, link_of
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.templates import ascii_bytes

# An applet element is unknown to today's browsers, but their parsers end no paragraph, link or emphasis
# around it because of what stands inside (https://html.spec.whatwg.org/#has-an-element-in-scope): the page's
# own structure stays as it was. docs/decisions/0007 says what else was tried.
PLACE = (b'<applet class="embedproxy-place" code="">', b"</applet>")
BELOW = b' data-quotation="above">'  # the stylesheet makes one thing of the author's quotation and the box


class Drawing:
    """Draws placeholders and frames into a page, and notes in it what it drew.

    Attributes:
        place: what stands around each box.
        bare: whether boxes hold no script, since its end tag could end a script of the page.
    """

    place = PLACE
    bare = False

    def __init__(self, page: Page, policy: Policy) -> None:
        """Prepare for one page."""
        self._page = page
        self._policy = policy
        self._dressed = False  # the stylesheet and the script stand in the first box
        self._in_form = False  # a form of the page is open: a form inside it would be ignored
        self._forms: list[Markup] = []  # forms of boxes inside it, which stand behind it

    def below_quotation(self, embed: Embed) -> bytes:
        """Draw the box of a post right below the author's quotation of it."""
        return self.box(embed).replace(b">", BELOW, 1)

    def box(self, embed: Embed) -> bytes:
        """Draw the placeholder, or the frame where this visitor has granted it; a share button is a link.

        Returns:
            ASCII with character references, right in every charset that is a superset of it.
        """
        page, policy = self._page, self._policy
        if embed.is_share:
            return PLACE[0] + ascii_bytes(_share(embed, policy)) + PLACE[1]
        root = page.root(policy.settings.prefix)
        anchor = page.anchor(embed.anchor)
        box = Box(policy, embed, anchor, root=root, back=page.address.back, nested=page.nested)
        page.frames[frame_of(embed).src] = None
        granted = page.grants.covers(embed.provider, embed.key) is not None
        page.granted |= granted
        if self._in_form:
            self._forms.append(box.leave_form(granted=granted))
        assets = NO_ASSETS if self._dressed or self.bare else asset_tags(policy, root)
        self._dressed |= not self.bare
        changed = embed.provider in page.grants.stale
        drawn = box.frame(assets) if granted else box.placeholder(assets, changed=changed)
        return self.place[0] + ascii_bytes(drawn) + self.place[1]

    def inner(self, page: Page) -> Drawing:
        """What draws into a page that stands inside this one."""
        return Drawing(page, self._policy)

    def enter_form(self) -> None:
        """A form of the page begins."""
        self._in_form = True

    def leave_form(self) -> bytes:
        """A form of the page ends, or the page does: give the forms of the boxes inside it."""
        self._in_form = False
        forms, self._forms = self._forms, []
        return b"".join(map(ascii_bytes, forms))


def _share(embed: Embed, policy: Policy) -> Markup:
    """A plain link to the provider's share address: nothing is loaded, so nothing needs a grant."""
    words = policy.notice(embed).words
    return Markup('<a class="embedproxy-share" href="{}" rel="noopener noreferrer">{}</a>').format(
        link_of(embed), words["share"]
    )
