"""The public names: few, sorted, and importable from the package itself."""

from __future__ import annotations

import embedproxy


def test_the_public_names_are_these_and_no_others() -> None:
    """Whoever adds one does so on purpose (DESIGN §5)."""
    assert embedproxy.__all__ == [
        "EmbedProxyError",
        "EmbedProxyMiddleware",
        "Provider",
        "Settings",
        "create_app",
        "load_providers",
    ]


def test_every_public_name_exists_and_says_what_it_is() -> None:
    """Each has a docstring."""
    assert all(getattr(embedproxy, name).__doc__ for name in embedproxy.__all__)
