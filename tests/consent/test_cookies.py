"""The cookies of grants: any doubt is no grant."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy.consent.cookies import COOKIE_BYTES, LEEWAY, READ_BYTES, SALT, GrantCookies
from embedproxy.consent.grants import Extent, Grant, Grants
from embedproxy.consent.signer import Signer

NOW = 1_795_000_000
OLD, NEW, FOREIGN = ("old" * 11, "new" * 11, "foreign" * 5)
NOTICE = "0123456789abcdef"
DAY = 86400


def cookies(
    *keys: str,
    now: float = NOW,
    current: Callable[[str, str], bool] = lambda provider, notice: notice == NOTICE,
) -> GrantCookies:
    """Our cookies at a given time, with one notice current."""
    return GrantCookies(keys or (NEW,), always_days=180, once_hours=24, is_current=current, clock=lambda: now)


def grant(
    extent: Extent = "once", *, at: int = NOW, notice: str = NOTICE, provider: str = "youtube"
) -> Grant:
    """A press on a video."""
    embed = f"{provider}:jNQXAC9IVRw" if extent == "once" else ""
    return Grant(provider, extent, embed, at, notice, "0123456789abcdef" * 2)


ONCE, ALWAYS = grant("once"), grant("always")


def header(grants: Grants, signer: GrantCookies | None = None, *, secure: bool = True) -> str:
    """The Cookie header that a browser would send back."""
    lines = (signer or cookies()).write(grants, secure=secure)
    return "; ".join(line.partition(";")[0] for line in lines if "Max-Age=0" not in line)


def signed(payload: object, *, key: str = NEW, salt: str = SALT, name: str = "__Host-embedproxy-once") -> str:
    """A header whose cookie carries any payload under a genuine signature."""
    return f"{name}=" + Signer([key], salt=salt, limit=READ_BYTES).sign(payload)


def row(extent: Extent = "once") -> list[object]:
    """The press as it stands in the cookie."""
    one = grant(extent)
    return [one.provider, one.embed, one.at, one.notice, one.receipt]


printable = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), min_size=1, max_size=20)
digits = st.text("0123456789abcdef", min_size=32, max_size=32)
grants = st.builds(
    lambda provider, extent, item, at, receipt: Grant(
        provider, extent, item if extent == "once" else "", NOW - at, NOTICE, receipt
    ),
    printable,
    st.sampled_from(("once", "always")),
    printable,
    st.integers(0, DAY - 1),
    digits,
)


# -- hostile and stale


@pytest.mark.req("COO-6")
@given(st.text())
def test_no_header_at_all_is_an_error(text: str) -> None:
    """Whatever a browser sends reads as no grant, without an exception."""
    assert not cookies().read(text, secure=True)
    assert not cookies().read(f"__Host-embedproxy={text}", secure=True)


@pytest.mark.req("COO-6")
@pytest.mark.req("SEC-1")
@given(st.data())
def test_any_altered_character_is_no_grant(data: st.DataObject) -> None:
    """Each character of the value counts."""
    whole = header(Grants((ONCE,)))
    start = whole.index("=") + 1
    place = data.draw(st.integers(start, len(whole) - 1))
    other = data.draw(st.characters().filter(lambda character: character != whole[place]))
    altered = whole[:place] + other + whole[place + 1 :]
    assert not cookies().read(altered, secure=True)


@pytest.mark.req("SEC-1")
def test_a_signature_spelt_otherwise_is_no_grant() -> None:
    """Base64 decoders skip junk and ignore the last two bits: we accept one spelling only."""
    whole = header(Grants((ONCE,)))
    last = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    sibling = last[last.index(whole[-1]) ^ 1]
    assert not cookies().read(whole[:-1] + sibling, secure=True)
    assert not cookies().read(whole[:-2] + "!!!!" + whole[-2:], secure=True)


@given(st.integers(0, 300))
def test_any_truncated_cookie_is_no_grant(length: int) -> None:
    """A beginning of a cookie is none."""
    whole = header(Grants((ONCE,)))
    assert not cookies().read(whole[: min(length, len(whole) - 1)], secure=True)


@pytest.mark.req("SEC-1")
@pytest.mark.req("COO-6")
def test_a_cookie_of_another_key_is_no_grant() -> None:
    """Another site's cookie is foreign."""
    assert not cookies().read(header(Grants((ONCE,)), cookies(FOREIGN)), secure=True)


