"""What grants cover."""

from __future__ import annotations

from embedproxy.consent.grants import Extent, Grant, Grants


def grant(provider: str = "youtube", extent: Extent = "once", embed: str = "youtube:a", at: int = 1) -> Grant:
    """A press on a video."""
    return Grant(provider, extent, embed if extent == "once" else "", at, "0" * 16, "f" * 32)


def test_nothing_granted_covers_nothing() -> None:
    """An empty set of grants is false and covers no embed."""
    assert not Grants()
    assert Grants().covers("youtube", "youtube:a") is None


def test_once_covers_no_other_embed_of_the_provider() -> None:
    """A press on one video loads no other video."""
    assert Grants((grant(),)).covers("youtube", "youtube:b") is None


def test_once_covers_its_embed() -> None:
    """A press on one video loads this video."""
    assert Grants((grant(),)).covers("youtube", "youtube:a") == grant()


def test_always_covers_no_other_provider() -> None:
    """A lasting grant of one provider says nothing about another."""
    assert Grants((grant(extent="always"),)).covers("vimeo", "vimeo:a") is None


def test_always_covers_every_embed_of_the_provider() -> None:
    """A lasting grant covers videos that were never pressed."""
    assert Grants((grant(extent="always"),)).covers("youtube", "youtube:z") == grant(extent="always")


def test_always_is_named_before_once() -> None:
    """Where both cover an embed, the lasting grant is the one that the page shows."""
    both = Grants((grant(extent="always"), grant()))
    found = both.covers("youtube", "youtube:a")
    assert found is not None
    assert found.extent == "always"


def test_always_with_an_empty_embed_covers_no_empty_embed_as_once() -> None:
    """A grant of one provider never covers by two empty names being equal."""
    assert Grants((grant(extent="always"),)).covers("", "") is None


def test_second_press_on_the_same_thing_replaces_the_first() -> None:
    """One embed has one grant: the latest."""
    twice = Grants().with_(grant(at=1)).with_(grant(at=2))
    assert twice.items == (grant(at=2),)


def test_once_and_always_stand_beside_each_other() -> None:
    """A lasting grant leaves the earlier press in place."""
    assert len(Grants().with_(grant()).with_(grant(extent="always")).of("youtube")) == 2


def test_withdrawal_takes_back_both_extents_of_one_provider() -> None:
    """Taking back a provider leaves nothing of it, and everything of the others."""
    other = grant("vimeo", "once", "vimeo:a")
    everything = Grants((grant(), grant(extent="always"), other))
    assert everything.without("youtube").items == (other,)
