"""What follows from the evidence: a summary to read, and what the converter may rely on. Generated, never by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sporeprint.catalog import FOLDER
from sporeprint.facts import FOLDER as FACTS
from sporeprint.verify.evidence import SIDE_EFFECTS, Divergence, Evidence, Leg, written_anew
from sporeprint.verify.subjects import official
from sporeprint.verify.words import DTYPES, FATES, LEVELS

#: The worst so many silent differences are listed.
WORST = 40

#: Where the summary stands in a checkout; an installed package has none.
SUMMARY = FOLDER.parent.parent / "docs" / "evidence.md"

#: Kinds of silent differences, the worst first: what is computed, what it leads to, what form it has.
_KINDS = (
    "mutation",
    "value",
    "gradient",
    "state",
    "initial",
    "shape",
    "dtype",
    "structure",
    "view",
    "names",
    "error",
)

_METHOD = "torch.Tensor."


def write(held: Mapping[str, Evidence]) -> list[Path]:
    """Write everything that follows from the evidence.

    Returns:
        The files that changed.
    """
    made = {FACTS / "measured.json": measured_facts(held)}
    if SUMMARY.parent.is_dir():
        made[SUMMARY] = summary(held)
    return [path for path, text in made.items() if written_anew(path, text)]


def measured_facts(held: Mapping[str, Evidence]) -> str:
    """Say what the converter may rely on, as JSON.

    Returns:
        ``methods``: for each fidelity, torch's Tensor methods that mean the same on a MindSpore tensor (native: on the
        common domain, and sharing memory as torch's do; exact: in everything that was tried). ``beyond``: of those
        that are in native alone, under which conditions they differ, and how. ``exact_only``: the APIs whose native
        body does not do on the common domain what torch does, so that the exact one is used.
    """
    native: list[str] = []
    exact: list[str] = []
    beyond: dict[str, dict[str, str]] = {}
    for api, fate in fates(held).items():
        name = api.removeprefix(_METHOD)
        leg = held[api].legs.get(f"mindspore.Tensor.{name}")
        if leg is None or fate not in ("same", "inaccurate"):
            continue
        # A copy in place of a view is the same until it is written to; nothing on the line would say so.
        if not any(each.kind == "view" and each.is_common for each in leg.divergences):
            native.append(name)
            if leg.divergences:
                beyond[name] = {each.where or each.kind: _told(each) for each in leg.divergences}
        if not leg.divergences:
            exact.append(name)
    methods = {"native": native, "exact": exact}
    exact_only = sorted(
        api
        for api, record in held.items()
        if "native" in record.legs and "exact" in record.legs and not usable(record.legs["native"])
    )
    return json.dumps({"methods": methods, "beyond": beyond, "exact_only": exact_only}, indent=1) + "\n"


def _told(divergence: Divergence) -> str:
    """Say in a few words what a divergence is."""
    if divergence.level in ("raises", "dies"):
        return "the process dies" if divergence.level == "dies" else "it raises"
    if divergence.kind == "error":
        return "it takes what torch refuses"
    return f"another {divergence.kind}"


def usable(leg: Leg) -> bool:
    """Whether a converted call may use a leg: on the common domain it is right, or as inaccurate as is declared.

    That a kernel refuses integers is said by the program itself, and declared: it does not cost float32 its idiom.
    """
    return all(
        each.level == "inaccurate" or each.kind in SIDE_EFFECTS or (each.level == "raises" and each.words)
        for each in leg.divergences
        if each.is_common
    )


def fates(held: Mapping[str, Evidence]) -> dict[str, str]:
    """Tell what becomes of each of torch's Tensor methods when it is called on a MindSpore tensor.

    Returns:
        Full name -> a level, ``"missing"`` or ``"untested"``.
    """
    found = {}
    for api, record in sorted(held.items()):
        if not api.startswith(_METHOD):
            continue
        leg = record.legs.get(f"mindspore.Tensor.{api.removeprefix(_METHOD)}")
        found[api] = leg.common if leg is not None else "untested"
    return found


def summary(held: Mapping[str, Evidence]) -> str:
    """Write the summary as Markdown."""
    first = next(iter(held.values()))
    dates = sorted({record.date for record in held.values()})
    told = " and ".join(f"{name} {version}" for name, version in first.versions.items())
    parts = [
        "# What was measured",
        f"Generated from the evidence: {len(held)} APIs, {told}, {first.device}, "
        f"{' to '.join(sorted({dates[0], dates[-1]}))}. `sporeprint verify` measures it again.",
        "*same*: value, shape, dtype, structure, mutation, errors and gradient agree on every sample. *inaccurate*: "
        "values or gradients differ by less than 1e-4 of the largest number, but by more than rounding explains. "
        "*raises*: MindSpore raises where PyTorch returns. *differs*: silently something else. *dies*: the process "
        "dies or never answers. The worst sample decides. The common domain is float32, integers and bool where "
        "PyTorch takes them; finite, not denormal, not empty, rank 1 or more.",
        "## The official tables",
        'Of the rows that MindSpore\'s tables call "consistent", the target called directly, dtype by dtype:',
    ]
    for table in ("r2.4.0", "master"):
        parts += [f"### Table of {table}", _table(("samples of", "rows", *LEVELS), _official(table, held))]
    parts += ["## Tensor methods", *_methods(held)]
    parts += [
        "## The worst silent differences",
        'On the common domain, of rows called "consistent" and of methods that both have: what is computed '
        "before what form it has, then by the share of samples that show it.",
        *_worst(held),
    ]
    return "\n\n".join(parts) + "\n"


def consistent(table: str) -> list[tuple[str, str]]:
    """List the pairs that a table calls consistent: (torch's name, MindSpore's)."""
    return [
        (row.torch, row.mindspore) for row in official() if (row.table, row.verdict) == (table, "consistent")
    ]


def _official(table: str, held: Mapping[str, Evidence]) -> Iterator[tuple[str, ...]]:
    pairs = consistent(table)
    legs = [held[api].legs[target] for api, target in pairs if api in held and target in held[api].legs]
    common = Counter(leg.common for leg in legs)
    tested = sum(common[level] for level in LEVELS)
    yield ("the common domain", str(tested), *(_share(common[level], tested) for level in LEVELS))
    for dtype in DTYPES:
        levels = Counter(leg.conditions[dtype] for leg in legs if dtype in leg.conditions)
        if levels:
            yield (dtype, str(levels.total()), *(_share(levels[level], levels.total()) for level in LEVELS))
    rest = len(pairs) - tested
    yield (f"none: {common['missing']} without such a function, {rest - common['missing']} without samples",
           str(rest), *[""] * len(LEVELS))  # fmt: skip


def _methods(held: Mapping[str, Evidence]) -> Iterator[str]:
    found = fates(held)
    counts = Counter(found.values())
    yield f"Of PyTorch's {len(found)} Tensor methods, called unedited on a MindSpore tensor, on the common domain:"
    yield _table(("fate", "methods"), [(fate, str(counts[fate])) for fate in FATES if counts[fate]])
    for fate in LEVELS:
        names = [f"`{api.removeprefix(_METHOD)}`" for api, each in found.items() if each == fate]
        if names:
            yield f"**{fate}**: {', '.join(names)}"


def silent(held: Mapping[str, Evidence]) -> list[tuple[str, Divergence]]:
    """List the silent differences on the common domain of what is said or named to be the same, the worst first.

    Returns:
        (API, divergence), one for each API and kind: of several targets the worst.
    """
    claimed = {(api, target) for table in ("r2.4.0", "master") for api, target in consistent(table)}
    found: dict[tuple[str, str], tuple[tuple[int, float], str, Divergence]] = {}
    for api, record in held.items():
        for leg, measured in record.legs.items():
            if not (
                (api, leg) in claimed or (api.startswith(_METHOD) and leg.startswith("mindspore.Tensor."))
            ):
                continue
            for each in measured.divergences:
                if each.level != "differs" or not each.is_common or each.kind not in _KINDS[:-1]:
                    continue
                rank = (_KINDS.index(each.kind), -each.samples / measured.samples)
                key = (api.rpartition(".")[2], each.kind)
                if key not in found or rank < found[key][0]:
                    found[key] = (rank, api, each)
    ordered = sorted(found.values(), key=lambda entry: (entry[0], entry[1]))
    return [(api, each) for _, api, each in ordered]


def _worst(held: Mapping[str, Evidence]) -> Iterator[str]:
    found = silent(held)
    worst = found[:WORST]
    yield f"{len(worst)} of {len(found)}:"
    rows = []
    for number, (api, each) in enumerate(worst, 1):
        share = f"{each.samples} of {held[api].legs[each.leg].samples}"
        rows.append((str(number), f"`{api}`", f"`{each.leg}`", each.kind, _cell(each.what), share))
    yield _table(("", "PyTorch", "MindSpore", "kind", "the smallest sample", "samples"), rows)
    for number, (api, each) in enumerate(worst, 1):
        if each.script:
            yield f"### {number}. {api}"
            yield f"```python\n{each.script}```"


def _share(count: int, total: int) -> str:
    return f"{count} ({100 * count / total:.0f} %)" if count else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(headings)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
