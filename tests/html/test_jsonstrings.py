"""The strings of a JSON text, with their paths and places."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy.errors import RewriteError
from embedproxy.html.jsonstrings import json_strings, write_json

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def values(tree: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    """Every string of a tree that is a value, found by walking it."""
    if isinstance(tree, str):
        return [(path, tree)]
    if isinstance(tree, list):
        return [found for item in tree for found in values(item, path)]
    if isinstance(tree, dict):
        return [found for key, item in tree.items() for found in values(item, (*path, key))]
    return []


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":"<p>"',
        b'{"a":"b" "c"}',
        b'{"a":NaN}',
        b"<p>",
        b'"\xff"',
        b'"\n"',
        b"'a'",
        b"[" * 100_000,
        b"\xef\xbb\xbf1",
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    """Another reader could find another string."""
    with pytest.raises(RewriteError):
        list(json_strings(body))


@given(ANYTHING, st.booleans(), st.sampled_from([None, 2]))
def test_every_string_is_found_with_its_path_and_text(tree: object, ascii_: bool, indent: int | None) -> None:
    """However the text is written."""
    body = json.dumps(tree, ensure_ascii=ascii_, indent=indent).encode()
    found = [
        (each.path, each.transcript().text.decode("utf-8", "surrogatepass")) for each in json_strings(body)
    ]
    assert found == values(tree)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_place_holds_what_the_string_says(text: str) -> None:
    """The bytes between start and end, in quotes, say the same."""
    body = json.dumps([1, {"a": text}]).encode()
    (string,) = json_strings(body)
    assert json.loads(b'"%b"' % body[string.start : string.end]) == text


def test_what_is_written_can_stand_in_a_script() -> None:
    """No tag can begin in it."""
    written = write_json('</script><!-- "\\ \n')
    assert b"<" not in written
    assert json.loads(b'"%b"' % written) == '</script><!-- "\\ \n'
