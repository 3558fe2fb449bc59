"""The account of a run as SARIF 2.1.0, which editors and code hosts show beside the code.

There is a rule for each fate of each API. What is converted is a result of the kind "pass" or "informational", which
viewers hide until asked for; what is left for a person is a warning, what failed an error. Results are written as they
come, so the rules stand after them.

Written by hand: of the libraries, sarif-om has had no release since 2019, and sarif-pydantic brings pydantic along for
what are six nested dicts. The tests hold the result to the standard's own schema.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from sporeprint import __version__
from sporeprint.convert.report import FATES, Finding, Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "SRCROOT"
#: How grave each fate is: SARIF's kind and level. A level other than "none" goes with the kind "fail" only.
_GRAVITY = {
    "converted": ("pass", "none"),
    "adapter": ("pass", "none"),
    "guarded": ("pass", "none"),
    "removed": ("pass", "none"),
    "kept": ("pass", "none"),
    "mixed": ("informational", "none"),
    "differs": ("fail", "note"),
    "requires": ("fail", "note"),
    "left": ("fail", "warning"),
    "failed": ("fail", "error"),
    "io": ("fail", "error"),
}


class SarifWriter:
    """Writes a log with one run."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._rules: dict[tuple[str, str], int] = {}
        self._separator = "\n"
        stream.write(f'{{"$schema": {json.dumps(_SCHEMA)}, "version": "2.1.0", "runs": [{{"results": [')

    def finding(self, path: str, finding: Finding) -> None:
        """Write a finding."""
        key = (finding.fate, finding.api)
        index = self._rules.setdefault(key, len(self._rules))
        kind, level = _GRAVITY[finding.fate]
        text = "; ".join(each for each in (finding.reason, finding.todo) if each) or FATES[finding.fate]
        result = {
            "ruleId": _rule(*key),
            "ruleIndex": index,
            "kind": kind,
            "level": level,
            "message": {"text": f"{finding.api}: {text}" if finding.api else text},
            "locations": [_location(path, finding)],
        }
        self._stream.write(self._separator + json.dumps(result))
        self._separator = ",\n"

    def finish(self, report: Report, differs: dict[str, dict[str, str]]) -> None:
        """Write what comes after the findings."""
        rules = []
        for fate, api in self._rules:
            rule: dict[str, Any] = {
                "id": _rule(fate, api),
                "shortDescription": {"text": f"{api or 'the file'}: {FATES[fate]}"},
                "defaultConfiguration": {"level": _GRAVITY[fate][1]},
                "properties": {"fate": fate, "api": api},
            }
            if api in differs and fate != "left":
                differences = "; ".join(f"{condition}: {why}" for condition, why in differs[api].items())
                rule["fullDescription"] = {"text": f"Outside the common domain it differs: {differences}"}
            rules.append(rule)
        driver = {
            "name": "sporeprint",
            "version": __version__,
            "semanticVersion": __version__,
            "rules": rules,
        }
        rest = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {_ROOT: {"uri": Path.cwd().as_uri().rstrip("/") + "/"}},
            "properties": report.summary(),
        }
        self._stream.write("],\n" + json.dumps(rest, indent=1)[1:].lstrip("\n") + "]}\n")


def _rule(fate: str, api: str) -> str:
    return f"{fate}/{api}" if api else fate


def _location(path: str, finding: Finding) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if finding.cell:
        # Lines of a notebook's file are the JSON's: the place in the cell is told in words.
        name = f"cell {finding.cell}, line {finding.line}" if finding.line else f"cell {finding.cell}"
        return {"physicalLocation": physical, "logicalLocations": [{"name": name, "kind": "cell"}]}
    if finding.line:
        physical["region"] = {"startLine": finding.line, "startColumn": max(finding.column, 1)}
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, str]:
    """Return a file's address, relative to where the command was run if it lies there."""
    relative = os.path.relpath(path)
    if relative == os.pardir or relative.startswith(os.pardir + os.sep) or os.path.isabs(relative):
        return {"uri": Path(os.path.abspath(path)).as_uri()}
    return {"uri": quote(Path(relative).as_posix()), "uriBaseId": _ROOT}
