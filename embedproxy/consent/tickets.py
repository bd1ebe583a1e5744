"""The signed ticket in a placeholder's form: what a press will load, and which notice was on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from embedproxy.consent.signer import Signer
from embedproxy.errors import TicketError

SALT = "embedproxy.ticket.v1"
TICKET_BYTES = 16384  # far above what a page's longest address needs; a longer one is not ours


@dataclass(frozen=True, slots=True)
class Ticket:
    """Everything that is needed to build the frame after a grant (LAW SEC-4).

    There is no time and nothing of the visitor in it, so that every undecided visitor shares one page
    (DESIGN rule 4); the notice's hash proves what was on screen.

    Attributes:
        provider: the provider's id, or ``host:`` and the host of an unknown third party.
        embed: the embed's id, such as ``youtube:jNQXAC9IVRw``.
        kind: video, post, map, audio or generic.
        url: the item's address as the page named it, absolute.
        notice: hash of the notice, 64 hex digits.
        lang: the notice's language.
        title: what the author called the embed; may be empty.
        width: in CSS pixels; None fills the line.
        height: in CSS pixels; None follows from the ratio.
        ratio: width by height; None where the height is fixed.
        anchor: DOM id of this occurrence.
    """

    provider: str
    embed: str
    kind: str
    url: str
    notice: str
    lang: str
    title: str
    width: int | None
    height: int | None
    ratio: tuple[int, int] | None
    anchor: str


class Tickets:
    """Signs tickets and reads them back.

    Args:
        keys: signing keys, oldest to newest; the newest signs, all of them are accepted.
    """

    def __init__(self, keys: Sequence[str | bytes]) -> None:
        self._signer = Signer(keys, salt=SALT, limit=TICKET_BYTES)

    def sign(self, ticket: Ticket) -> str:
        """Give the text for the form: letters, digits, ``-``, ``_`` and ``.`` only; the same every time."""
        return self._signer.sign(astuple(ticket))

    def read(self, text: str | None) -> Ticket:
        """Read a form's ticket.

        Args:
            text: what the form sent; None when it sent none.

        Raises:
            TicketError: when it is missing, altered, or signed by somebody else.
        """
        if not text:
            raise TicketError("The form's ticket is missing.")
        values = self._signer.read(text)
        if values is None:
            raise TicketError("The form's ticket is not genuine.")
        return _ticket(values)


def _ticket(values: object) -> Ticket:
    """Build a ticket from what was signed; another version may have signed something else under our key."""
    match values:
        case [
            str(provider),
            str(embed),
            str(kind),
            str(url),
            str(notice),
            str(lang),
            str(title),
            (int() | None) as width,
            (int() | None) as height,
            ([int(), int()] | None) as ratio,
            str(anchor),
        ]:
            shape = (ratio[0], ratio[1]) if ratio else None
            return Ticket(provider, embed, kind, url, notice, lang, title, width, height, shape, anchor)
    raise TicketError("The form's ticket was made by another version.")
