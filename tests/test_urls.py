"""Addresses are read as browsers read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy import urls

PAGE = "https://site.example/dir/page.html"


@pytest.mark.parametrize(
    ("reference", "href"),
    [
        ("//www.youtube.com/embed/x", "https://www.youtube.com/embed/x"),
        ("HTTPS://WWW.YouTube.COM/embed/x", "https://www.youtube.com/embed/x"),
        (" \tht\ntps://you\ttube.com/x ", "https://youtube.com/x"),
        ("https:\\\\youtube.com\\embed\\x", "https://youtube.com/embed/x"),
        ("https://youtube.com:443/x", "https://youtube.com/x"),
        ("https://you%74ube.com/x", "https://youtube.com/x"),
        ("https://ｙｏｕｔｕｂｅ.com/x", "https://youtube.com/x"),
        ("https://b\u00fccher.example/", "https://xn--bcher-kva.example/"),
        ("https://youtube.com/a/%2e%2E/b", "https://youtube.com/b"),
        ("../pic.png", "https://site.example/pic.png"),
        ("?a=1", "https://site.example/dir/page.html?a=1"),
        ("https:other", "https://site.example/dir/other"),
    ],
)
def test_reference_resolves_as_in_a_browser(reference: str, href: str) -> None:
    """Case, white space, backslashes, escapes and relative forms end where a browser would go."""
    url = urls.parse(reference, PAGE)
    assert url
    assert url.href == href


@pytest.mark.parametrize(
    "reference",
    [
        "data:text/html,x",
        "about:blank",
        "javascript:alert(1)",
        "mailto:a@b.example",
        "https://",
        "http://a b/",
    ],
)
def test_what_is_not_http_is_no_address(reference: str) -> None:
    """Other schemes and nonsense give no address."""
    assert urls.parse(reference, PAGE) is None


def test_relative_reference_without_base_is_no_address() -> None:
    """Nothing is guessed."""
    assert urls.parse("/embed/x") is None
    assert urls.scheme_of("/embed/x") == ""


def test_a_lone_surrogate_counts_as_the_replacement_character() -> None:
    """Browsers fetch such an address; a host cannot hold one."""
    assert urls.parse("https://\ud800.example/") is None
    url = urls.parse("//i.example/\udcf3", "https://site.example/")
    assert url
    assert url.href == "https://i.example/%EF%BF%BD"


def test_user_info_does_not_name_the_host() -> None:
    """The host stands behind the last at sign."""
    url = urls.parse("https://youtube.com@evil.example:8443/?a#b")
    assert url
    assert (url.host, url.port, url.path, url.query, url.fragment) == ("evil.example", "8443", "/", "a", "b")


def test_parts_are_taken_apart() -> None:
    """Every part is there, the dot of the root is not."""
    url = urls.parse("https://www.youtube.com.:444/embed/x?a=1&b=2#t=3")
    assert url
    assert url.host == "www.youtube.com"
    assert url.origin == "https://www.youtube.com:444"
    assert url.target == "/embed/x?a=1&b=2"
    assert url.fragment == "t=3"


def test_ipv6_address_keeps_its_brackets() -> None:
    """A host can be put back into an address as it is."""
    url = urls.parse("http://[::1]:8080")
    assert url
    assert (url.host, url.port, url.origin, url.target) == ("[::1]", "8080", "http://[::1]:8080", "/")


def test_default_port_is_not_in_the_origin() -> None:
    """An origin is written as browsers write it."""
    url = urls.parse("http://site.example:80/a")
    assert url
    assert url.origin == "http://site.example"


@pytest.mark.parametrize(
    ("reference", "scheme"),
    [
        ("x.html", "https"),
        ("DATA:text/plain,x", "data"),
        ("java\nscript:alert(1)", "javascript"),
        ("about:blank", "about"),
        ("http://[", ""),
    ],
)
def test_scheme_is_what_a_browser_would_act_on(reference: str, scheme: str) -> None:
    """Also where white space hides it."""
    assert urls.scheme_of(reference, PAGE) == scheme


@pytest.mark.parametrize(
    ("host", "under"),
    [
        ("youtube.com", True),
        ("www.youtube.com", True),
        ("notyoutube.com", False),
        ("youtube.com.evil.example", False),
        ("com", False),
    ],
)
def test_host_is_under_another_label_by_label(host: str, under: bool) -> None:
    """A suffix of letters is not a suffix of labels."""
    assert urls.is_under(host, "youtube.com") is under


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.example.co.uk", "example.co.uk"),
        ("alice.github.io", "alice.github.io"),
        ("a.alice.github.io", "alice.github.io"),
        ("github.io", "github.io"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("www.xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("", ""),
    ],
)
def test_registrable_domain_follows_the_public_suffix_list(host: str, domain: str) -> None:
    """Its private section included; addresses and single labels stand for themselves."""
    assert urls.registrable(host) == domain


def test_two_customers_of_one_hoster_are_two_sites() -> None:
    """Sub-domains of one domain are one site, of a public suffix they are not."""
    assert urls.same_site("www.site.example", "cdn.site.example")
    assert not urls.same_site("alice.github.io", "bob.github.io")


@given(st.text(), st.none() | st.just(PAGE) | st.text())
def test_no_reference_raises(reference: str, base: str | None) -> None:
    """Pages say anything."""
    url = urls.parse(reference, base)
    assert url is None or url.scheme == urls.scheme_of(reference, base)


@given(st.text(alphabet="htps:/\\.@[]%2e#?&=a\t\n xＡü1", max_size=40))
def test_parsed_address_parses_to_itself(reference: str) -> None:
    """Serialised once, an address does not change any more."""
    url = urls.parse(reference, PAGE)
    if url:
        again = urls.parse(url.href)
        assert again == url
        assert url.path.startswith("/")
        assert url.host
        urls.registrable(url.host)