@pytest.mark.req("SEC-1")
def test_a_cookie_of_another_salt_is_no_grant() -> None:
    """What was signed for another use grants nothing (LAW SEC-1)."""
    assert not cookies().read(signed({"v": 1, "once": [row()]}, salt="embedproxy.ticket.v1"), secure=True)


@pytest.mark.req("COO-6")
@pytest.mark.parametrize(
    "payload",
    [
        {"v": 2, "once": [row()]},
        {"v": "1", "once": [row()]},
        {"once": [row()]},
        {"v": 1},
        {"v": 1, "once": {"youtube": row()}},
        {"v": 1, "once": "youtube"},
        {"v": 1, "once": [row()[:4]]},
        {"v": 1, "once": [[*row(), 1]]},
        {"v": 1, "once": ["youtube"]},
        {"v": 1, "once": [None]},
        {"v": 1, "once": [row("always")]},
        {"v": 1, "once": [["", *row()[1:]]]},
        {"v": 1, "once": [[*row()[:2], str(NOW), *row()[3:]]]},
        {"v": 1, "once": [[*row()[:2], True, *row()[3:]]]},
        {"v": 1, "once": [[*row()[:2], float(NOW), *row()[3:]]]},
        {"v": 1, "once": [[*row()[:3], NOTICE.upper(), row()[4]]]},
        {"v": 1, "once": [[*row()[:4], "f" * 31]]},
        {"v": 1, "once": [[*row()[:4], "f" * 32 + "\n"]]},
        [1, "once", [row()]],
        "text",
        None,
        1,
    ],
    ids=str,
)
def test_a_signed_cookie_of_another_shape_is_no_grant(payload: object) -> None:
    """A version or a shape that we do not write grants nothing, although the signature is genuine."""
    assert not cookies().read(signed(payload), secure=True)


def test_a_row_of_another_shape_leaves_the_good_one() -> None:
    """Each grant is judged by itself."""
    assert cookies().read(signed({"v": 1, "once": [None, row()]}), secure=True).items == (ONCE,)


@pytest.mark.req("COO-6")
@pytest.mark.parametrize(("extent", "seconds"), [("once", DAY), ("always", 180 * DAY)])
def test_an_expired_grant_does_not_count(extent: Extent, seconds: int) -> None:
    """The time inside the cookie ends the grant, whatever the browser keeps."""
    text = header(Grants((grant(extent),)))
    assert not cookies(now=NOW + seconds).read(text, secure=True)


@pytest.mark.parametrize(("extent", "seconds"), [("once", DAY), ("always", 180 * DAY)])
def test_a_grant_counts_until_its_last_second(extent: Extent, seconds: int) -> None:
    """It ends no earlier than the visitor was told."""
    text = header(Grants((grant(extent),)))
    assert cookies(now=NOW + seconds - 1).read(text, secure=True)


@pytest.mark.req("COO-6")
def test_a_grant_from_the_future_does_not_count() -> None:
    """A clock that jumped is a doubt."""
    assert not cookies(now=NOW - LEEWAY - 1).read(header(Grants((ONCE,))), secure=True)


def test_machines_may_differ_by_seconds() -> None:
    """The page after the press may come from a machine whose clock is a little behind."""
    assert cookies(now=NOW - LEEWAY).read(header(Grants((ONCE,))), secure=True)


@pytest.mark.req("COO-6")
def test_a_grant_under_an_older_notice_does_not_count() -> None:
    """Whoever agreed to another text is asked again."""
    text = header(Grants((grant(notice="f" * 16),)))
    assert not cookies().read(text, secure=True)


