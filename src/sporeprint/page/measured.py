"""What was measured of an API, put in words: nothing on a page says how well it works but the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sporeprint.catalog import Entry
from sporeprint.page import records
from sporeprint.page.model import TITLES, Difference, Exact, Measured, Official
from sporeprint.verify.evidence import SIDE_EFFECTS, Divergence, Evidence, Leg, fingerprint
from sporeprint.verify.subjects import official
from sporeprint.verify.words import FATES, LEGS, LEVELS

_DTYPES = (
    "float32", "float64", "float16", "bfloat16", "complex64", "complex128", "int64", "int32", "int16", "int8",
    "uint8", "bool",
)  # fmt: skip
#: A condition's word, as a page says it; what is not here stands for itself.
_CONDITIONS = {
    "0-d": "0-d tensors",
    "unbatched": "unbatched input",
    "empty": "empty tensors",
    "non-contiguous": "non-contiguous tensors",
    "nan": "nan",
    "inf": "infinities",
    "denormal": "denormal numbers",
    "view": "views",
    "random": "random results",
    "error": "calls that {own} refuses",
}
_LEVELS = {"same": "same", "raises": "raises", "differs": "differs silently", "dies": "dies"}
#: What a page calls the two bodies: in the table's heading, and of a call.
_BODIES = {"native": ("converted", "converted call"), "exact": ("exact", "exact call")}
#: The same where the native body is not used.
_EXACT_ONLY = {"native": ("native, not used", "native body"), "exact": ("converted", "converted call")}
_TOLD = {"consistent": "consistent", "consistent_but": "consistent, with a note", "diff": "different"}


def measured(api: str, source: str, target: str, entry: Entry | None) -> Measured:
    """Put in words what the evidence says of an API.

    Args:
        api: its full name.
        source: the framework it belongs to.
        target: the other one.
        entry: its counterpart, which is what counts if there is one.
    """
    record = records.of(api)
    own, other = TITLES[source], TITLES[target]
    again = f"`sporeprint verify {api} --update`"
    tables = tuple(_official(api, record))
    if record is None:
        about = f"Nothing was measured yet: {again} does, where both frameworks are installed."
        return Measured("untested", "", about, None, official=tables)
    stale = fingerprint(api) != record.counterpart
    about = _about(record)
    if stale:
        about += f" The counterpart has changed since: {again} measures it anew."
    if record.untested or not record.legs:
        return Measured("untested", "", f"Nothing could be measured: {untested(record)}. {about}", record,
                        is_stale=stale, official=tables)  # fmt: skip
    legs = {name: leg for name, leg in record.legs.items() if leg.common != "missing"}
    shown = {name: leg for name, leg in legs.items() if not name.endswith(" text")}
    verdict, said = _verdict(api, record, own, other, entry)
    bodies = _bodies(entry)
    return Measured(
        verdict=verdict,
        said=said,
        about=about,
        evidence=record,
        is_stale=stale,
        legs=tuple(shown),
        headings=tuple(bodies[name][0] if name in bodies else f"`{name}`" for name in shown),
        rows=tuple(_rows(shown, own)),
        notes=tuple(_notes(legs, shown, own, other, bodies)),
        official=tables,
        differences=tuple(_differences(legs, own, bodies)),
    )


def exact(
    measured: Measured, entry: Entry, own: str, before: str, after: str, known: Sequence[str] = ()
) -> Exact:
    """Say what the exact body closes, as measured.

    Args:
        measured: what was measured of the API.
        entry: its counterpart.
        own: what a person calls the framework it belongs to.
        before: a call.
        after: what the converter writes for it with ``--fidelity exact``.
        known: the dtypes for which it is written with either fidelity, where a tensor is known to have them.
    """
    legs = measured.evidence.legs if measured.evidence is not None else {}
    said = (
        f"With `sporeprint convert --fidelity exact`, `{before}` becomes `{after}`, which is to do what {own} does in "
        "the corner cases too."
    )
    if entry.exact_only:
        said = (
            f"With either fidelity `{before}` becomes `{after}`: the native body does not do what {own} does."
        )
    if known and not entry.exact_only:
        said += (
            f" That body is written with either fidelity where a tensor is known to hold {words(known, own)}."
        )
    if "native" not in legs or "exact" not in legs:
        return Exact(before, after, said=said)
    native, better, speed = legs["native"].conditions, legs["exact"].conditions, legs["exact"].speed
    closes = [
        word for word in _ordered(better) if better[word] == "same" and native.get(word, "same") != "same"
    ]
    remains = [word for word in _ordered(better) if better[word] != "same"]
    if closes and not entry.exact_only:
        said += f" Measured to be {own}'s result where a converted call's is not: {words(closes, own)}."
    if remains:
        said += f" Measured to differ there too: {words(remains, own)}."
    if speed:
        said += f" It takes about {number(speed)} times as long as {own}."
    return Exact(before, after, tuple(closes), tuple(remains), speed, said)


def untested(record: Evidence) -> str:
    """Return why nothing could be measured, "" where something was: without the place in our own code."""
    if not record.untested:
        return "" if record.legs else "none of its samples could be tried"
    told = record.untested.removeprefix(f"{record.api}: ").removeprefix("NoSamplesError: ")
    return re.sub(r" \([^()]*\.py:\d+\)$", "", told)


def words(conditions: Iterable[str], own: str) -> str:
    """Name conditions, as the table of a page does."""
    return ", ".join(_CONDITIONS.get(word, word).format(own=own) for word in conditions)


def number(value: float) -> str:
    """Write a number as a person reads it: ``3.4``, ``770,000``, ``1.7e15``."""
    if value >= 1e6:
        mantissa, _, exponent = f"{value:.1e}".partition("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"


def _about(record: Evidence) -> str:
    versions = " and ".join(f"{TITLES[name]} {version}" for name, version in record.versions.items())
    return f"Measured with {versions} on {record.device}, {record.date}."


# -- verdicts ------------------------------------------------------------------------------------------------


def _bodies(entry: Entry | None) -> Mapping[str, tuple[str, str]]:
    return _EXACT_ONLY if entry is not None and entry.exact_only else _BODIES


def _verdict(api: str, record: Evidence, own: str, other: str, entry: Entry | None) -> tuple[str, str]:
    """Return the verdict on the common domain, and a sentence that says it."""
    legs = record.legs
    if entry is not None:
        if "native" not in legs:
            return "untested", ""
        native, better = legs["native"], legs.get("exact")
        said = _said(native, "The native body" if entry.exact_only else "A converted call", own, other)
        if better is not None and entry.exact_only:
            said += f" So the exact one is written. {_said(better, 'That', own, other)}"
        elif better is not None and better.common != native.common:
            said += f" {_said(better, 'With `--fidelity exact` it', own, other)}"
        return native.common, said
    name = best(api, record)
    if not name:
        return "untested", ""
    unedited = ".Tensor." in api and name == _namesake(api)
    how = "which an unedited call reaches" if unedited else "called in its place"
    return legs[name].common, _said(legs[name], f"`{name}`, {how},", own, other)


def best(api: str, record: Evidence) -> str:
    """Return the leg that counts for an API without counterpart, "" where none was measured.

    Of a method it is the other framework's method of that name, which an unedited call reaches; else the function that
    does best of those that MindSpore's tables name.
    """
    if ".Tensor." in api and _namesake(api) in record.legs:
        return _namesake(api)
    direct = [name for name in record.legs if name not in LEGS]
    return min(direct, key=lambda name: FATES.index(record.legs[name].common), default="")


def _namesake(api: str) -> str:
    return f"mindspore{api.removeprefix('torch')}"


def _said(leg: Leg, what: str, own: str, other: str) -> str:
    if leg.common == "untested" and set(leg.conditions) == {"error"}:
        return f"{own} itself raises for every sample here, so nothing is known of it."
    if leg.common == "untested" and "random" in leg.conditions:
        return f"{own}'s results are random: only their form and the errors were compared."
    ulps = leg.ulps.get("float32")
    off = f", by up to {number(ulps)} ulp" if ulps else ""
    return {
        "same": f"{what} does on the common domain what {own} does.",
        "inaccurate": f"{what} is right on the common domain, but less accurate than {own}{off}.",
        "raises": f"{what} raises on some of the common domain where {own} returns.",
        "differs": f"{what} silently gives something else on some of the common domain.",
        "dies": f"{what} ends the process, or never returns, on some of the common domain.",
        "missing": f"{other} has no {what.split(',', maxsplit=1)[0]}.",
        "untested": f"{what} was not tried on the common domain.",
    }[leg.common]


def _official(api: str, record: Evidence | None) -> Iterator[Official]:
    for row in official():
        if row.torch == api:
            leg = record.legs.get(row.mindspore) if record is not None else None
            yield Official(
                row.table,
                row.mindspore,
                _TOLD.get(row.verdict, row.verdict),
                leg.common if leg else "untested",
            )


# -- the table -----------------------------------------------------------------------------------------------


def _ordered(conditions: Iterable[str]) -> list[str]:
    order = {word: place for place, word in enumerate((*_DTYPES, *_CONDITIONS))}
    return sorted(conditions, key=lambda word: (order.get(word, len(order)), word))


def _rows(legs: Mapping[str, Leg], own: str) -> Iterator[tuple[str, ...]]:
    """Yield a row for each group of conditions under which all legs do the same; then times and numbers of samples."""
    tried = _ordered({word for leg in legs.values() for word in leg.conditions})
    grouped: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for word in tried:
        cells = tuple(_cell(leg, word) for leg in legs.values())
        grouped.setdefault((word in _DTYPES, cells), []).append(word)
    for (_, cells), group in grouped.items():
        yield (words(group, own), *cells)
    if any(leg.speed for leg in legs.values()):
        yield (f"time, {own}'s being 1", *(number(leg.speed) if leg.speed else "-" for leg in legs.values()))
    if legs:
        yield ("samples tried", *(str(leg.samples) for leg in legs.values()))


def _cell(leg: Leg, word: str) -> str:
    level = leg.conditions.get(word)
    if level is None:
        return "-"
    if word == "error":
        return {"same": "raises too", "differs": "returns"}.get(level, _LEVELS.get(level, level))
    ulps = leg.ulps.get(word)
    # The level is the worst of result and gradient. It is the gradient's where no result is as bad as that.
    results = [
        each.level
        for each in leg.divergences
        if each.kind not in {"gradient", *SIDE_EFFECTS} and _shows_at(each.where, word)
    ]
    worst = max(results, key=LEVELS.index, default="same")
    if leg.gradients.get(word) == level and LEVELS.index(worst) < LEVELS.index(level):
        gradient = {"inaccurate": "gradient less accurate", "differs": "gradient differs silently"}
        told = gradient.get(level, f"gradient {_LEVELS.get(level, level)}")
        return f"same, but {told}" if worst == "same" else told
    if level == "inaccurate":
        return f"up to {number(ulps)} ulp" if ulps else "less accurate"
    return (
        f"same ({number(ulps)} ulp)"
        if level == "same" and ulps and ulps >= 0.01 and word in _DTYPES
        else _LEVELS[level]
    )


def _shows_at(where: str, word: str) -> bool:
    """Whether a divergence shows where one condition alone holds."""
    return word in where.split(" | ") if " | " in where else where in ("", word)


def _notes(
    legs: Mapping[str, Leg],
    shown: Mapping[str, Leg],
    own: str,
    other: str,
    bodies: Mapping[str, tuple[str, str]],
) -> Iterator[str]:
    if not shown:
        return
    yield (
        "The common domain is the row of float32 (finite, not denormal, not empty, rank 1 or more) with those of "
        f"integers and bool, where {own} takes them; each other row is one step outside. The worst sample decides."
    )
    headings = {"converted": "what the converter writes", "exact": "what it writes with `--fidelity exact`"}
    told = [
        f"*{bodies[name][0]}*: {headings.get(bodies[name][0], 'not written')}"
        for name in bodies
        if name in shown
    ]
    direct = (
        [f"the others: {other}'s functions, called in the place of {own}'s"] if len(shown) > len(told) else []
    )
    if told:
        yield f"{'; '.join([*told, *direct])}."
    texts = [name for name in legs if name.endswith(" text")]
    if texts:
        worse = [each for name in texts for each in legs[name].divergences]
        count = sum(legs[name].samples for name in texts)
        agrees = f"{len(worse)} differences are its own" if worse else "it does what the counterpart does"
        yield f"The text that the converter writes was run too, on {count} samples: {agrees}."
    cells = {cell for row in _rows(shown, own) for cell in row[1:]} - {"raises too"}
    for starts, meaning in (
        ("same", f"value, shape, dtype, structure, mutation and gradient agree with {own}'s, up to rounding"),
        ("up to N ulp", "right, but off by more than rounding explains; ulp are units in the last place, and those of "
                  "results near 0 are small"),
        ("less accurate", "right, but off by more than rounding explains"),
        ("raises", f"an exception where {own} returns"),
        ("differs silently", "something else is returned, and nothing says so"),
        ("dies", "the process ends, or never answers"),
        ("-", f"not tried: {own} has no such samples, or {other} no such function"),
    ):  # fmt: skip
        word = starts.removesuffix(" N ulp")
        if any(cell == word if word == "-" else word in cell for cell in cells):
            yield f"*{starts}*: {meaning}."


# -- differences ---------------------------------------------------------------------------------------------


def _differences(
    legs: Mapping[str, Leg], own: str, bodies: Mapping[str, tuple[str, str]]
) -> Iterator[Difference]:
    for name, leg in legs.items():
        for each in leg.divergences:
            function = name.removesuffix(" text")
            of = bodies[function][1] if function in bodies else name
            of = of if function == name else f"the text written for a {of}"
            yield Difference(of, _where(each.where, own), _kind(each), _what(each.what, own), each)


def _where(where: str, own: str) -> str:
    sign, link = (" | ", " or ") if " | " in where else (" & ", " and ")
    return link.join(words([word], own) for word in where.split(sign) if word) or "the common domain"


def _what(message: str, own: str) -> str:
    """Put a message of the evidence in a page's words: the call's tensors are called t0, t1 there."""
    message = message.replace("off, the source", f"off, {own} itself").replace("the source", own)
    return re.sub(r"\b(gradient of|leaves|changes|leaves in) (?=\d)", r"\1 t", message)


def _kind(divergence: Divergence) -> str:
    if divergence.level in ("raises", "dies"):
        return "gradient " * (divergence.kind == "gradient") + _LEVELS[divergence.level]
    if divergence.kind in ("error", "warning"):
        return f"no {divergence.kind}"
    if divergence.level == "inaccurate":
        return f"{divergence.kind} less accurate"
    return "names differ" if divergence.kind == "names" else f"{divergence.kind} differs"
