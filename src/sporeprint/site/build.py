"""Sphinx makes the site out of its source."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sporeprint import __version__
from sporeprint.site.listing import Listed, families, verdicts
from sporeprint.site.place import SiteError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_HERE = Path(__file__).parent
#: The modules of the extra ``site``.
_NEEDED = {"sphinx": "sphinx", "furo": "furo", "myst_parser": "myst-parser"}


def require() -> None:
    """Make sure that the libraries are there.

    Raises:
        SiteError: one is missing; the message says how to install it.
    """
    missing = [package for module, package in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise SiteError(
            f"building the site needs {', '.join(missing)}, not installed here: pip install 'sporeprint[site]'"
        )


def build(
    source: Path, out: Path, cache: Path, listed: Sequence[Listed], advance: Callable[[str, int, int], None]
) -> str:
    """Build the site.

    Args:
        source: the folder with the source.
        out: the folder to make.
        cache: a folder for what Sphinx keeps between its steps.
        listed: the APIs.
        advance: is told (what is done, how many are done, of how many).

    Returns:
        Sphinx's warnings, "" where there are none.

    Raises:
        SiteError: Sphinx failed.
    """
    from sphinx import application
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = io.StringIO()
    try:
        with patch_docutils(), docutils_namespace():
            app = application.Sphinx(
                source, None, out, cache, "html", _settings(listed), status=None, warning=warnings
            )
            _Progress(advance).follow(app)
            app.build(force_all=True)
    except SphinxError as error:
        raise SiteError(f"Sphinx could not build the site: {error}") from error
    if app.statuscode:
        raise SiteError(f"Sphinx could not build the site: {warnings.getvalue()}")
    return warnings.getvalue()


def _settings(listed: Sequence[Listed]) -> dict[str, object]:
    return {
        "project": "Sporeprint",
        "release": __version__,
        "extensions": ["myst_parser", "sphinx.ext.githubpages", "sporeprint.site.extension"],
        "html_theme": "furo",
        "html_title": "Sporeprint",
        "templates_path": [str(_HERE / "templates")],
        "html_static_path": [str(_HERE / "static")],
        "html_css_files": ["site.css"],
        "html_search_scorer": str(_HERE / "scorer.js"),
        "html_context": {
            "listed": {each.place: each for each in listed},
            "places": {each.api: each.place for each in listed},
            "verdicts": verdicts(listed),
            "families": families(listed),
        },
        # The summaries of search results are fetched, which a browser does not do for files.
        "html_show_search_summary": False,
        "html_copy_source": False,
        "html_show_copyright": False,
        "html_use_index": False,
        "html_domain_indices": False,
        # What is quoted is code or measured.
        "smartquotes": False,
        # The project's own documents may name files that are not of the site.
        "suppress_warnings": ["myst.xref_missing"],
    }


class _Progress:
    """Counts the files that Sphinx reads and writes."""

    def __init__(self, advance: Callable[[str, int, int], None]) -> None:
        self.advance = advance
        self.read = self.written = 0

    def follow(self, app: Sphinx) -> None:
        app.connect("source-read", self._read)
        app.connect("html-page-context", self._write)

    def _read(self, app: Sphinx, *_: object) -> None:
        self.read += 1
        self.advance("reading them", self.read, len(app.project.docnames))

    def _write(self, app: Sphinx, *_: object) -> None:
        self.written += 1
        self.advance("writing HTML", self.written, len(app.project.docnames))