def test_a_provider_whose_notice_changed_is_named() -> None:
    """The visitor can be told why the placeholder is back; a current grant is not named."""
    mixed = Grants(
        (grant("once", notice="f" * 16), grant("always", notice="f" * 16), grant(provider="vimeo"))
    )
    assert cookies().read(header(mixed), secure=True).stale == ("youtube",)


def test_a_grant_that_ran_out_is_not_named_as_changed() -> None:
    """Only a grant that would still count can be ended by a notice."""
    text = header(Grants((grant("once", notice="f" * 16),)))
    assert cookies(now=NOW + 2 * DAY).read(text, secure=True).stale == ()


def test_no_header_is_no_grant() -> None:
    """A first visit."""
    assert not cookies().read(None, secure=True)
    assert cookies().read(None, secure=True).stale == ()


def test_a_session_cookie_renamed_to_a_lasting_one_is_no_grant() -> None:
    """The extent stands inside the signature."""
    text = header(Grants((ONCE,))).replace("-once=", "=")
    assert not cookies().read(text, secure=True)


def test_a_lasting_cookie_renamed_to_a_session_one_is_no_grant() -> None:
    """Neither name can carry the other's grants."""
    text = header(Grants((ALWAYS,))).replace("embedproxy=", "embedproxy-once=")
    assert not cookies().read(text, secure=True)


def test_a_plain_cookie_does_not_count_over_https() -> None:
    """A sub-domain or plain http can plant a cookie without the prefix."""
    assert not cookies().read(header(Grants((ONCE,)), secure=False), secure=True)


def test_a_prefixed_cookie_does_not_count_over_http() -> None:
    """Over plain http no browser keeps the prefix's promise."""
    assert not cookies().read(header(Grants((ONCE,))), secure=False)


def test_a_name_that_comes_twice_is_no_grant() -> None:
    """One of two cookies was planted, and nothing tells which: none counts."""
    genuine = header(Grants((ONCE,)))
    assert not cookies().read(f"{genuine}; __Host-embedproxy-once=planted", secure=True)
    assert not cookies().read(f"__Host-embedproxy-once=planted; {genuine}", secure=True)
    assert not cookies().read(f"{genuine}; {header(Grants((grant(provider='vimeo'),)))}", secure=True)


def test_a_doubled_cookie_leaves_the_other_one() -> None:
    """The doubt reaches as far as the name."""
    text = header(Grants((ONCE, ALWAYS)))
    assert cookies().read(f"{text}; __Host-embedproxy=planted", secure=True).items == (ONCE,)


@pytest.mark.parametrize("prefix", ["\u00a0", "\u0085", "\x1f", "\u2000", "\x0b", '"'])
def test_a_name_behind_other_white_space_is_not_ours(prefix: str) -> None:
    """Browsers let a sub-domain set such a name, since it does not begin with the prefix."""
    assert not cookies().read(prefix + header(Grants((ONCE,))), secure=True)


def test_another_spelling_of_the_name_is_not_ours() -> None:
    """Browsers guard the prefix in any case, but only our spelling is ours."""
    assert not cookies().read(header(Grants((ONCE,))).replace("__Host", "__host"), secure=True)


def test_a_quoted_value_is_no_grant() -> None:
    """We never write quotes."""
    name, _, value = header(Grants((ONCE,))).partition("=")
    assert not cookies().read(f'{name}="{value}"', secure=True)


def test_a_cookie_beyond_8_kb_is_ignored() -> None:
    """Genuine or not: nothing that long is ours."""
    rows = [[*row()[:4], secrets.token_hex(16)] for _ in range(500)]
    text = signed({"v": 1, "once": rows})
    assert len(text) > READ_BYTES
    assert not cookies().read(text, secure=True)


def test_a_dropped_key_no_longer_reads() -> None:
    """Taking a key off the list ends every grant under it."""
    assert not cookies(NEW).read(header(Grants((ONCE,)), cookies(OLD)), secure=True)


# -- the good way


