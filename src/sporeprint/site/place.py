"""Where the site goes: a folder is replaced whole, and only if all that it holds was written by us."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: The file that lists what we wrote.
MARK = ".sporeprint-site"


class SiteError(Exception):
    """The site cannot be built as asked. The message says why and what to do."""


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """Give a new folder next to another one, so that what is made in it can be moved there in one step.

    Raises:
        OSError: the place cannot be written to.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def check(folder: Path) -> None:
    """Make sure that nothing is lost when a folder is replaced.

    Raises:
        SiteError: it is a file, or holds something that we did not write.
    """
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise SiteError(f"{folder} is a file; name a folder")
    held = set(_files(folder))
    mark = folder / MARK
    ours = set(mark.read_text(encoding="utf-8").splitlines()) if MARK in held else set()
    others = sorted(held - ours - {MARK})
    if others:
        shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
        whose = "holds files that are not the site's" if ours else "is not empty and no site of ours"
        raise SiteError(
            f"{folder} {whose}: {shown}. Nothing was changed; name another folder, or move them away"
        )


def replace(made: Path, folder: Path) -> None:
    """Put what was made in the place of a folder, and mark it as ours.

    Args:
        made: the new folder, on the same file system.
        folder: where it goes. What was there is put back if that fails.

    Raises:
        SiteError: as :func:`check`.
        OSError: it cannot be moved.
    """
    (made / MARK).write_text("".join(f"{name}\n" for name in sorted(_files(made))), encoding="utf-8")
    check(folder)
    if not folder.exists():
        made.rename(folder)
        return
    with beside(folder) as old:
        kept = folder.rename(old / "kept")
        try:
            made.rename(folder)
        except OSError:
            kept.rename(folder)
            raise


def _files(folder: Path) -> Iterator[str]:
    """Yield the files below a folder, as paths from it with /; a link to a folder counts as a file."""
    for root, folders, files in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(root, name))]
        for name in [*files, *links]:
            yield Path(root, name).relative_to(folder).as_posix()
