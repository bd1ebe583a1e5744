"""Providers and notices as the tests need them: made up, complete, and easy to change in one place."""

from __future__ import annotations

import copy
from typing import Any

from embedproxy.notices.catalogue import Catalogues, load_catalogues
from embedproxy.notices.notice import Notices
from embedproxy.providers.schema import Provider
from embedproxy.settings import Operator, Transfers

CATALOGUES = load_catalogues()

YOUTUBE: dict[str, Any] = {
    "id": "youtube",
    "name": "YouTube",
    "kind": "video",
    "hosts": ["youtube.com"],
    "company": {
        "name": "Google Ireland Limited",
        "country": "IE",
        "privacy_url": {"de": "https://policies.example/de", "en": "https://policies.example/en"},
        "transfer": "dpf",
        "transfer_to": "US",
        "as_of": "2026-11-01",
        "source": "https://source.example/",
        "verified": True,
    },
    "purposes": ["display", "advertising"],
    "storage": [{"name": "YSC", "duration": "session"}, {"name": "VISITOR", "duration": "P6M"}],
    "match": [{"path": "/embed/x"}],
    "min_age": 16,
    "joint_controller_url": "https://joint.example/",
    "examples": [
        {"url": "https://youtube.com/embed/x"},
        {"url": "https://youtube.com/about", "match": False},
    ],
}


def provider_of(**changes: Any) -> Provider:
    """The sample provider with some keys changed; ``company__country="FR"`` reaches into a table."""
    table = copy.deepcopy(YOUTUBE)
    for key, value in changes.items():
        name, nested, inner = key.partition("__")
        if nested:
            table[name][inner] = value
        else:
            table[name] = value
    return Provider.model_validate(table)


def instance_provider() -> Provider:
    """Federated software: nobody can know who runs an instance."""
    return provider_of(
        id="peertube",
        name="PeerTube",
        hosts=[],
        any_host=True,
        company={
            **YOUTUBE["company"],
            "name": "",
            "country": "",
            "privacy_url": {"en": "https://{host}/about"},
            "transfer": "none",
            "transfer_to": None,
        },
    )


def notices_of(
    *providers: Provider,
    catalogues: Catalogues = CATALOGUES,
    language: str = "de",
    operator: tuple[str, str] = ("Beispielverein", "/datenschutz"),
    always_days: int = 180,
    dpf: str = "valid",
    sensitive: bool = False,
) -> Notices:
    """The notices of a site with those providers, the sample provider alone if none is given."""
    chosen = providers or (provider_of(),)
    return Notices(
        catalogues,
        {provider.id: provider for provider in chosen},
        language=language,
        operator=Operator(name=operator[0], privacy_url=operator[1]),
        always_days=always_days,
        transfers=Transfers.model_validate({"dpf": dpf}),
        sensitive=sensitive,
    )