@pytest.mark.req("SEC-1")
def test_an_old_key_still_reads() -> None:
    """Rotation ends nobody's grant."""
    assert cookies(OLD, NEW).read(header(Grants((ONCE,)), cookies(OLD)), secure=True).items == (ONCE,)


def test_the_newest_key_signs() -> None:
    """The last of the list is the one in use."""
    assert cookies(NEW).read(header(Grants((ONCE,)), cookies(OLD, NEW)), secure=True).items == (ONCE,)


@given(
    st.lists(grants, max_size=12, unique_by=lambda one: (one.provider, one.extent, one.embed)), st.booleans()
)
def test_grants_come_back_as_they_were(items: list[Grant], secure: bool) -> None:
    """Every grant survives the way through the browser."""
    text = header(Grants(tuple(items)), secure=secure)
    assert set(cookies().read(text, secure=secure).items) == set(items)


@pytest.mark.req("COO-3")
@pytest.mark.req("COO-4")
def test_the_lasting_cookie_has_exactly_these_attributes() -> None:
    """Host-only, 180 days, secure, out of scripts' reach, the whole site."""
    always, once = cookies().write(Grants((ALWAYS,)), secure=True)
    name, _, attributes = always.partition("; ")
    assert name.startswith("__Host-embedproxy=")
    assert attributes == "Max-Age=15552000; Secure; HttpOnly; SameSite=Lax; Path=/"
    assert once == "__Host-embedproxy-once=; Max-Age=0; Secure; HttpOnly; SameSite=Lax; Path=/"


@pytest.mark.req("COO-3")
@pytest.mark.req("COO-4")
def test_the_session_cookie_has_exactly_these_attributes() -> None:
    """No Max-Age: it ends with the browser's session."""
    always, once = cookies().write(Grants((ONCE,)), secure=True)
    name, _, attributes = once.partition("; ")
    assert name.startswith("__Host-embedproxy-once=")
    assert attributes == "Secure; HttpOnly; SameSite=Lax; Path=/"
    assert always == "__Host-embedproxy=; Max-Age=0; Secure; HttpOnly; SameSite=Lax; Path=/"


def test_plain_http_gets_neither_prefix_nor_secure() -> None:
    """In development a browser would refuse both."""
    always, once = cookies().write(Grants((ALWAYS, ONCE)), secure=False)
    assert always.startswith("embedproxy=")
    assert always.endswith("; Max-Age=15552000; HttpOnly; SameSite=Lax; Path=/")
    assert once.startswith("embedproxy-once=")
    assert once.endswith("; HttpOnly; SameSite=Lax; Path=/")


def test_writing_again_extends_no_grant() -> None:
    """The browser forgets the lasting cookie when its youngest grant runs out, not later."""
    later = cookies(now=NOW + 30 * DAY)
    always, _ = later.write(later.read(header(Grants((ALWAYS,))), secure=True), secure=True)
    assert f"Max-Age={150 * DAY}" in always


@pytest.mark.req("RGT-2")
def test_forgetting_deletes_every_cookie_of_ours() -> None:
    """Same names, path and attributes; over https the plain ones left from http as well."""
    lines = cookies().forget(secure=True)
    assert [line.partition("=")[0] for line in lines] == list(cookies().names)
    assert lines[0] == "__Host-embedproxy=; Max-Age=0; Secure; HttpOnly; SameSite=Lax; Path=/"
    assert lines[3] == "embedproxy-once=; Max-Age=0; HttpOnly; SameSite=Lax; Path=/"


def test_forgetting_over_http_deletes_the_plain_cookies() -> None:
    """A browser takes nothing with the prefix over plain http."""
    names = [line.partition("=")[0] for line in cookies().forget(secure=False)]
    assert names == ["embedproxy", "embedproxy-once"]


