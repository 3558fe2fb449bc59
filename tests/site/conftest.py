"""A small site with every verdict, the real one, and a browser to look at them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from sporeprint.site import build, command, listing, source
from sporeprint.site.listing import Listed

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@dataclass(frozen=True)
class Site:
    """A built site: its folder and what is listed in it."""

    folder: Path
    listed: tuple[Listed, ...]

    def url(self, page: str) -> str:
        return f"{self.folder.as_uri()}/{page}"


def needed() -> None:
    for module in ("sphinx", "furo", "myst_parser"):
        pytest.importorskip(module, reason="pip install 'sporeprint[site]'")


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site as the command builds it, of all APIs."""
    needed()
    work = tmp_path_factory.mktemp("real")
    listed: list[Listed] = []
    write = source.write

    def listening(folder: Path, advance: Callable[[str, int, int], None]) -> list[Listed]:
        listed[:] = write(folder, advance)
        return list(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "write", listening)
        _, warnings = command.make(work / "site", Console(stderr=True))
    assert warnings == ""
    return Site(work / "site", tuple(listed))


def fabricated() -> Iterator[Listed]:
    for number, verdict in enumerate((*listing.VERDICTS, "same", "differs")):
        for family, other in (
            ("torch.nn.functional", "mindspore.ops"),
            ("torch.Tensor", "mindspore.Tensor"),
            ("mindspore.ops", "torch.nn.functional"),
        ):
            name, there = f"{family}.op{number}", f"{other}.op{number}"
            yield Listed(
                api=name,
                source=family.partition(".")[0],
                family=family,
                verdict=verdict,
                counterparts=() if verdict == "missing" else (there,),
                related=() if "Tensor" in family else (there,),
                place=f"api/{name}",
                summary=f"Return `op{number}`.",
            )


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of fabricated APIs that have every verdict."""
    needed()
    work = tmp_path_factory.mktemp("small")
    listed = tuple(fabricated())
    (work / "source" / "api").mkdir(parents=True)
    for each in listed:
        text = f"---\norphan: true\n---\n\n# {each.api}\n\nIts word is uncommon{each.api[-1]}.\n"
        (work / "source" / f"{each.place}.md").write_text(text, encoding="utf-8")
    (work / "source" / "index.md").write_text("---\nnosearch: true\n---\n\n# Front\n", encoding="utf-8")
    warnings = build.build(
        work / "source", work / "site", work / "cache", listed, lambda what, done, of: None
    )
    assert warnings == ""
    return Site(work / "site", listed)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chrome]:
    """Headless Chromium."""
    needed()
    pytest.importorskip("selenium", reason="pip install selenium")
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        # Where this project's CI runs nothing is to be skipped in silence.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("apt-get install chromium chromium-driver")
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = browser
    # The sandbox does not start for root, nor does shared memory suffice in containers.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = Chrome(options=options, service=ChromeService(driver))
    yield started
    started.quit()


@pytest.fixture(params=[1440, 390], ids=["desktop", "phone"])
def browser(request: pytest.FixtureRequest, chromium: Chrome) -> Iterator[Chrome]:
    """The browser at the width of a desktop and of a phone; what a page complains of fails the test."""
    width: int = request.param
    screen = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    chromium.get("about:blank")
    complaints(chromium)
    yield chromium
    assert complaints(chromium) == []


def complaints(chromium: Chrome) -> list[str]:
    """Return what was written to the browser's console since this was last asked."""
    entries = chromium.execute("getLog", {"type": "browser"})["value"]
    return [entry["message"] for entry in entries]
