"""Edits among bytes that otherwise leave as they came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy.html.splicer import Splicer


def held(document: bytes) -> Splicer:
    """A splicer that holds a document."""
    splicer = Splicer()
    splicer.feed(document)
    return splicer


def test_bytes_leave_as_they_came() -> None:
    """Nothing was edited."""
    splicer = held(b"ab\r\n\0\xff")
    assert splicer.release(3) + splicer.close() == b"ab\r\n\0\xff"
    assert not splicer.edited


def test_edits_stand_in_place_of_their_range() -> None:
    """Replacements, insertions and cuts in one document."""
    splicer = held(b"0123456789")
    splicer.replace(1, 3, b"A")
    splicer.replace(3, 3, b"B")
    splicer.replace(3, 3, b"C")
    splicer.cut(5, b"D")
    splicer.resume(7)
    splicer.replace(10, 10, b"E")
    assert splicer.close() == b"0ABC34D789E"
    assert splicer.edited


def test_an_edit_holds_back_what_it_replaces() -> None:
    """Until its end is released as well."""
    splicer = held(b"0123456789")
    splicer.replace(2, 6, b"X")
    assert splicer.release(4) == b"01"
    assert splicer.peek(2, 4) == b"23"
    assert splicer.release(8) == b"X67"
    assert splicer.close() == b"89"


def test_an_open_cut_drops_bytes_as_they_come() -> None:
    """Memory does not grow with what is cut."""
    splicer = held(b"0123")
    splicer.cut(2, b"X")
    assert splicer.release(4) == b"01X"
    splicer.feed(b"4567")
    assert splicer.release(8) == b""
    with pytest.raises(ValueError, match="not held"):
        splicer.peek(5, 6)
    splicer.feed(b"89")
    splicer.resume(9)
    assert splicer.close() == b"9"


def test_an_open_cut_drops_the_rest() -> None:
    """It lasts to the end of the document."""
    splicer = held(b"0123")
    splicer.cut(1)
    assert splicer.close() == b"0"


def test_an_insertion_where_bytes_were_released_still_comes() -> None:
    """The place itself has not been passed."""
    splicer = held(b"01")
    assert splicer.release(1) == b"0"
    splicer.replace(1, 1, b"X")
    assert splicer.close() == b"X1"


def test_edits_out_of_order_are_refused() -> None:
    """A mistake of the caller must not corrupt a page."""
    splicer = held(b"0123456789")
    splicer.replace(4, 6, b"")
    for start in (0, 5):
        with pytest.raises(ValueError, match="too late"):
            splicer.replace(start, 8, b"")
    with pytest.raises(ValueError, match="turned round"):
        splicer.replace(8, 7, b"")
    splicer.release(8)
    with pytest.raises(ValueError, match="too late"):
        splicer.cut(7)


def test_no_edit_may_come_while_a_cut_is_open() -> None:
    """Its end is not known."""
    splicer = held(b"0123456789")
    with pytest.raises(ValueError, match="no cut"):
        splicer.resume(3)
    splicer.cut(4)
    with pytest.raises(ValueError, match="too late"):
        splicer.replace(6, 7, b"")
    with pytest.raises(ValueError, match="no cut"):
        splicer.resume(3)
    splicer.release(8)
    with pytest.raises(ValueError, match="no cut"):
        splicer.resume(7)


@given(
    st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=8), st.lists(st.integers(0, 60), max_size=8)
)
def test_releasing_in_pieces_gives_the_same_bytes(
    document: bytes, marks: list[int], stops: list[int]
) -> None:
    """However the document is fed and let go."""
    ends = sorted(mark for mark in marks if mark <= len(document))
    ranges = list(zip(ends[::2], ends[1::2], strict=False))
    expected, splicer = b"", held(document)
    at = 0
    for start, end in ranges:
        splicer.replace(start, end, b"<>")
        expected += document[at:start] + b"<>"
        at = end
    out = b"".join(splicer.release(stop) for stop in sorted(stops))
    assert out + splicer.close() == expected + document[at:]
