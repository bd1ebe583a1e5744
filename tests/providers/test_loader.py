"""A wrong provider file stops the start, and says where and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedproxy.errors import ProviderError
from embedproxy.providers.loader import files_in, load_provider, load_providers, registry_of
from tests.providers.files import COMPANY, FILM, write


def complaint(folder: Path, text: str) -> ProviderError:
    """The error that a file with this text raises."""
    with pytest.raises(ProviderError) as caught:
        load_provider(write(folder, "film", text))
    assert caught.value.file == str(folder / "film.toml")
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('kind = "video"', 'kind = "vidoe"', "kind", 'cannot be "vidoe". Did you mean "video"?'),
        ("hosts =", "host =", "host", 'Did you mean "hosts"?'),
        ('country = "DE"', 'contry = "DE"', "company.contry", 'Did you mean "country"?'),
        ("keep =", "kepp =", "frame.kepp", 'Did you mean "keep"?'),
        ("[[quote]]", "[[quotes]]", "quotes", 'Did you mean "quote"?'),
        ('purposes = ["display"]', "", "purposes", "is missing"),
        ('purposes = ["display"]', "purposes = []", "purposes", "must not be empty"),
        ('purposes = ["display"]', 'purposes = ["fun"]', "purposes[1]", "Possible are advertising"),
        ('hosts = ["film.example"]', 'hosts = "film.example"', "hosts", "must be a list"),
        ('hosts = ["film.example"]', 'hosts = ["https://film.example/"]', "hosts[1]", "without scheme"),
        ('hosts = ["film.example"]', 'hosts = ["film.example", "www.film.example"]', "", "twice"),
        ('name = "Film"', "name = 5", "name", "must be text in quotes, not 5"),
        ('name = "Film"', 'name = " "', "name", "must be text without spaces around it"),
        ('name = "Film"', 'id = "film"\nname = "Film"', "id", "is the file's name"),
        ('country = "DE"', 'country = "Germany"', "company.country", "two capitals"),
        ('country = "DE"', 'country = ""', "", "name and country"),
        ('{ de = "https://film.example/datenschutz" }', "{}", "company.privacy_url", '"de" or "en"'),
        ('"https://film.example/datenschutz" }', '"http://a.example" }', "company.privacy_url.de", "https"),
        ('transfer = "eea"', 'transfer = "eea"\ntransfer_to = "US"', "company", "leave transfer_to out"),
        ('transfer = "eea"', 'transfer = "dpf"', "company", 'transfer_to = "US"'),
        ('transfer = "eea"', 'transfer = "scc"', "company", "needs transfer_to"),
        ('transfer = "eea"', 'transfer = "shield"', "company.transfer", "Possible are adequacy, dpf"),
        ("as_of = 2026-11-01", 'as_of = "soon"', "company.as_of", "a value that it cannot have: soon"),
        ('"P6M"', '"6 months"', "storage[1].duration", "ISO 8601"),
        (r"\w+)'", r"\w+'", "match[1].path", "is no regular expression"),
        ("(?P<id>", "(?P<film>", "", "asks for {id}, which"),
        ("'/embed/", "'/(?P<id>x)?embed/", "match[1].path", "is no regular expression"),
        ("path =", "query = { a = '(?P<id>.)' }\npath =", "match[1]", 'captures the group "id" twice'),
        ("path =", "share = true\npath =", "match[1]", "needs a link"),
        ("path =", "frame = 7\npath =", "match[1].frame", "must be true or false"),
        ('src = "https:', 'src = "http:', "frame.src", "must begin with https://"),
        ('embed/{id}"\nkeep', 'embed/{id"\nkeep', "frame.src", "belongs to no {name}"),
        ('src = "https://film.example/', 'src = "https://other.example/', "", 'frame at "other.example"'),
        ('keep = ["start"]', "keep = 7", "frame.keep", "must be a list in brackets, not 7"),
        ('keep = ["start"]', "height = 7", "frame.height", "a value that it cannot have"),
        ('set = { quiet = "1" }', "set = { quiet = 1 }", "frame.set.quiet", "must be text in quotes, not 1"),
        ('set = { quiet = "1" }', "set = 1", "frame.set", "must be a table"),
        ('tag = "film-player"', 'tag = "div"', "element[1]", "needs a class"),
        ('tag = "film-player"', 'tag = "p"\nclass = "a"\nattribute = "data-a"', "element[1]", "not by both"),
        ('tag = "film-player"', 'tag = "p"\nattribute = "id"', "element[1].attribute", "has not the form"),
        ('tag = "film-player"', 'tag = "<b>"', "element[1].tag", "has not the form"),
        ("{film-id}", "{film-id}{x}", "element[1]", "something between two names"),
        ('id = "abc"', 'id = "abd"', "examples[1]", 'gives the id "abc", not "abd"'),
        (
            'id = "abc"',
            'frame = "https://film.example/"',
            "examples[1]",
            "gives the frame https://film.example",
        ),
        ('/embed/abc"></iframe>', '/abc"></iframe>', "examples[1]", "fits no match"),
        ('id = "abc"', "match = false", "", "both kinds"),
        ("match = false", "match = false\nowned = true", "examples[2]", "goes with no id"),
        (
            'url = "https://film.example.evil',
            "html = 'x'\nurl = \"https://film.example.evil",
            "examples[2]",
            "one of",
        ),
        ("film.example.evil.example", "film.example", "examples[2]", "must not match, but match 1 takes"),
        ("match = false", "owned = true", "", "both kinds"),
        ("[frame]", "[frame", "", "is no valid TOML"),
    ],
)
def test_mistake_is_named_with_key_and_reason(
    tmp_path: Path, old: str, new: str, key: str, reason: str
) -> None:
    """File, key, reason and the nearest spelling: all that a contributor needs."""
    assert old in FILM
    error = complaint(tmp_path, FILM.replace(old, new, 1))
    assert reason in str(error)
    assert error.key == key


def test_frame_of_wrong_type_is_named(tmp_path: Path) -> None:
    """A table that is a number has no keys to complain about."""
    start = FILM[: FILM.index("[[match]]")]
    error = complaint(tmp_path, 'frame = "x"\n' + start)
    assert "frame" in str(error)


def test_file_without_host_is_refused(tmp_path: Path) -> None:
    """Nothing would ever match."""
    text = FILM.replace('hosts = ["film.example"]\n', "", 1)
    assert "match on no host" in str(complaint(tmp_path, text))


def test_provider_without_hosts_and_matches_is_refused(tmp_path: Path) -> None:
    """It would own nothing."""
    text = f'name = "Film"\nkind = "video"\npurposes = ["display"]\nstorage = []\n{COMPANY}'
    text += (
        '[[examples]]\nurl = "https://a.example/"\n[[examples]]\nurl = "https://b.example/"\nmatch = false\n'
    )
    assert "names no host" in str(complaint(tmp_path, text))


def test_owned_example_must_belong_to_the_provider(tmp_path: Path) -> None:
    """A script on another host is not its own."""
    text = FILM + '[[examples]]\nurl = "https://other.example/w.js"\nowned = true\n'
    assert "belongs to none" in str(complaint(tmp_path, text))


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are no TOML."""
    file = tmp_path / "film.toml"
    file.write_bytes(b'name = "\xff"')
    with pytest.raises(ProviderError, match="no valid TOML"):
        load_provider(file)


