"""The report as one HTML file: nothing in it is loaded from elsewhere, and it needs no script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from sporeprint import __version__
from sporeprint.prove.judge import Line, ModeResult, Proof
from sporeprint.prove.report import (
    KINDS,
    Node,
    largest,
    layers_of,
    number,
    said_of,
    said_of_optimizer,
    said_of_place,
)

_STYLE = """
:root { color-scheme: light dark; --line: #d9d9de; --dim: #62626a; --back: #fff; --soft: #f5f5f7;
  --proven: #17733a; --different: #b3261e; --failed: #b3261e; --inconclusive: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --line: #3a3a40; --dim: #a0a0a8; --back: #161618; --soft: #202024;
  --proven: #63d08b; --different: #ff8a80; --failed: #ff8a80; --inconclusive: #f0b94d; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 66rem;
  background: var(--back); }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p { margin: .25rem 0 .75rem; max-width: 46rem; overflow-wrap: anywhere; }
small, .dim { color: var(--dim); }
.verdict { font-weight: 600; white-space: nowrap; }
.proven, .explained { color: var(--proven); } .different { color: var(--different); } .failed { color: var(--failed); }
.inconclusive { color: var(--inconclusive); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--dim); font-size: .875rem; } td.number { white-space: nowrap; }
code, pre, dd.code { font: .875rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; background: var(--soft); padding: .75rem; border-radius: 6px; margin: .5rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; background: var(--soft); padding: .75rem;
  border-radius: 6px; margin: .5rem 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
details { margin: .25rem 0; } summary { cursor: pointer; padding: .2rem 0; }
.layers details, .layers div { margin: 0 0 0 1.1rem; } .layers > details, .layers > div { margin-left: 0; }
.layers div { padding: .2rem 0; }
.layers b { font-weight: 500; } .layers small { margin-left: .5rem; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
  th, td { padding-right: .6rem; } }
"""


def page(proofs: list[Proof]) -> str:
    """Return the page of several proofs."""
    title = "Does the conversion compute the same?"
    parts = [
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>",
        f"<p class=dim>{_basis(proofs)}</p>",
    ]
    if len(proofs) > 1:
        parts += _table(proofs)
    for number_, proof in enumerate(proofs):
        parts += _proof(proof, f"m{number_}")
    parts.append("</body>\n</html>\n")
    return "\n".join(parts)


def _basis(proofs: list[Proof]) -> str:
    versions = next((each.versions for each in proofs if all(each.versions.values())), {})
    names = {"torch": "PyTorch", "mindspore": "MindSpore"}
    ran = " and ".join(f"{names[key]} {escape(value)}" for key, value in versions.items())
    return (
        f"The original and its conversion were run{f' on {ran}' if ran else ''} with the same weights, inputs and "
        "random numbers. Errors are the largest difference as a part of the largest number in the tensor. "
        f"Written by sporeprint {__version__}."
    )


def _table(proofs: list[Proof]) -> Iterator[str]:
    yield "<div class=wide><table><tr><th>model<th>verdict<th>outputs<th>gradients<th>seconds"
    for place, proof in enumerate(proofs):
        yield (
            f'<tr><td><a href="#m{place}">{escape(proof.name)}</a><td>{_verdict(proof.verdict)}'
            f"<td class=number>{largest(proof, 'output')}<td class=number>{largest(proof, 'gradient')}"
            f"<td class=number>{proof.seconds:.0f}"
        )
    yield "</table></div>"


def _verdict(verdict: str) -> str:
    return f'<span class="verdict {verdict}">{verdict}</span>'


def _proof(proof: Proof, anchor: str) -> Iterator[str]:
    yield f'<h2 id="{anchor}">{escape(proof.name)} {_verdict(proof.verdict)}</h2>'
    if proof.failed:
        yield f"<pre>{escape(proof.failed)}</pre>"
    for name, mode in proof.modes.items():
        yield from _mode(name, mode)
    yield "<details><summary>What was run</summary>"
    for what, text in proof.ran.items():
        yield f"<p class=dim>{escape(what)}</p><pre>{escape(text)}</pre>"
    steps = f", {proof.steps} optimizer steps" if proof.steps else ""
    yield f"<p class=dim>seed {proof.seed}{steps}</p></details>"


def _mode(name: str, mode: ModeResult) -> Iterator[str]:
    titles = {"eval": "In evaluation", "train": "In training"}
    yield f"<h3>{titles.get(name, escape(name))} {_verdict(mode.verdict)}</h3>"
    if mode.reason:
        yield f"<p>{escape(mode.reason[0].upper() + mode.reason[1:])}.</p>"
    if mode.place is not None:
        yield "<p>The difference starts here:</p><dl>"
        for word, text in said_of_place(mode.place):
            code = " class=code" if word in ("original", "conversion", "counterpart", "input") else ""
            yield f"<dt>{word}</dt><dd{code}>{escape(text)}</dd>"
        yield "</dl>"
    if mode.cause:
        yield f"<p>Cause: {escape(mode.cause)}.</p>"
    for kind, plural in KINDS.items():
        lines = [line for line in mode.lines if line.kind == kind]
        if lines:
            title = f"{len(lines)} {plural if len(lines) > 1 else kind}: largest error {number(mode.largest(kind))}"
            yield from _lines(lines, title, mode.verdict == "proven")
    if mode.optimizer is not None:
        yield from _lines(mode.optimizer.lines, said_of_optimizer(mode.optimizer), False)
    root = layers_of(mode)
    if root is not None:
        opened = " open" if mode.verdict != "proven" else ""
        yield f"<details{opened}><summary>Layer by layer</summary><div class=layers>"
        if mode.layers:
            yield "<p class=dim>Alone: given the original's own inputs, and its results of the layers inside.</p>"
        yield from _layers(root)
        yield "</div></details>"


def _lines(lines: list[Line], title: str, proven: bool) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield "<div class=wide><table><tr><th>tensor<th>verdict<th>what was found"
    for line in sorted(lines, key=lambda each: -each.error):
        verdict = "explained" if proven and line.verdict != "proven" else line.verdict
        yield f"<tr><td><code>{escape(line.name)}</code><td>{_verdict(verdict)}<td>{escape(said_of(line))}"
    yield "</table></div></details>"


def _layers(node: Node) -> Iterator[str]:
    kind = f" <span class=dim>{escape(node.alone.kind)}</span>" if node.alone is not None else ""
    found = []
    if node.whole is not None:
        found.append(f"in the whole {number(node.whole.error)}")
    if node.alone is not None:
        found.append(escape(node.alone.unchecked) or f"alone {number(node.alone.error('value', 'gradient'))}")
    verdict = node.verdict if node.verdict != "proven" else ""
    text = f'<b class="{verdict}">{escape(node.label)}</b>{kind}<small>{" · ".join(found)}</small>'
    if not node.inside:
        yield f"<div>{text}</div>"
        return
    opened = " open" if node.is_open or not node.name else ""
    yield f"<details{opened}><summary>{text}</summary>"
    for each in node.inside.values():
        yield from _layers(each)
    yield "</details>"
