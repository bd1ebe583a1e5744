"""What a page says about its encoding itself."""

from __future__ import annotations

import pytest

from embedproxy.html.prescan import prescan


@pytest.mark.parametrize(
    ("head", "label"),
    [
        (b"<META/CHARSET='Shift_JIS'>", "Shift_JIS"),
        (b"<!-- <meta charset=a> --><meta charset=b>", "b"),
        (b"<!--><meta charset=a>-->", "a"),
        (b"<!-- <meta charset=a>", ""),
        (b"<p title='<meta charset=a>'><meta charset=b>", "b"),
        (b"<!doctype html><?x <meta charset=a>", ""),
        (b"</meta charset=a><meta name=x><meta charset=b>", "b"),
        (b"<meta http-equiv=Content-Type content='text/html; charset = \"koi8-r\"'>", "koi8-r"),
        (b"<meta content='text/html; charset=koi8-r' http-equiv=CONTENT-TYPE>", "koi8-r"),
        (b"<meta http-equiv=content-type content=\"x; charset='a b'\">", "a b"),
        (b"<meta content='text/html; charset=koi8-r'>", ""),
        (b"<meta http-equiv=content-type content=text/html>", ""),
        (b"<meta http-equiv=content-type>", ""),
        (b"x < y <meta charset=a>", "a"),
        (b"<meta charset=a", ""),
        (b"<!-- <p> <meta charset=a>", ""),
        (b" " * 1024 + b"<meta charset=a>", ""),
        (b"plain text", ""),
    ],
)
def test_the_first_meta_that_names_an_encoding_counts(head: bytes, label: str) -> None:
    """Not one in a comment, in an attribute, or behind the first 1024 bytes."""
    assert next(filter(None, prescan(head)), "") == label


def test_every_label_is_offered() -> None:
    """An unknown one is passed over by the reader."""
    assert list(prescan(b"<meta charset=nonsense><meta charset=koi8-r>")) == ["nonsense", "koi8-r"]
