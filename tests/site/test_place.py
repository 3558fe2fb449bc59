"""The folder that gets the site: replaced whole, or not touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sporeprint.site.place import MARK, SiteError, beside, check, replace


def make(folder: Path, text: str = "new") -> None:
    with beside(folder) as work:
        made = work / "site"
        (made / "api").mkdir(parents=True)
        (made / "index.html").write_text(text)
        (made / "api" / "x.html").write_text(text)
        replace(made, folder)


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    """A folder in which nothing else may be left behind."""
    return tmp_path


def test_a_new_folder_and_its_parents_are_made(parent: Path) -> None:
    make(parent / "a" / "b")
    assert (parent / "a" / "b" / "index.html").read_text() == "new"
    assert os.listdir(parent / "a") == ["b"]


@pytest.mark.parametrize("inside", [[], ["empty"]])
def test_an_empty_folder_is_filled(parent: Path, inside: list[str]) -> None:
    for name in inside:
        (parent / "site" / name).mkdir(parents=True)
    (parent / "site").mkdir(exist_ok=True)
    make(parent / "site")
    assert set(content(parent / "site")) == {"index.html", "api/x.html", MARK}
    assert os.listdir(parent) == ["site"]


def test_a_site_is_replaced_whole(parent: Path) -> None:
    make(parent / "site", "old")
    (parent / "site" / "api" / "x.html").write_text("edited")
    make(parent / "site", "new")
    assert content(parent / "site")["api/x.html"] == "new"
    assert os.listdir(parent) == ["site"]


@pytest.mark.parametrize("site_first", [True, False])
@pytest.mark.parametrize("name", ["thesis.tex", ".git/HEAD", "api/mine.html"])
def test_what_is_not_ours_is_never_lost(parent: Path, name: str, site_first: bool) -> None:
    folder = parent / "site"
    if site_first:
        make(folder)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("mine")
    before = content(folder)
    with pytest.raises(SiteError, match=rf"{name}\. Nothing was changed"):
        check(folder)
    with pytest.raises(SiteError):
        make(folder)
    assert content(folder) == before
    assert os.listdir(parent) == ["site"]


def test_links_are_not_followed(parent: Path) -> None:
    (parent / "other").mkdir()
    (parent / "other" / "mine").write_text("mine")
    make(parent / "site")
    (parent / "site" / "linked").symlink_to(parent / "other", target_is_directory=True)
    with pytest.raises(SiteError, match="linked"):
        make(parent / "site")
    assert (parent / "other" / "mine").read_text() == "mine"


def test_a_file_is_no_folder(parent: Path) -> None:
    (parent / "site").write_text("mine")
    with pytest.raises(SiteError, match="is a file"):
        check(parent / "site")


def test_the_old_one_is_put_back_when_the_new_one_cannot_be_moved(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(parent / "site", "old")
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name == "site" and self.parent.name.startswith("."):
            raise OSError("no room")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="no room"):
        make(parent / "site", "new")
    assert content(parent / "site")["index.html"] == "old"
    assert os.listdir(parent) == ["site"]


def test_others_can_read_it(parent: Path) -> None:
    umask = os.umask(0o022)
    try:
        make(parent / "site")
    finally:
        os.umask(umask)
    assert (parent / "site").stat().st_mode & 0o777 == 0o755
