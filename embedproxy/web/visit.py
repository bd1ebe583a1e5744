"""One request to our own routes, with everything that decides about the answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from embedproxy import urls
from embedproxy.consent.grants import Grants
from embedproxy.gateway.forwarding import Fronts
from embedproxy.urls import Url
from embedproxy.web.asked import site_url
from embedproxy.web.desk import Desk
from embedproxy.web.forms import own_path
from embedproxy.web.headers import joined_cookies


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visitor sent.

    Attributes:
        site: the site's address as the browser knows it; None where it sent no usable host.
        secure: whether the browser speaks https with the site.
        grants: what counts of its cookies.
        in_place: whether our script asks, for a swap in place.
        objects: whether the browser sends a signal against sharing (LAW SIG-1).
        fields: the form.
    """

    site: Url | None
    secure: bool
    grants: Grants
    in_place: bool
    objects: bool
    referrer: str
    fields: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Request, desk: Desk, fronts: Fronts, fields: dict[str, str] | None = None) -> Visit:
        """Read a request."""
        site = site_url(request.scope, fronts)
        secure = site is not None and site.scheme == "https"
        headers = request.headers
        return cls(
            site=site,
            secure=secure,
            grants=desk.grants(joined_cookies(request.scope["headers"]), secure=secure),
            in_place="application/json" in headers.get("accept", ""),
            objects=headers.get("sec-gpc") == "1" or headers.get("dnt") == "1",
            referrer=headers.get("referer", ""),
            fields=fields or {},
        )

    @property
    def back(self) -> str | None:
        """The page to return to: where the browser came from, else what the form says, if it is ours.

        A site that sends ``Referrer-Policy: no-referrer``, or a browser that sends none, still gets back.
        """
        came = urls.parse(self.referrer)
        if came and self.site and came.origin == self.site.origin:
            return own_path(came.target)
        return own_path(self.fields.get("back"))
