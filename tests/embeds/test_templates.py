"""The templates as a browser, a screen reader and a content blocker read them."""

from __future__ import annotations

import re

import pytest
from babel import Locale

from embedproxy.embeds.size import Size
from embedproxy.notices.catalogue import load_catalogues
from tests.embeds.drawn import NOTICES, one, tree, words

FORBIDDEN = re.compile(r"cookie|consent|gdpr|banner|overlay|popup|ads", re.IGNORECASE)
HOSTILE = "\"><script>alert(1)</script>'&ouml;"
BOXES = ("placeholder.html", "frame.html")
PAGES = ("settings.html", "error.html")

every_template = pytest.mark.parametrize("name", [*BOXES, *PAGES])


@every_template
def test_text_of_strangers_stays_text(name: str) -> None:
    """A title, a link or a path that carries markup or a quote ends no attribute and opens no element."""
    root = tree(name, title=HOSTILE, back="/" + HOSTILE, link=HOSTILE, message=HOSTILE, sentence=HOSTILE)
    assert [script for script in root.iter("script") if script.text] == []


@every_template
@pytest.mark.parametrize("size", [Size(), Size(None, 166), Size(None, None, (16, 9)), Size(200, 200, (1, 1))])
def test_markup_is_well_formed_at_every_size(name: str, size: Size) -> None:
    """The markup also stands in a page that is served as XHTML."""
    assert len(tree(name, size=size))


@every_template
def test_no_script_and_no_style_stands_in_the_markup(name: str) -> None:
    """Sites with a strict policy would not run inline code or show inline style."""
    for element in tree(name).iter():
        assert element.tag != "style"
        assert not [key for key in element.attrib if key == "style" or key.startswith("on")]


@every_template
@pytest.mark.req("CON-4")
def test_nothing_is_ticked_beforehand(name: str) -> None:
    """A box that is ticked already is no consent."""
    assert not [element for element in tree(name).iter() if "checked" in element.attrib]


@every_template
def test_no_name_is_one_that_content_blockers_hide(name: str) -> None:
    """No class, id, name or address of ours holds a word that filter lists look for."""
    for element in tree(name).iter():
        for key in ("class", "id", "name", "action", "href", "src"):
            assert not FORBIDDEN.search(element.get(key, "")), (key, element.get(key))


@pytest.mark.req("NOT-1")
def test_the_form_holds_one_button_and_one_box() -> None:
    """Nothing else can be agreed to with the same press."""
    form = one(tree("placeholder.html"), "form")
    controls = [(item.tag, item.get("type"), item.get("name")) for item in form.iter() if item.get("type")]
    assert controls == [
        ("input", "hidden", "ticket"),
        ("input", "hidden", "back"),
        ("button", "submit", None),
        ("input", "checkbox", "always"),
    ]


@pytest.mark.req("CON-4")
def test_always_can_be_left_out() -> None:
    """A site that does not offer it shows no box for it."""
    assert tree("placeholder.html", offer_always=False).findall(".//input[@type='checkbox']") == []


@pytest.mark.req("CON-1")
@pytest.mark.parametrize(("name", "route"), [("placeholder.html", "load"), ("frame.html", "withdraw")])
def test_the_press_is_a_post_to_our_own_route(name: str, route: str) -> None:
    """One press gives, one press takes back; both forms are alike."""
    form = one(tree(name), "form")
    assert (form.get("method"), form.get("action")) == ("post", f"/_embedproxy/{route}")
    assert one(form, "input[@name='ticket']").get("value") == "signed.ticket"
    assert one(form, "input[@name='back']").get("value") == "/post?a=1&b=2"


def test_controls_can_belong_to_a_form_elsewhere() -> None:
    """Inside a form of the site ours cannot stand, so its controls name one that stands outside."""
    root = tree("placeholder.html", form_id="outside")
    assert root.findall(".//form") == []
    assert {item.get("form") for item in root.iter() if item.tag in ("input", "button")} == {"outside"}


@pytest.mark.req("A11Y-1")
@every_template
def test_only_real_controls_can_be_pressed(name: str) -> None:
    """Buttons are buttons that submit, so that keyboards and screen readers find them."""
    root = tree(name)
    assert [button.get("type") for button in root.iter("button")] == ["submit"] * len(
        root.findall(".//button")
    )
    assert [item for item in root.iter() if item.tag != "button" and item.get("role") == "button"] == []


@pytest.mark.req("A11Y-2")
@pytest.mark.parametrize(
    ("name", "subject"), [("placeholder.html", "Rundgang"), ("frame.html", "player.example")]
)
def test_the_buttons_name_is_its_label_and_its_subject(name: str, subject: str) -> None:
    """Who speaks the visible label reaches the button, and who hears it knows which one it is."""
    button = one(tree(name), "button")
    assert button.get("aria-label") == f"{words(button)}: {subject}"


def test_a_button_without_subject_is_named_by_its_label() -> None:
    """An embed without title has no empty subject in its button's name."""
    assert one(tree("placeholder.html", title=""), "button").get("aria-label") is None


@pytest.mark.req("A11Y-3")
@pytest.mark.parametrize("name", [*BOXES, "settings.html"])
def test_there_is_one_status_region(name: str) -> None:
    """What happens after a press is announced in one place."""
    assert one(tree(name), "*[@role='status']").tag == "p"