def test_file_name_must_be_an_id(tmp_path: Path) -> None:
    """It ends up in cookies and class names."""
    with pytest.raises(ProviderError, match="has not the form"):
        load_provider(write(tmp_path, "My Film", FILM))


def test_two_files_may_not_own_one_host(tmp_path: Path) -> None:
    """Else the notice would depend on their order."""
    with pytest.raises(ProviderError, match=r"already a host of .*cinema\.toml"):
        registry_of(write(tmp_path, "cinema", FILM), write(tmp_path, "film", FILM))


def test_two_files_may_not_claim_one_address(tmp_path: Path) -> None:
    """On a shared host the examples tell."""
    shared = FILM.replace('hosts = ["film.example"]', 'shared_hosts = ["film.example"]', 1)
    other = shared.replace("film-static.example", "other-static.example")
    with pytest.raises(ProviderError, match=r"is claimed by .*film\.toml too"):
        registry_of(write(tmp_path, "cinema", other), write(tmp_path, "film", shared))


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    """A typo in the setting must not pass as an empty folder."""
    with pytest.raises(ProviderError, match="not a folder"):
        load_providers(tmp_path / "nowhere")


def test_operators_file_joins_the_catalogue(tmp_path: Path) -> None:
    """Dropped into a folder, it is loaded; nothing else in the folder is looked at."""
    write(tmp_path, "film", FILM)
    (tmp_path / "readme.txt").write_text("no provider")
    assert files_in(tmp_path) == [tmp_path / "film.toml"]
    loaded = load_providers(tmp_path)
    assert {"film", "youtube"} <= set(loaded.providers)


def test_operators_file_takes_the_place_of_a_built_in_one(tmp_path: Path) -> None:
    """The same name means the same provider."""
    write(tmp_path, "youtube", FILM)
    assert load_providers(tmp_path).providers["youtube"].name == "Film"
