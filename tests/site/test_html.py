"""What is in the folder: all pages, no dead link, nothing of the machine that built it."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

if TYPE_CHECKING:
    from .conftest import Site

pytestmark = pytest.mark.site


class Parsed(HTMLParser):
    """A page: its links, the anchors it has, and its title."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors = {""}
        self.headings = 0
        self.title = ""
        self._in_title = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.headings += tag == "h1"
        self._in_title = tag == "title" and not self.title  # pictures have titles too
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.links.append(value)
            elif name == "id" and value:
                self.anchors.add(value)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"


@pytest.fixture(scope="module")
def pages(real: Site) -> dict[str, Parsed]:
    return {
        path.relative_to(real.folder).as_posix(): Parsed(path) for path in sorted(real.folder.rglob("*.html"))
    }


def test_every_api_has_its_page(real: Site, pages: dict[str, Parsed]) -> None:
    for each in real.listed:
        page = pages[f"{each.place}.html"]
        assert page.title.strip() == f"{each.api} - Sporeprint"
        assert page.headings == 1
    assert len({each.place.lower() for each in real.listed}) == len(real.listed)
    made = [name for name in pages if name.startswith("api/")]
    assert len(made) == len(real.listed)


def test_the_table_lists_them_all(real: Site, pages: dict[str, Parsed]) -> None:
    links = set(pages["index.html"].links)
    assert {f"{each.place}.html" for each in real.listed} <= links
    assert {f"#family={each.family}" for each in real.listed} <= links


def test_no_link_is_dead(real: Site, pages: dict[str, Parsed]) -> None:
    files = {path.relative_to(real.folder).as_posix() for path in real.folder.rglob("*") if path.is_file()}
    families = {each.family for each in real.listed}
    dead = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("data:"):
                continue
            target = resolve(name, unquote(parts.path)) if parts.path else name
            if target not in files:
                dead.append((name, link))
            elif target == "index.html" and "=" in parts.fragment:
                if not set(parse_qs(parts.fragment)["family"]) <= families:
                    dead.append((name, link))
            elif target in pages and unquote(parts.fragment) not in pages[target].anchors:
                dead.append((name, link))
    assert dead == []


def resolve(page: str, link: str) -> str:
    parts: list[str] = list(PurePosixPath(page).parent.parts)
    for part in link.split("/"):
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def test_links_between_the_frameworks_go_both_ways(real: Site, pages: dict[str, Parsed]) -> None:
    by_name = {each.api: each for each in real.listed}
    found = 0
    for each in real.listed:
        for other in each.related:
            assert each.api in by_name[other].related
            if len(each.related) <= 6:
                found += 1
                page = PurePosixPath(f"{by_name[other].place}.html").name
                assert page in pages[f"{each.place}.html"].links
    assert found > 20


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix in (".html", ".js", ".css", ".json"))


def test_nothing_of_the_machine_is_in_it(real: Site) -> None:
    here = str(real.folder.parent)
    assert [path for path in files(real.folder) if here in path.read_text(encoding="utf-8")] == []


def test_nothing_is_loaded_from_elsewhere(pages: dict[str, Parsed]) -> None:
    for name, page in pages.items():
        loaded = [link for link in page.links if urlsplit(link).netloc and link.endswith((".js", ".css"))]
        assert loaded == [], name
