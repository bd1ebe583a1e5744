"""Hostile pages cost no more than their length."""

from __future__ import annotations

import time

import pytest

from tests.html.oracle import INTEREST, read
from tests.unmeasured import unmeasured

TRIES = 5  # a busy machine disturbs one measurement, not five
REPEATED = {
    "drawings": b"<svg>",
    "drawings with content": b'<svg><path d="x"/>',
    "unclosed comments": b"<!-- --",
    "unclosed scripts": b"<script>",
    "escaped scripts": b"<script><!--<script>",
    "quotes": b"<a b=\"'",
    "lone signs": b"<",
    "unclosed end tags": b"</",
    "noscript": b"<noscript><style>",
    "templates": b"<template>",
    "integration points": b"<svg><foreignObject><div>",
    "stray end tags": b"<svg></b>",
    "CDATA sections": b"<svg></b><![CDATA[>",
    "patterns in text": b" style=",
    "patterns in tags": b"<p style=x>",
    "classes in tags": b"<p class=x>",
    "classes in text": b" class= ",
    "classes in classes": b"class=",
    "classes in quotes": b"class='class=\"",
    "unsure raw text": b"<select><style>",
}


@unmeasured
def cost(body: bytes, size: int) -> float:
    """Seconds of this process for reading a page in chunks, the least of three."""
    return min(_once(body, size) for _ in range(3))


def _once(body: bytes, size: int) -> float:
    begin = time.process_time()
    read(body, INTEREST, [size] * (len(body) // size))
    return time.process_time() - begin


@pytest.mark.parametrize("size", [10**6, 64], ids=["whole", "chunks"])
@pytest.mark.parametrize("piece", REPEATED.values(), ids=REPEATED.keys())
def test_eight_times_the_page_costs_far_less_than_the_square(piece: bytes, size: int) -> None:
    """Quadratic reading would cost sixty-four times as much, however often tried; linear eight."""
    short, long = piece * (4000 // len(piece)), piece * (32000 // len(piece))
    assert any(cost(long, size) < 28 * cost(short, size) + 0.002 for _ in range(TRIES))
