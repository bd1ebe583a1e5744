"""Tickets: genuine or refused."""

from __future__ import annotations

from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy.consent.signer import Signer
from embedproxy.consent.tickets import SALT, TICKET_BYTES, Ticket, Tickets
from embedproxy.errors import TicketError

OLD, NEW, FOREIGN = ("old" * 11, "new" * 11, "foreign" * 5)
TICKET = Ticket(
    provider="youtube",
    embed="youtube:jNQXAC9IVRw",
    kind="video",
    url="https://www.youtube.com/embed/jNQXAC9IVRw",
    notice="ab" * 32,
    lang="de",
    title="Elefanten: „Rüssel“",
    width=560,
    height=315,
    ratio=(560, 315),
    anchor="embedproxy-1",
)
sizes = st.none() | st.integers(0, 4000)
tickets = st.builds(
    Ticket,
    **dict.fromkeys(("provider", "embed", "kind", "url", "notice", "lang", "title", "anchor"), st.text()),
    width=sizes,
    height=sizes,
    ratio=st.none() | st.tuples(st.integers(1, 4000), st.integers(1, 4000)),
)


@given(st.text())
def test_no_text_at_all_is_a_ticket(text: str) -> None:
    """Whatever a form may send: TicketError and no other exception."""
    with pytest.raises(TicketError):
        Tickets([NEW]).read(text)


def test_a_missing_ticket_is_refused() -> None:
    """A form without the field is told so."""
    with pytest.raises(TicketError, match="missing"):
        Tickets([NEW]).read(None)


@pytest.mark.req("SEC-4")
@given(st.data())
def test_any_altered_character_is_refused(data: st.DataObject) -> None:
    """Each character counts."""
    text = Tickets([NEW]).sign(TICKET)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda character: character != text[place]))
    with pytest.raises(TicketError):
        Tickets([NEW]).read(text[:place] + other + text[place + 1 :])


@given(st.integers(0, 400))
def test_any_truncated_ticket_is_refused(length: int) -> None:
    """A beginning of a ticket is none."""
    text = Tickets([NEW]).sign(TICKET)
    with pytest.raises(TicketError):
        Tickets([NEW]).read(text[: min(length, len(text) - 1)])


def test_a_ticket_of_another_key_is_refused() -> None:
    """Another site's ticket is foreign."""
    with pytest.raises(TicketError):
        Tickets([NEW]).read(Tickets([FOREIGN]).sign(TICKET))


def test_a_text_signed_for_another_use_is_refused() -> None:
    """The salt keeps cookies and tickets apart, although they share the keys."""
    text = Signer([NEW], salt="embedproxy.consent.v1", limit=TICKET_BYTES).sign(astuple(TICKET))
    with pytest.raises(TicketError):
        Tickets([NEW]).read(text)


@pytest.mark.parametrize(
    "content",
    [{}, [], "text", 7, list(astuple(TICKET))[:-1], [*astuple(TICKET), 1], [1, *astuple(TICKET)[1:]]],
    ids=str,
)
def test_a_ticket_of_another_shape_is_refused(content: object) -> None:
    """What another version signed with our key is no ticket of this version."""
    with pytest.raises(TicketError):
        Tickets([NEW]).read(Signer([NEW], salt=SALT, limit=TICKET_BYTES).sign(content))


def test_an_endless_ticket_is_refused() -> None:
    """Beyond the limit nothing is checked, so a large form costs nothing."""
    text = Tickets([NEW]).sign(
        replace(TICKET, title="".join(chr(32 + n % 91 * n % 7919) for n in range(TICKET_BYTES)))
    )
    with pytest.raises(TicketError):
        Tickets([NEW]).read(text)


def test_a_dropped_key_no_longer_reads() -> None:
    """Taking a key off the list ends its tickets."""
    with pytest.raises(TicketError):
        Tickets([NEW]).read(Tickets([OLD]).sign(TICKET))


def test_an_old_key_still_reads() -> None:
    """Rotation ends no page that a visitor has open."""
    assert Tickets([OLD, NEW]).read(Tickets([OLD]).sign(TICKET)) == TICKET


def test_the_newest_key_signs() -> None:
    """The last of the list is the one in use."""
    assert Tickets([NEW]).read(Tickets([OLD, NEW]).sign(TICKET)) == TICKET


@given(tickets)
def test_a_ticket_comes_back_as_it_was(ticket: Ticket) -> None:
    """Every text and size survives the way through the form."""
    assert Tickets([NEW]).read(Tickets([NEW]).sign(ticket)) == ticket


@given(tickets)
def test_a_ticket_is_the_same_every_time(ticket: Ticket) -> None:
    """No time and no chance in it: undecided visitors share one page (DESIGN rule 4)."""
    assert Tickets([NEW]).sign(ticket) == Tickets([NEW]).sign(ticket)


@given(tickets)
def test_a_ticket_needs_no_escaping(ticket: Ticket) -> None:
    """The text can stand in an attribute and in a form as it is."""
    text = Tickets([NEW]).sign(ticket)
    assert text.isascii()
    assert text.replace("-", "").replace("_", "").replace(".", "").isalnum()