@pytest.mark.req("A11Y-4")
@pytest.mark.parametrize("name", BOXES)
def test_every_reference_between_elements_has_its_target(name: str) -> None:
    """Labels and descriptions point to elements that are there."""
    elements = list(tree(name).iter())
    ids = [item.get("id") for item in elements if item.get("id")]
    keys = ("for", "aria-labelledby", "aria-describedby")
    wanted = [item.get(key) for item in elements for key in keys if item.get(key)]
    assert len(ids) == len(set(ids))
    assert set(wanted) <= set(ids)


@pytest.mark.req("NOT-7")
@pytest.mark.req("WDR-3")
def test_the_notice_stands_before_the_button_in_its_order() -> None:
    """Summary, the rest of the first layer and every sentence of the second are read before the press."""
    notice = NOTICES.generic("player.example", "video", "de")
    spoken = words(tree("placeholder.html"))
    places = [spoken.index(text) for text in (notice.summary, notice.brief, *notice.sentences)]
    assert places == sorted(places)
    assert places[-1] < spoken.index(notice.words["load"], places[-1])


@pytest.mark.req("NOT-5")
def test_the_second_layer_opens_without_any_request() -> None:
    """Links out of the placeholder tell nobody where the visitor came from, and nothing of it loads."""
    root = tree("placeholder.html", assets="")
    assert words(one(root, "details/summary")) == "Mehr erfahren"
    outside = [link.get("rel") for link in root.iter("a") if link.get("href", "").startswith("http")]
    assert outside == ["noopener noreferrer"] * 2
    assert not [
        item for item in root.iter() if item.tag in ("img", "iframe", "link", "script") or item.get("src")
    ]


@pytest.mark.req("NOT-2")
def test_a_notice_in_another_language_says_so() -> None:
    """The language is marked only where it differs from the page's."""
    own = one(tree("placeholder.html"), "div[@id='embedproxy-1']")
    other = one(tree("placeholder.html", lang_attr="de"), "div[@id='embedproxy-1']")
    assert (own.get("lang"), other.get("lang")) == (None, "de")
    assert (own[0].get("dir"), other[0].get("dir")) == (None, "ltr")


@pytest.mark.req("WDR-4")
@pytest.mark.parametrize("name", BOXES)
def test_every_box_leads_to_the_settings(name: str) -> None:
    """The settings page is one link away, before and after the press."""
    assert one(tree(name), "a[@href='/_embedproxy/settings?lang=de']") is not None


@pytest.mark.req("CTR-1")
@pytest.mark.req("CTR-2")
@pytest.mark.req("CTR-3")
def test_the_frame_stands_alone_and_everything_else_below_it() -> None:
    """The provider's frame is the only one, and nothing with content shares its cell."""
    root = tree("frame.html")
    room = one(root, "div[@class='embedproxy-room']")
    assert [child.tag for child in room] == ["svg", "iframe", "div"]
    assert len(room[0]) == 0
    assert room[1].get("referrerpolicy") == "strict-origin-when-cross-origin"
    assert room[1].get("src") == "https://player.example/1?a=1&b=2"


@pytest.mark.req("A11Y-5")
@pytest.mark.parametrize("name", BOXES)
def test_the_box_keeps_the_embeds_size(name: str) -> None:
    """The drawing that keeps the room is as large as the embed."""
    poster = one(tree(name), "svg[@class='embedproxy-poster']")
    assert (poster.get("width"), poster.get("height"), poster.get("viewBox")) == ("560", "315", "0 0 560 315")


def test_a_page_that_forbids_our_stylesheet_shows_no_drawing() -> None:
    """Without its style the drawing would push the notice out of sight and the frame aside."""
    for name in BOXES:
        assert one(tree(name), "svg[@class='embedproxy-poster']").get("display") == "none"


def test_a_check_for_people_is_no_page_to_open_elsewhere() -> None:
    """The placeholder of a captcha says what the form needs, and has no link to the provider's item."""
    root = tree("placeholder.html", captcha=True)
    assert NOTICES.generic("player.example", "video", "de").words["form"] in words(root)
    assert root.findall(".//p[@class='embedproxy-out']") == []


@pytest.mark.req("NOT-2")
def test_no_language_of_ours_is_written_from_right_to_left() -> None:
    """So a notice on a page that is says that it is not, and our own pages need say nothing."""
    langs = load_catalogues().languages
    assert {Locale.parse(lang).text_direction for lang in langs} == {"ltr"}


def test_an_embed_of_unknown_size_reserves_no_room() -> None:
    """A box that stands below a quotation is as high as its own text."""
    assert tree("placeholder.html", size=Size()).findall(".//svg[@class='embedproxy-poster']") == []


@pytest.mark.req("WDR-4")
def test_settings_without_grants_offer_no_withdrawal() -> None:
    """An empty list says that it is empty and still lets everything be deleted."""
    root = tree("settings.html", grants=[])
    assert NOTICES.catalogue("de").text("settings.empty") in words(root)
    assert [form.get("action") for form in root.iter("form")] == ["/_embedproxy/forget"]


@pytest.mark.req("BTN-2")
def test_choices_on_the_settings_page_look_alike() -> None:
    """No button is pushed forward by its class."""
    assert {button.get("class") for button in tree("settings.html").iter("button")} == {"embedproxy-withdraw"}
