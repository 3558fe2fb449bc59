"""The site as a person uses it: from the disk, without a server, on a desktop and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sporeprint.site.listing import VERDICTS, Listed

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

    from .conftest import Site

pytestmark = pytest.mark.site


def one(browser: Chrome, css: str) -> WebElement:
    return browser.find_element("css selector", css)


def shown(browser: Chrome) -> list[str]:
    rows = browser.find_elements("css selector", "#apis tbody tr")
    return [row.find_element("css selector", ".api").text for row in rows if row.is_displayed()]


def fitting(site: Site, **wanted: str) -> list[str]:
    def fits(each: Listed) -> bool:
        return (
            each.verdict in wanted.get("verdict", each.verdict).split(",")
            and each.family == wanted.get("family", each.family)
            and wanted.get("text", "") in " ".join((each.api, *each.counterparts))
        )

    return [each.api for each in site.listed if fits(each)]


def fits_the_screen(browser: Chrome) -> bool:
    return bool(browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"))


def results(browser: Chrome) -> list[str]:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 60).until(lambda _: one(browser, "#search-results .search-summary").text)
    return [each.text for each in browser.find_elements("css selector", "ul.search > li > a")]


def test_all_are_listed_with_their_verdicts_in_words(browser: Chrome, small: Site) -> None:
    browser.get(small.url("index.html"))
    assert shown(browser) == [each.api for each in small.listed]
    words = [each.text for each in browser.find_elements("css selector", "#apis td.verdict")]
    assert words == [each.verdict for each in small.listed]
    assert one(browser, "#filter-count").text == f"{len(small.listed)} APIs"


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_link_can_say_what_is_shown(browser: Chrome, small: Site, verdict: str) -> None:
    browser.get(small.url(f"index.html#verdict={verdict}"))
    assert shown(browser) == fitting(small, verdict=verdict) != []
    browser.get(small.url(f"index.html#text=op1&verdict={verdict},inaccurate&family=torch.Tensor"))
    wanted = fitting(small, verdict=f"{verdict},inaccurate", family="torch.Tensor", text="op1")
    assert shown(browser) == wanted != []
    assert fits_the_screen(browser)


def test_filters_work_from_the_keyboard_and_are_kept_in_the_address(browser: Chrome, small: Site) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.get(small.url("index.html"))
    text = one(browser, "#filter-text")
    text.send_keys("F.op")
    assert shown(browser) == fitting(small, text="functional.op")
    text.send_keys(Keys.BACKSPACE * 4, "op", Keys.TAB)
    family = browser.switch_to.active_element
    family.send_keys("mindspore.ops", Keys.TAB)
    assert shown(browser) == fitting(small, family="mindspore.ops")
    for _ in range(2):  # the first verdict, and the third
        browser.switch_to.active_element.send_keys(Keys.SPACE)
        browser.switch_to.active_element.send_keys(Keys.TAB)
        browser.switch_to.active_element.send_keys(Keys.TAB)
    wanted = fitting(small, verdict="same,differs", family="mindspore.ops")
    assert shown(browser) == wanted != []
    assert one(browser, "#filter-count").text == f"{len(wanted)} of {len(small.listed)} APIs"

    address = browser.current_url
    assert address.endswith("#text=op&verdict=same%2Cdiffers&family=mindspore.ops")
    browser.get("about:blank")
    browser.get(address)
    assert shown(browser) == wanted
    assert text_of(browser) == "op"

    one(browser, "#apis tbody tr:not([hidden]) .api a").click()
    browser.back()
    assert shown(browser) == wanted

    one(browser, "button[type=reset]").send_keys(Keys.ENTER)
    assert shown(browser) == [each.api for each in small.listed]
    assert browser.current_url.endswith("index.html#")


def text_of(browser: Chrome) -> str:
    return str(one(browser, "#filter-text").get_property("value"))


def test_a_whole_framework_can_be_chosen(browser: Chrome, small: Site) -> None:
    browser.get(small.url("index.html#family=torch.*"))
    assert shown(browser) == [each.api for each in small.listed if each.source == "torch"]


@pytest.mark.parametrize("state", ["text=%25%C3", "verdict=never", "family=torch.no", "&&=", "text=%3Cb%3E"])
def test_a_wrong_address_breaks_nothing(browser: Chrome, small: Site, state: str) -> None:
    browser.get(small.url(f"index.html#{state}"))
    if not state.startswith("text"):
        assert shown(browser) == [each.api for each in small.listed]
    else:
        assert shown(browser) == []
        assert one(browser, "#nothing").is_displayed()


def test_a_family_is_a_link_to_the_filtered_table(browser: Chrome, small: Site) -> None:
    browser.get(small.url("api/torch.Tensor.op0.html"))
    browser.find_elements("css selector", ".crumbs a")[1].click()
    assert shown(browser) == fitting(small, family="torch.Tensor")
    one(browser, "#apis tbody tr:not([hidden]) .family a").click()
    assert shown(browser) == fitting(small, family="torch.Tensor")


def test_both_frameworks_lead_to_each_other(browser: Chrome, small: Site) -> None:
    browser.get(small.url("api/torch.nn.functional.op3.html"))
    assert one(browser, ".crumbs .badge").text == "raises"
    one(browser, ".related a").click()
    assert one(browser, "h1").text.startswith("mindspore.ops.op3")
    one(browser, ".related a").click()
    assert one(browser, "h1").text.startswith("torch.nn.functional.op3")


def test_search_finds_text_and_names_without_a_server(browser: Chrome, small: Site) -> None:
    browser.get(small.url("search.html"))
    field = one(browser, "#search-words")
    field.send_keys("uncommon4")
    field.submit()
    assert results(browser) == [
        "torch.nn.functional.op4",
        "torch.Tensor.op4",
        "mindspore.ops.op4",
    ]
    assert "dies" in one(browser, "ul.search > li").text
    assert fits_the_screen(browser)
    browser.get(small.url("search.html?q=nothing_of_that_name"))
    assert results(browser) == []


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("log_softmax", "torch.log_softmax"),
        ("F.log_softmax", "torch.nn.functional.log_softmax"),
        ("torch.nn.functional.log_softmax", "torch.nn.functional.log_softmax"),
        ("mindspore.ops.log_softmax", "mindspore.ops.log_softmax"),
        ("Linear", "torch.nn.Linear"),
        ("Conv2d()", "torch.nn.Conv2d"),
    ],
)
def test_search_ranks_the_api_that_is_meant_first(
    browser: Chrome, real: Site, query: str, first: str
) -> None:
    browser.get(real.url(f"search.html?q={query}"))
    assert results(browser)[0] == first
    one(browser, "ul.search > li > a").click()
    assert browser.find_element("css selector", "h1").text.startswith(first)


def test_no_page_is_wider_than_the_screen(browser: Chrome, real: Site) -> None:
    longest = sorted(real.listed, key=lambda each: len(each.api))[-5:]
    some = [*real.listed[:: max(1, len(real.listed) // 30)], *longest]
    own = [path.name for path in real.folder.glob("*.html")]
    for page in [*own, "search.html?q=softmax", *(f"{each.place}.html" for each in some)]:
        browser.get(real.url(page))
        assert fits_the_screen(browser), page
