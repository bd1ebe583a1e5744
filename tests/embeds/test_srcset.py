"""The addresses in a ``srcset``."""

from __future__ import annotations

import pytest

from embedproxy.embeds.srcset import candidates


@pytest.mark.parametrize(
    ("srcset", "found"),
    [
        ("/a 1x,https://i.example/b 2x", ["/a", "https://i.example/b"]),
        ("/a,b 1x, /c", ["/a,b", "/c"]),
        ("/a, /b", ["/a", "/b"]),
        ("/a,,, ,/b", ["/a", "/b"]),
        ("/a (x,y) 2x,/b", ["/a", "/b"]),
        ("/a (x,y", ["/a"]),
        (" ,\n/a\t100w , /b\u00a0c 2x", ["/a", "/b\u00a0c"]),
        ("data:image/gif;base64,R0==, /b 2x", ["data:image/gif;base64,R0==", "/b"]),
        (",,", []),
        ("", []),
    ],
)
def test_candidates_are_cut_apart_as_browsers_do(srcset: str, found: list[str]) -> None:
    """A comma ends an address only at its end; without a space it belongs to it."""
    assert list(candidates(srcset)) == found


def test_a_long_srcset_is_read_in_one_go() -> None:
    """Nothing in it is read twice."""
    assert len(list(candidates("/a 1x," * 20000 + "(" * 20000))) == 20001
