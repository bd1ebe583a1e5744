"""What the added policy says, in the default mode, in strict mode and while strict mode is tried out."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from embedproxy import EmbedProxyMiddleware
from embedproxy.web.csp import frame_policy, reporting, strict_policy
from tests.web.conftest import ORIGIN, PLAIN, Site, Visitor

pytestmark = pytest.mark.anyio

MAKER = Callable[..., EmbedProxyMiddleware]
POLICY, REPORT_ONLY = "content-security-policy", "content-security-policy-report-only"


def directives(policy: str) -> dict[str, list[str]]:
    """A policy's sources by directive."""
    return {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}


async def opened(app: EmbedProxyMiddleware, origin: str = ORIGIN) -> httpx.Response:
    """The page as an undecided visitor gets it."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin) as client:
        return await Visitor(client).get()


@pytest.mark.parametrize("strict", [False, "report"])
async def test_only_strict_mode_takes_away_more_than_frames(make_app: MAKER, strict: bool | str) -> None:
    """A try-out must not break anybody's page."""
    answer = await opened(make_app(strict=strict))
    assert list(directives(answer.headers[POLICY])) == ["frame-src", "object-src"]


async def test_strict_mode_limits_every_kind_of_request_to_the_operators_hosts(make_app: MAKER) -> None:
    """The site's own inline code goes on; the placeholder's frame can still be put in place."""
    answer = await opened(make_app(strict=True, first_party=("cdn.example",)))
    policy = directives(answer.headers[POLICY])
    assert policy["default-src"][:5] == ["'self'", "data:", "blob:", "'unsafe-inline'", "'unsafe-eval'"]
    assert {"blog.example:*", "*.blog.example:*", "cdn.example:*", "*.cdn.example:*"} < {
        *policy["default-src"]
    }
    assert {"ws://blog.example:*", "ws://*.cdn.example:*"} < {*policy["default-src"]}
    assert "https://www.youtube-nocookie.com/embed/jNQXAC9IVRw" in policy["frame-src"]
    assert REPORT_ONLY not in answer.headers


async def test_strict_mode_covers_pages_without_embeds_too(make_app: MAKER, site: Site) -> None:
    """Their scripts contact others like those of any page."""
    site.body = PLAIN.encode()
    answer = await opened(make_app(strict=True))
    assert answer.text == PLAIN
    assert "default-src" in directives(answer.headers[POLICY])


async def test_a_provider_is_nowhere_but_in_the_frames(make_app: MAKER) -> None:
    """What a granted frame needs is the business of the frame's own policy."""
    policy = directives((await opened(make_app(strict=True))).headers[POLICY])
    assert "youtube" not in " ".join(policy["default-src"])


async def test_the_try_out_reports_what_strict_mode_would_send(make_app: MAKER) -> None:
    """The same policy, with the collector behind it; nothing third-party hears of it."""
    strict = directives((await opened(make_app(strict=True))).headers[POLICY])
    answer = await opened(make_app(strict="report"))
    tried = directives(answer.headers[REPORT_ONLY])
    assert tried.pop("report-uri") == ["/_embedproxy/report"]
    assert tried.pop("report-to") == ["embedproxy"]
    assert answer.headers["reporting-endpoints"] == 'embedproxy="/_embedproxy/report"'
    assert tried == strict


async def test_on_plain_http_only_report_uri_is_named(make_app: MAKER) -> None:
    """Browsers know no reporting endpoint there, and would ignore report-uri beside report-to."""
    answer = await opened(make_app(strict="report"), "http://blog.example")
    assert "report-to" not in answer.headers[REPORT_ONLY]
    assert "reporting-endpoints" not in answer.headers


async def test_the_sites_own_endpoints_and_policies_stay(make_app: MAKER, site: Site) -> None:
    """Ours are added as lines of their own; a structured header may come in several."""
    own = [(b"reporting-endpoints", b'a="/a"'), (REPORT_ONLY.encode(), b"script-src 'none'; report-to a")]
    site.headers += own
    answer = await opened(make_app(strict="report"))
    raw = [(name.lower(), value) for name, value in answer.headers.raw]
    assert [value for value in own if value in raw] == own
    assert len(answer.headers.get_list(REPORT_ONLY)) == 2


@pytest.mark.parametrize("strict", [False, True, "report"])
async def test_the_undecided_page_stays_a_pure_function(make_app: MAKER, strict: bool | str) -> None:
    """Two visitors get the same headers and bytes in every mode (DESIGN rule 4)."""
    app = make_app(strict=strict)
    one, other = await opened(app), await opened(app)
    assert (one.headers.raw, one.content) == (other.headers.raw, other.content)


@pytest.mark.parametrize(
    ("host", "sources"),
    [
        ("www.verein.example", ["'self'", "verein.example:*", "*.verein.example:*"]),
        ("127.0.0.1", ["'self'", "127.0.0.1:*"]),
        ("localhost", ["'self'", "localhost:*"]),
        ("[::1]", ["'self'"]),
    ],
)
def test_the_operators_hosts_may_use_any_port(host: str, sources: list[str]) -> None:
    """As in the rewriting: a frame that is left in the page must also be let in. IPv6 is no source at all."""
    assert directives(frame_policy(host, [], [], []))["frame-src"] == sources


def test_a_host_that_is_listed_twice_is_named_once() -> None:
    """Headers are short of room."""
    policy = strict_policy("www.verein.example", ["verein.example"], "")
    assert policy.count(" verein.example:*") == 1


def test_the_collector_lies_below_the_operators_prefix() -> None:
    """Not every site has room at ours."""
    headers = dict(reporting("default-src 'self'", "/box/", secure=True))
    assert headers[b"reporting-endpoints"] == b'embedproxy="/box/report"'
    assert headers[REPORT_ONLY.encode()].endswith(b"; report-uri /box/report; report-to embedproxy")
