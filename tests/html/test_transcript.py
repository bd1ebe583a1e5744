"""A text and the way back to the bytes that say it."""

from __future__ import annotations

from embedproxy.html.transcript import Span, Transcript


def example() -> Transcript:
    """``a&lt;b<![CDATA[cd]]>e`` behind ten other bytes: the text ``a<bcde``."""
    result = Transcript()
    result.add(10, 11, b"a", literal=True)
    result.add(11, 15, b"<", literal=False)
    result.add(15, 16, b"b", literal=True)
    result.add(25, 27, b"cd", literal=True, section=True)
    result.add(30, 31, b"e", literal=True)
    return result


def test_a_transcript_of_nothing_is_false() -> None:
    """There is nowhere to write."""
    assert not Transcript()
    assert example()


def test_the_text_is_put_together() -> None:
    """With its place in the document."""
    assert (example().text, example().start, example().end) == (b"a<bcde", 10, 31)


def test_a_reference_goes_whole() -> None:
    """One character of the text may be many bytes of the source."""
    assert example().span(1, 2) == Span(11, 15)


def test_an_inner_part_of_a_run_is_found() -> None:
    """Byte for byte."""
    assert example().span(4, 5) == Span(26, 27, True, True)


def test_a_range_may_begin_outside_a_section_and_end_in_it() -> None:
    """Then the writer opens one."""
    assert example().span(2, 4) == Span(15, 26, False, True)
    assert example().span(4, 6) == Span(26, 31, True, False)


def test_a_point_stands_where_its_text_begins_or_behind_the_last() -> None:
    """Insertions replace nothing."""
    assert example().span(2, 2) == Span(15, 15)
    assert example().span(3, 3) == Span(25, 25, True, True)
    assert example().span(6, 6) == Span(31, 31)
