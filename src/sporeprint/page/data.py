"""The page as JSON, for other programs: ``docs/diff-json.md`` says what each key means.

Every key is there on every page; what there is nothing to say about is null, an empty text or an empty list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sporeprint.page.measured import untested
from sporeprint.page.model import Example, Measured, Page, Signature, Variant
from sporeprint.verify.evidence import Divergence, Leg

#: Rises when a key goes or gets another meaning, not when one is added.
FORMAT = 1


def render(page: Page) -> str:
    """Return the page as JSON text."""
    return json.dumps(as_data(page), indent=1, ensure_ascii=False) + "\n"


def as_data(page: Page) -> dict[str, Any]:
    """Return the page as what JSON can hold."""
    exact = page.exact
    return {
        "format": FORMAT,
        "api": page.api,
        "source": page.source,
        "target": page.target,
        "family": page.family,
        "verdict": page.verdict,
        "said": page.measured.said,
        "summary": page.summary,
        "counterpart": page.counterpart,
        "fate": page.fate,
        "also": list(page.also),
        "related": list(page.related),
        "target_version": page.version,
        "signatures": [_variant(each) for each in page.variants],
        "rewrites": [
            {"what": each.what, "before": each.before, "after": each.after, "note": each.note}
            for each in page.rewrites
        ],
        "adapters": page.adapters,
        "exact": exact and {
            "before": exact.before, "after": exact.after, "closes": list(exact.closes),
            "remains": list(exact.remains), "speed": exact.speed,
        },
        "declared": [{"where": where, "what": what} for where, what in page.differs],
        "evidence": _evidence(page.measured),
        "official": [
            {"table": each.table, "function": each.function, "claim": each.claim, "measured": each.measured}
            for each in page.measured.official
        ],
        "example": _example(page.example),
    }  # fmt: skip


def _signature(signature: Signature | None) -> dict[str, Any] | None:
    if signature is None:
        return None
    known = [] if signature.parameters is None else [signature.parameters, *signature.overloads]
    return {
        "name": signature.name,
        "overloads": [
            [{"name": name, "default": default} for name, default in parameters] for parameters in known
        ],
    }


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "source": _signature(variant.source),
        "target": _signature(variant.target),
        "remark": variant.remark,
        "parameters": [
            {
                "source": row.source, "target": list(row.target), "source_default": row.source_default,
                "target_default": row.target_default, "kind": row.kind, "default": row.default,
                "difference": row.difference,
            }
            for row in variant.rows
        ],
    }  # fmt: skip


def _evidence(measured: Measured) -> dict[str, Any] | None:
    record = measured.evidence
    if record is None:
        return None
    return {
        "versions": dict(record.versions),
        "device": record.device,
        "date": record.date,
        "stale": measured.is_stale,
        "untested": untested(record),
        "left_out": list(record.left_out),
        "legs": {name: _leg(leg) for name, leg in record.legs.items()},
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "common": leg.common,
        "conditions": dict(leg.conditions),
        "gradients": dict(leg.gradients),
        "ulps": dict(leg.ulps),
        "samples": leg.samples,
        "speed": leg.speed,
        "divergences": list(_divergences(leg.divergences)),
    }


def _divergences(divergences: Iterable[Divergence]) -> Iterable[dict[str, Any]]:
    for each in divergences:
        yield {
            "where": each.where, "kind": each.kind, "level": each.level, "what": each.what, "call": each.call,
            "samples": each.samples, "sample": each.sample, "script": each.script,
        }  # fmt: skip


def _example(example: Example) -> dict[str, Any]:
    return {
        "ran": example.ran,
        "why_not": example.why_not,
        "source_imports": list(example.source_imports),
        "target_imports": list(example.target_imports),
        "steps": [
            {
                "title": each.title, "source": list(each.source), "target": list(each.target),
                "source_output": each.source_output, "target_output": each.target_output,
                "difference": each.difference, "compared": each.compared,
            }
            for each in example.steps
        ],
    }  # fmt: skip
