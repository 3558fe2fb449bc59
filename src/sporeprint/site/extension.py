"""What Sphinx adds to the pages: links where an API is named, and what the site knows of the page's own API."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_NAME = re.compile(r"(torch|mindspore)(\.\w+)+")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", link_names)
    app.connect("html-page-context", add_listed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def link_names(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make each API's name that stands as code in the text a link to its page, and let long ones break at a dot."""
    places: dict[str, str] = app.config.html_context["places"]
    for literal in list(doctree.findall(nodes.literal)):
        name = literal.astext()
        if not _NAME.fullmatch(name):
            continue
        shown = literal.deepcopy()
        first, *others = name.split(".")
        shown.children = [nodes.Text(first)]
        for each in others:
            shown += [nodes.Text("."), nodes.raw("", "<wbr>", format="html"), nodes.Text(each)]
        place = places.get(name, docname)
        if place == docname or isinstance(literal.parent, nodes.reference | nodes.title):
            literal.replace_self(shown)
        else:
            uri = app.builder.get_relative_uri(docname, place)
            literal.replace_self(nodes.reference("", "", shown, internal=True, refuri=uri))


def add_listed(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Give the template what is listed of the page's API."""
    context["shown"] = context["listed"].get(pagename)
