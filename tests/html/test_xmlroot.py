"""The root of an XML document."""

from __future__ import annotations

import pytest

from embedproxy.html.xmlroot import Root, RootReader


def root(body: bytes, size: int = 1000) -> RootReader:
    """What a document in pieces of a size begins with."""
    reader = RootReader()
    for at in range(0, len(body), size):
        reader.feed(body[at : at + size])
    reader.feed(b"", last=True)
    return reader


@pytest.mark.parametrize(
    "body", [b"", b"no xml", b"<!-- never ends", b"< a/>", b"\n<?xml version='1.0'?><a/>"]
)
def test_what_has_no_root_fails(body: bytes) -> None:
    """Such a document shows nothing."""
    assert root(body).failed
    assert root(body).root is None


@pytest.mark.parametrize("size", [1, 1000])
def test_the_root_is_found_behind_everything_else(size: int) -> None:
    """Declaration, comments, instructions, and a type with entities."""
    head = b'<?xml version="1.0"?><!-- <b/> --><?x y?><!DOCTYPE a [<!ENTITY n "urn:n">]>'
    body = head + b'<x:a xmlns:x="&n;" xmlns="m">'
    assert root(body, size).root == Root("urn:n", "a", frozenset({"urn:n", "m"}))
