"""Sources: which provider ids are read, and as what."""

from __future__ import annotations

import pytest

from embedproxy.errors import NoticeError
from embedproxy.notices.sources import Sources
from tests.notices.samples import instance_provider, provider_of

SOURCES = Sources({"youtube": provider_of(), "peertube": instance_provider()}, dpf_valid=True)


@pytest.mark.parametrize(
    "provider_id", ["", "@", "host:", "vimeo", "youtube@", "youtube@m.youtube.com", "peertube@", "YouTube"]
)
def test_other_ids_name_nobody(provider_id: str) -> None:
    """A grant for one of them counts for nothing."""
    assert provider_id not in SOURCES


@pytest.mark.parametrize(
    "provider_id", ["youtube", "peertube", "peertube@tube.example", "host:widgets.example"]
)
def test_an_id_names_the_provider_of_its_facts(provider_id: str) -> None:
    """What is looked up by an id carries that id."""
    assert provider_id in SOURCES
    assert SOURCES.facts(provider_id).provider == provider_id


def test_an_id_without_a_file_has_no_facts() -> None:
    """None are made up."""
    with pytest.raises(NoticeError, match="vimeo: there is no such provider"):
        SOURCES.facts("vimeo")


def test_the_kind_of_a_provider_is_its_files() -> None:
    """An unknown host's is generic."""
    assert [SOURCES.kind(one) for one in ("youtube", "peertube@tube.example", "host:x.example")] == [
        "video",
        "video",
        "generic",
    ]


def test_the_files_ids_come_sorted() -> None:
    """So that their digest is the same in every process."""
    assert list(SOURCES) == ["peertube", "youtube"]
