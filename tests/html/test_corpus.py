"""Real pages and the tokenizer tests of html5lib, read whole, byte by byte and in chunks by chance."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest

from embedproxy.html.splicer import Splicer
from embedproxy.html.tags import StartTag, Token, Unclosed
from embedproxy.html.tokenizer import Interest, Tokenizer
from tests.html.oracle import (
    INTEREST,
    bytewise,
    elements_of,
    everything,
    is_live,
    random_sizes,
    read,
)
from tests.unmeasured import unmeasured

pytestmark = pytest.mark.corpus


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file with one JSON object a line."""
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def cases(corpus: Path, *prefixes: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The adversarial cases whose id begins with one of the prefixes, with their bytes."""
    for row in rows(corpus / "adversarial" / "cases.jsonl"):
        if row["id"].startswith(prefixes):
            html = row.get("html_b64")
            yield row, base64.b64decode(html) if html else row["html"].encode("utf-8", "surrogatepass")


def pages(corpus: Path) -> Iterator[tuple[str, bytes]]:
    """The saved pages by their id."""
    for row in rows(corpus / "pages" / "MANIFEST.jsonl"):
        yield row["id"], (corpus / row["file"]).read_bytes()


@unmeasured
def built(body: bytes, interest: Interest, *, scripting: bool) -> set[tuple[int, int, str]]:
    """The start tags of interest that a tree builder made elements of."""
    found = set()
    for element in elements_of(body.decode("latin-1"), scripting=scripting):
        place = element.source_location
        if place and place.start_tag and element.tag.lower() in interest.names:
            found.add((place.start_tag.start_offset, place.start_tag.end_offset, element.tag.lower()))
    return found


def reported(body: bytes, interest: Interest) -> set[tuple[int, int, str]]:
    """The start tags of interest that the tokenizer reports; ``image`` is an alias of ``img``."""
    tags = [token for token in read(body, interest) if isinstance(token, StartTag)]
    aliases = {(tag.start, tag.end, "img") for tag in tags if tag.name == "image"}
    return aliases | {(tag.start, tag.end, tag.name) for tag in tags if tag.name in interest.names}


def unix(body: bytes) -> bytes:
    """The tree builder counts CRLF as one character."""
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def test_every_element_of_html5lib_tests_is_reported_at_its_place(corpus: Path) -> None:
    """With scripting on and off; the bytes of each start tag are the tree builder's."""
    seen = 0
    for row, raw in cases(
        corpus, "h5tok-", "h5tree-", "splice-", "own-ctx", "own-attr", "lolhtml-", "dompurify-"
    ):
        body = unix(raw)
        interest = everything(body)
        if any(isinstance(token, Unclosed) for token in read(body, interest)):
            continue  # what follows differs between the readings
        for scripting in (False, True):
            missing = built(body, interest, scripting=scripting) - reported(body, interest)
            assert not missing, f"{row['id']}: {missing} not reported"
            seen += 1
    assert seen > 1000


def test_cases_read_alike_in_chunks_of_any_size(corpus: Path) -> None:
    """Byte by byte, and by chance."""
    for row, body in cases(corpus, "h5tok-", "h5tree-", "splice-", "own-", "lolhtml-"):
        if len(body) > 20000:
            continue
        interest, seed = everything(body), random.randrange(2**32)
        whole = read(body, interest)
        assert read(body, interest, bytewise(body)) == whole, f"{row['id']}: byte by byte"
        assert read(body, interest, random_sizes(seed)) == whole, f"{row['id']}: seed {seed}"


def test_an_iframe_behind_every_tokenizer_state_is_found(corpus: Path) -> None:
    """A live one is reported; a swallowed one only where a tokenizer cannot know."""
    doubtful = ("frameset", "<svg", "<math")  # they hide iframes by rules of the tree builder
    for row, body in cases(corpus, "splice-"):
        if row["expect"] == "blocked":
            assert is_live(body), row["id"]
        elif not any(name in row["html"] for name in doubtful):
            assert not is_live(body), row["id"]


def test_html5lib_agrees_about_the_frames_of_every_case(corpus: Path) -> None:
    """A second, independent tree builder; it knows no declarative shadow roots."""
    for row, body in cases(corpus, "splice-", "own-ctx"):
        text = body.decode("utf-8", "replace")
        tree = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=True)
        if tree.find(".//{http://www.w3.org/1999/xhtml}iframe[@src]") is not None:
            tags = [token.name for token in read(text) if isinstance(token, StartTag)]
            assert "iframe" in tags, row["id"]


def test_real_pages_hold_exactly_the_elements_that_a_browser_builds(corpus: Path) -> None:
    """Nothing missing, nothing invented, nothing in doubt."""
    for page, raw in pages(corpus):
        body = unix(raw)
        elements, tags = built(body, INTEREST, scripting=False), reported(body, INTEREST)
        assert elements <= tags, f"{page}: {elements - tags} missing"
        extra = {tag[:2] for tag in tags} - {element[:2] for element in elements}
        assert not extra, f"{page}: {extra} invented"
        assert not [token for token in read(body) if isinstance(token, Unclosed)], page


def test_real_pages_leave_as_they_came(corpus: Path) -> None:
    """Through tokenizer and splicer, in chunks by chance, released as soon as settled."""
    for page, body in pages(corpus):
        seed = random.randrange(2**32)
        tokenizer, splicer, at = Tokenizer(INTEREST), Splicer(), 0
        whole, tokens, out = read(body), list[Token](), b""
        for size in (1024 * size for size in random_sizes(seed)):
            if at >= len(body):
                break
            tokens += tokenizer.feed(body[at : at + size])
            splicer.feed(body[at : at + size])
            out += splicer.release(tokenizer.settled)
            at += size
        tokens += tokenizer.close()
        assert tokens == whole, f"{page}: seed {seed}"
        assert out + splicer.close() == body, f"{page}: seed {seed}"
