"""Templates of addresses say what is wrong with them."""

from __future__ import annotations

import pytest

from embedproxy.providers import templates


@pytest.mark.parametrize(
    ("template", "flaw"),
    [
        ("https://a.example/{id}", ""),
        ("https://{host}/{id}", ""),
        ("javascript:{id}", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https://{id}/", "{host} alone"),
        ("https://{id}.a.example/", "{host} alone"),
        ("https://a.example/#{id}", "fragment"),
        ("https://a.example/{id", "belongs to no"),
        ("https://a.example/a b", "belongs to no"),
        ("https://a.example/{a}{b}", "between two names"),
    ],
)
def test_flaw_is_named(template: str, flaw: str) -> None:
    """A template could not be filled safely, or it has no flaw."""
    found = templates.flaw(template)
    assert flaw in found
    assert bool(found) == bool(flaw)


def test_names_are_listed() -> None:
    """Both notations count."""
    assert templates.names("https://a.example/{id}/{+path}?x={data-id}") == {"id", "path", "data-id"}
