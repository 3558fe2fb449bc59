"""The same measurement under several MindSpore releases, and what changed between them."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.markup import escape

from sporeprint.catalog import FOLDER
from sporeprint.verify.words import LEVELS

#: An error is said to have grown or shrunk where it did by more than this factor, to or from more than so many units
#: in the last place: smaller ones are what another order of summation makes of the same numbers.
FACTOR = 4.0
UNITS = 16.0


class Change(NamedTuple):
    """What one leg of one API does otherwise in the later release.

    Attributes:
        api: torch's name.
        leg: what was called.
        what: ``"accuracy lost"``, ``"accuracy gained"``, or ``"same → raises"`` and the like.
        samples: how many samples show it.
        calls: the calls of those samples, the most frequent first.
        steady: calls of the same leg of which no sample shows it.
        example: the largest difference, in one line.
    """

    api: str
    leg: str
    what: str
    samples: int
    calls: tuple[str, ...]
    steady: tuple[str, ...]
    example: str


def run(options: argparse.Namespace, err: Console) -> int:
    """Measure each release that was asked for, and print what changed; return the exit code."""
    from sporeprint.convert.project import write
    from sporeprint.verify.run import cache

    measured: dict[str, Mapping[str, Any]] = {}
    for release in options.mindspore:
        try:
            folder = environment(release, cache() / "mindspore", err)
            measured[release] = _measure(release, folder, options, err)
        except subprocess.CalledProcessError as error:
            tail = "\n".join((error.stderr or "").strip().splitlines()[-5:])
            err.print(
                f"[bold red]sporeprint:[/] MindSpore {release}: {escape(tail or str(error))}", soft_wrap=True
            )
            return 2
    out = Console(highlight=False)
    releases = list(measured)
    for before, after in itertools.pairwise(releases):
        found = changes(measured[before], measured[after])
        out.print(f"[bold]MindSpore {before} → {after}[/]: {len(found)} changes")
        for each in found:
            out.print(f"  [bold]{escape(each.leg)}[/] for {escape(each.api)}: {each.what} on {each.samples} samples",
                      soft_wrap=True)  # fmt: skip
            out.print(f"    {escape(each.example)}", soft_wrap=True)
            out.print(f"    changed: {escape('; '.join(each.calls))}", soft_wrap=True)
            if each.steady:
                out.print(f"    not changed: {escape('; '.join(each.steady))}", soft_wrap=True)
    if options.json:
        text = json.dumps(measured, indent=1, ensure_ascii=False) + "\n"
        write(Path(options.json), text.encode(), None)
    return 0


def environment(release: str, root: Path, err: Console) -> Path:
    """Install a MindSpore release beside the one that is installed, once.

    Args:
        release: such as ``"2.8.0"``.
        root: the folder of all such releases.
        err: where progress is told.

    Returns:
        A folder for the front of ``PYTHONPATH``: everything but MindSpore stays that of this environment.

    Raises:
        CalledProcessError: pip finds no such release for this Python, or cannot reach its index.
    """
    folder = root / release
    if folder.is_dir():
        return folder
    root.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=root))
    try:
        with err.status(f"installing MindSpore {release} into {folder} …"):
            subprocess.run(
                [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps",
                 "--target", str(made), f"mindspore=={release}"],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _measure(release: str, folder: Path, options: argparse.Namespace, err: Console) -> Mapping[str, Any]:
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "measured.json"
        command = [
            sys.executable,
            "-m",
            "sporeprint",
            "verify",
            *options.api,
            "--json",
            str(path),
            "--no-scripts",
        ]
        for family in options.family:
            command += ["--family", family]
        if options.dtype:
            command += ["--dtype", ",".join(options.dtype)]
        command += ["--device", options.device, "--jobs", str(options.jobs)]
        command += ["--resume"] if options.resume else []
        paths = (str(folder), str(FOLDER.parent), os.environ.get("PYTHONPATH", ""))
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in paths if each)}
        with err.status(f"measuring MindSpore {release} …"):
            ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if not path.exists():
            raise subprocess.CalledProcessError(ended.returncode, command, ended.stdout, ended.stderr)
        found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    told = {record["versions"]["mindspore"] for record in found["records"].values()}
    if told != {release}:
        raise RuntimeError(f"asked for MindSpore {release}, measured {', '.join(sorted(told))}")
    return found


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Compare two measurements sample by sample.

    Args:
        before: what :func:`sporeprint.verify.command.write_json` wrote of the earlier release.
        after: of the later one.

    Returns:
        What changed, silent differences and deaths first.
    """
    found = []
    for api in sorted({*before["samples"], *after["samples"]}):
        old, new = before["samples"].get(api, {}), after["samples"].get(api, {})
        grouped: dict[tuple[str, str], list[tuple[str, str, float]]] = {}
        calls: dict[str, Counter[str]] = {}
        for name in sorted({*old} & {*new}):
            leg = name.partition(": ")[0]
            calls.setdefault(leg, Counter())[new[name]["call"]] += 1
            for what, told, size in _changes(old[name], new[name]):
                grouped.setdefault((leg, what), []).append((new[name]["call"], told, size))
        for (leg, what), shown in grouped.items():
            own = Counter(call for call, _, _ in shown)
            steady = [call for call, _ in calls[leg].most_common() if call not in own]
            example = max(shown, key=lambda each: each[2])
            found.append(
                Change(api, leg, what, len(shown), tuple(call for call, _ in own.most_common(3)),
                       tuple(steady[:3]), f"{example[0]}: {example[1]}")
            )  # fmt: skip
    return sorted(found, key=lambda each: (-_rank(each.what), each.api, each.leg))


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    if old["level"] != new["level"] and not {old["level"], new["level"]} <= {"same", "inaccurate"}:
        yield f"{old['level']} → {new['level']}", new["what"] or old["what"], 0.0
        return
    before, after = old["ulps"], new["ulps"]
    if max(before, after) <= UNITS or before in (after, float("inf")) or after == float("inf"):
        return
    told = f"{before:.3g} → {after:.3g} units in the last place"
    if after > FACTOR * before:
        yield "accuracy lost", told, after / max(before, 1.0)
    elif before > FACTOR * after:
        yield "accuracy gained", told, before / max(after, 1.0)


def _rank(what: str) -> int:
    last = what.rpartition(" → ")[2]
    return LEVELS.index(last) if last in LEVELS else 1
