"""Write ``docs/leftovers.md``: what the conversion of whole projects leaves for a person, by API.

    python tools/write_leftovers.py

The sources come from the projects' wheels on PyPI (those of ``tests/wheels``, and kept where these are kept): they are
downloaded, never installed or run. It takes some minutes.
"""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from sporeprint.convert import Options, project  # noqa: E402
from sporeprint.convert.file import Converted  # noqa: E402
from tests.wheels.wheels import WHEELS, download  # noqa: E402

DOCUMENT = ROOT / "docs" / "leftovers.md"
#: What a use may become without leaving anything to do; "differs" marks a line beside another fate.
DONE = ("converted", "adapter", "guarded", "removed")
ROWS = 80


def converted(name: str) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Convert the sources of a project: how many uses had each fate, and how many were left, by API and reason."""
    version, prefix = WHEELS[name]
    fates: Counter[str] = Counter()
    left: Counter[tuple[str, str]] = Counter()

    def count(_: project.Job, __: bytes, outcome: Converted) -> None:
        for finding in outcome.report.findings:
            fates[finding.fate] += 1
            if finding.fate in ("left", "failed"):
                left[finding.api or "a file as a whole", finding.reason] += 1

    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(download(name, version)) as wheel:
        wheel.extractall(place, [each for each in wheel.namelist() if each.startswith(prefix)])
        made = project.plan([Path(place, prefix)], None, False, "torch_on_mindspore")
        project.run(made, Options(), count, processes=os.cpu_count() or 1)
    return fates, left


def main() -> None:
    """Convert, count and write."""
    shares = []
    table: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name, (version, _) in WHEELS.items():
        fates, left = converted(name)
        for key, count in left.items():
            table[key][name] += count
        done = sum(fates[each] for each in DONE)
        total = done + sum(left.values())
        adapters = fates["adapter"] + fates["guarded"]
        shares.append(
            f"| {name} {version} | {total:,} | {done / total:.1%} | {adapters / total:.1%} | {sum(left.values()):,} |"
        )
        print(shares[-1], flush=True)
    rows = sorted(table.items(), key=lambda each: (-each[1].total(), each[0]))
    lines = [
        "# What is left over",
        "",
        "Written by `tools/write_leftovers.py`: the sources of whole projects, from their wheels on PyPI, converted",
        "natively. A use is a place where the source means something of torch; what is reported about a line as well",
        "(`differs`) is not counted.",
        "",
        "| project | uses | converted | of them through an adapter | left |",
        "|---|---:|---:|---:|---:|",
        *shares,
        "",
        f"The {ROWS} APIs and reasons that are left most often, of {len(rows):,}:",
        "",
        f"| API | why | {' | '.join(WHEELS)} | all |",
        f"|---|---|{'---:|' * (len(WHEELS) + 1)}",
        *(
            f"| `{api}` | {reason.replace('|', chr(92) + '|')} | "
            f"{' | '.join(str(counts[name] or '') for name in WHEELS)} | {counts.total()} |"
            for (api, reason), counts in rows[:ROWS]
        ),
    ]
    DOCUMENT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
