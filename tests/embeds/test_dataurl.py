"""Documents inside ``data:`` addresses."""

from __future__ import annotations

import base64

import pytest

from embedproxy.embeds.dataurl import DataUrl, is_data, read_data


@pytest.mark.parametrize(
    ("address", "held"),
    [
        ("data:text/css,a%7B%7D", DataUrl("text/css", "a{}")),
        (" DA\nTA:Text/HTML;charset=utf-8,%C3%A4#x", DataUrl("text/html", "ä")),
        ("data:text/html;base64,PGI+", DataUrl("text/html", "<b>")),
        ("data:text/html;BASE64, P G I\t+ ", DataUrl("text/html", "<b>")),
        ("data:text/html;charset=utf-16le,%3C%00b%00", DataUrl("text/html", "<b")),
        ("data:,x", DataUrl("", "x")),
        ("data:text/html,\ud800", DataUrl("text/html", "?")),
    ],
)
def test_a_data_address_is_decoded_as_browsers_do(address: str, held: DataUrl) -> None:
    """Whatever way it is written in."""
    assert is_data(address)
    assert read_data(address) == held


@pytest.mark.parametrize(
    "address",
    ["https://site.example/data:,x", "data:text/html", "data:x;base64,A", "data:x;charset=hz-gb-2312,x", ""],
)
def test_what_no_browser_can_read_is_none(address: str) -> None:
    """No comma, half a byte, a charset that is refused."""
    assert read_data(address) is None


def test_a_long_picture_is_read_at_once() -> None:
    """Pages are full of them."""
    held = read_data("data:image/png;base64," + base64.b64encode(bytes(300_000)).decode())
    assert held is not None
    assert len(held.text) == 300_000