@pytest.mark.req("COO-2")
@pytest.mark.req("COO-5")
def test_a_cookie_holds_the_grants_and_nothing_else() -> None:
    """Version, provider, embed for once, time, notice, receipt: no visitor id that spans two grants."""
    text = header(Grants((ONCE, ALWAYS)))
    signer = Signer([NEW], salt="embedproxy.consent.v1", limit=READ_BYTES)
    always, once = (signer.read(cookie.partition("=")[2]) for cookie in text.split("; "))
    assert always == {"v": 1, "always": [["youtube", "", NOW, NOTICE, ALWAYS.receipt]]}
    assert once == {"v": 1, "once": [["youtube", "youtube:jNQXAC9IVRw", NOW, NOTICE, ONCE.receipt]]}


# -- size


def many(count: int, extent: Extent, item: int = 11) -> tuple[Grant, ...]:
    """Presses on many videos, oldest first."""
    letters = string.ascii_letters + string.digits
    return tuple(
        Grant(
            provider=f"provider{n % 20}",
            extent=extent,
            embed="".join(secrets.choice(letters) for _ in range(item)) if extent == "once" else "",
            at=NOW - count + n,
            notice=NOTICE,
            receipt=secrets.token_hex(16),
        )
        for n in range(count)
    )


@pytest.mark.parametrize("extent", ["once", "always"])
def test_sixty_grants_stay_below_4_kb(extent: Extent) -> None:
    """A browser drops a longer cookie whole."""
    for line in cookies().write(Grants(many(60, extent)), secure=True):
        assert len(line) <= COOKIE_BYTES


def test_the_oldest_once_grants_give_way() -> None:
    """When the session cookie is full, the embeds pressed longest ago ask again; the latest press counts."""
    items = many(200, "once", item=40)
    read = cookies().read(header(Grants(items[::-1])), secure=True)
    assert 20 < len(read.items) < 200
    assert read.items == items[-len(read.items) :]


def test_a_full_session_cookie_leaves_lasting_grants_alone() -> None:
    """Presses on single embeds never cost a lasting choice."""
    read = cookies().read(header(Grants((*many(200, "once", item=40), ALWAYS))), secure=True)
    assert read.of("youtube") == (ALWAYS,)


def test_a_grant_larger_than_a_cookie_is_left_out() -> None:
    """It cannot be kept, and it takes no other with it."""
    giant = Grant("host:x", "once", "".join(map(chr, range(1000, 6000))), NOW - 1, NOTICE, "a" * 32)
    assert cookies().read(header(Grants((giant, ONCE))), secure=True).items == (ONCE,)


# -- the upstream's header

names = st.sampled_from(cookies().names)
cookie_text = st.text(st.characters(max_codepoint=255, exclude_characters=";"), max_size=12)
others = cookie_text.filter(lambda part: part.partition("=")[0].strip(" \t") not in cookies().names)


@pytest.mark.req("COO-7")
@given(st.lists(st.one_of(others.map(lambda part: (part, False)), names.map(lambda n: (f" {n}=v", True)))))
def test_stripping_keeps_every_other_cookie_byte_for_byte(parts: list[tuple[str, bool]]) -> None:
    """The upstream sees its own cookies in order, and none of ours."""
    whole = ";".join(part for part, _ in parts)
    kept = ";".join(part for part, ours in parts if not ours)
    expected = kept.lstrip(" \t") if parts and parts[0][1] else kept
    assert cookies().strip(whole) == expected
    assert cookies().strip(whole.encode("latin-1")) == expected.encode("latin-1")


def test_stripping_leaves_no_trace_of_ours() -> None:
    """First, middle or last: what remains is a clean header."""
    strip = cookies().strip
    assert strip("__Host-embedproxy=x; a=1; embedproxy-once=y; b=2; embedproxy=z") == "a=1; b=2"
    assert strip(b"a=1; __Host-embedproxy-once=x") == b"a=1"
    assert strip("embedproxy=z") == ""


def test_stripping_takes_no_name_that_only_begins_like_ours() -> None:
    """The site's own cookies may have similar names."""
    text = "embedproxyish=1; my-embedproxy=2; a=embedproxy=3; embedproxy"
    assert cookies().strip(text) == text
