"""Files and folders: what is read, what is written where, and nothing lost on the way.

Files are read twice: for their outlines, so that each knows what the others define, and to be converted; several at a
time, each forgotten afterwards, so memory grows with the outlines alone. Every file is written beside its place and
then moved there in one step: whatever happens, a file is either the old one or the new one. What is written and
reported keeps the order of the files, whatever the number of processes.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from sporeprint import catalog as catalogs
from sporeprint.convert import adapters, notebook, requirements
from sporeprint.convert.file import Converted, Options, convert_bytes
from sporeprint.convert.idioms import einops
from sporeprint.convert.report import FileReport, Finding, Report, Writer
from sporeprint.convert.source import Source, SourceError
from sporeprint.convert.symbols import Outline, Place, Project, outline
from sporeprint.convert.team import Team

#: Folders that hold no source of the project's.
SKIPPED = frozenset(
    {".git", ".hg", ".svn", "__pycache__", ".tox", ".nox", ".venv", "venv", "node_modules", ".mypy_cache",
     ".ruff_cache", ".pytest_cache", ".eggs", ".ipynb_checkpoints"}
)  # fmt: skip


T = TypeVar("T")
R = TypeVar("R")

_EINOPS = f"{einops.MODULE}.py"
#: How many bytes of sources a process keeps as trees from the reading of outlines to the conversion: a tree takes forty
#: times as much.
_KEPT = 8 << 20


class UsageError(Exception):
    """The command cannot be carried out as it was given. The message says why and what to do."""


@dataclass(slots=True)
class Job:
    """One file to look at: where it is read, where it is written (None: nowhere), and the root it belongs to."""

    path: Path
    output: Path | None
    root: Path
    shown: str

    ours: bool = (
        False  # whether it is a module that an earlier conversion wrote: adapters, or einops' backend
    )

    setup: bool = False  # whether it is a set-up script

    @property
    def is_source(self) -> bool:
        """Whether it holds Python of the project's: a module, a stub or a notebook."""
        return self.path.suffix in (".py", ".pyi", notebook.SUFFIX) and not self.setup


@dataclass(slots=True)
class Plan:
    """The files of a run."""

    jobs: list[Job]
    output: Path | None
    in_place: bool
    notes: list[str] = field(default_factory=list)


def plan(paths: list[Path], output: Path | None, in_place: bool, adapters_name: str) -> Plan:
    """List the files to convert.

    Args:
        paths: files and folders.
        output: the folder to write to; it keeps the folders' inner structure.
        in_place: write over the files themselves.
        adapters_name: the adapters' module, which is never an input.

    Raises:
        UsageError: a path does not exist, or the output would overwrite an input.
    """
    made = Plan([], output, in_place)
    target = output.resolve() if output is not None else None
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        resolved = path.resolve()
        if target is not None and (resolved == target or (resolved.is_file() and resolved.parent == target)):
            raise UsageError(
                f"the output folder {output} is the input's own; use --in-place, or name another folder"
            )
        if target is not None and output is not None and output.exists() and not output.is_dir():
            raise UsageError(f"the output {output} is a file; name a folder")
        root = path if path.is_dir() else path.parent
        for found in walk(path, target) if path.is_dir() else [path]:
            key = found.resolve() if found.is_file() else found
            if key in seen:
                continue
            seen.add(key)
            destination = found if in_place else None
            if output is not None:
                destination = output / found.relative_to(root)
            ours = found.name in (f"{adapters_name}.py", _EINOPS)
            if ours and not _is_ours(found):
                raise UsageError(
                    f"{found}: the converted project needs a module of this name for what it calls, and this one is "
                    "yours; rename it"
                )
            setup = requirements.is_setup(found)
            made.jobs.append(Job(found, destination, root, str(found), ours, setup))
    if target is not None and any(target.is_relative_to(path.resolve()) for path in paths if path.is_dir()):
        made.notes.append(f"{output} lies inside the input; what is in it was not converted")
    return made


def _is_ours(path: Path) -> bool:
    """Whether a file named like a module that conversions write was written by one."""
    try:
        if path.name == _EINOPS:
            return einops.is_ours(path.read_bytes())
        return adapters.listed(path.read_text(encoding="utf-8", errors="replace"))[1] != ""
    except OSError:
        return True  # reported when it is read


def walk(folder: Path, excluded: Path | None) -> Iterator[Path]:
    """Yield the files below a folder in a fixed order. Links to folders are not followed, so no loop is."""
    try:
        entries = sorted(os.scandir(folder), key=lambda each: each.name)
    except OSError:
        yield folder  # reported when it is read
        return
    for entry in entries:
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in SKIPPED and path.resolve() != excluded:
                yield from walk(path, excluded)
        elif not (entry.is_symlink() and path.is_dir()):
            yield path


def adapters_place(job: Job, name: str, raw: bytes) -> tuple[Path, str]:
    """Return the folder that gets the adapters' module of a file, relative to its root, and how the file imports it.

    Inside a package it lives in the outermost one and is imported relatively, which holds wherever the package is
    installed. Loose files are imported from the project's root, as ``models.net``, so theirs lies there; a script
    is run from where it stands, so its own lies beside it.
    """
    level = 0
    folder = job.path.parent
    if job.path.suffix == notebook.SUFFIX:  # run from where it stands, and never part of a package
        return folder.relative_to(job.root), name
    while (folder / "__init__.py").exists() and folder != folder.parent:
        level += 1
        if folder == job.root:
            break
        if not (folder.parent / "__init__.py").exists():
            break
        folder = folder.parent
    if not level and b"__main__" not in raw:
        folder = job.root
    return folder.relative_to(job.root), "." * level + name


def run(
    made: Plan,
    options: Options,
    each: Callable[[Job, bytes, Converted], None],
    *,
    processes: int = 1,
    writer: Writer | None = None,
) -> Report:
    """Convert the files of a plan.

    Args:
        made: the files.
        options: what to convert to.
        each: called after each source file with its old bytes and its outcome, in the order of the files.
        processes: how many files at a time.
        writer: writes every finding, as it comes.

    Returns:
        The account of the run. Reading and writing errors are in it; KeyboardInterrupt passes, with every file whole.
    """
    sources = [job for job in made.jobs if job.is_source and not job.ours]
    read = files_of(sources)
    catalogs.load(options.source)  # before any process is made: they share it
    with Team(processes, read) as team:
        project = _outlines(read, team)
        team.tell(_tell, project)
        action = partial(_convert, adapters.MODULE[options.to], options)
        outcomes = team.map(action, [(Path(os.path.realpath(job.path)), job) for job in sources])
        report = Report(options.to, options.fidelity, writer=writer)
        needed: dict[Path, set[str]] = {}
        try:
            _write_all(made, options, each, outcomes, project, report, needed)
        finally:  # when it is interrupted too: files that are written import from there
            _sources.clear()
            for place in [each for each in needed if each.name != _EINOPS]:
                job = Job(place, place, place.parent, str(place))
                _guarded(report, job, partial(_complete_adapters, place, needed[place], options))
    return report


def _write_all(
    made: Plan,
    options: Options,
    each: Callable[[Job, bytes, Converted], None],
    outcomes: Iterator[tuple[Path, Converted] | OSError],
    project: Project,
    report: Report,
    needed: dict[Path, set[str]],
) -> None:
    name = adapters.MODULE[options.to]
    for job in made.jobs:
        if not job.is_source:
            if made.output is not None:
                _guarded(report, job, partial(_copy, job))
            if requirements.is_requirements(job.path):
                used = project.imports(options.source)
                _guarded(report, job, partial(_advise, report, job, options, used))
            continue
        if job.ours:
            if made.output is not None and job.output is not None and job.path.name == _EINOPS:
                _guarded(report, job, partial(_add_einops, job.output, needed))
            elif made.output is not None and job.output is not None:
                names, _ = adapters.listed(job.path.read_text(encoding="utf-8"))
                _guarded(report, job, partial(_add_adapters, job.output, names, needed, options))
            continue
        converted = _guarded(report, job, partial(_unless_error, next(outcomes)))
        if converted is None:
            continue
        folder, outcome = converted
        raw = _guarded(report, job, job.path.read_bytes)
        if raw is None:
            continue
        if outcome.adapters and job.output is not None:
            place = (made.output or job.root) / folder / f"{name}.py"
            done = _guarded(report, job, partial(_add_adapters, place, outcome.adapters, needed, options))
            if done is None:
                continue
        if outcome.einops and job.output is not None:
            place = (made.output or job.root) / folder / _EINOPS
            if _guarded(report, job, partial(_add_einops, place, needed)) is None:
                continue
        report.add(outcome.report)
        if job.output is not None and (outcome.report.changed or made.output is not None):
            written = _guarded(report, job, partial(write, job.output, outcome.data, job.path))
            if written is None:
                continue
        each(job, raw, outcome)


def files_of(jobs: Iterable[Job]) -> list[Path]:
    """Return the files to convert and those that belong with them, which are read for their outlines.

    A file that is converted alone may import from its neighbours and from the rest of its package.
    """
    paths = {Path(os.path.realpath(job.path)): None for job in jobs}
    packages = {_outermost(path.parent) for path in paths}
    for folder in {path.parent for path in paths} - packages:
        paths |= dict.fromkeys(sorted(folder.glob("*.py")))
    for package in sorted(each for each in packages if (each / "__init__.py").exists()):
        paths |= dict.fromkeys(path for path in walk(package, None) if path.suffix == ".py")
    return list(paths)


def outlines_below(folder: Path) -> Project:
    """Read the outlines of all files of a folder."""
    paths = [path for path in walk(folder.resolve(), None) if path.suffix == ".py"]
    with Team(1, paths) as team:
        return _outlines(paths, team)


def _outlines(paths: list[Path], team: Team) -> Project:
    outlines = team.map(_outline, [(path, path) for path in paths])
    return Project({str(path): each for path, each in zip(paths, outlines, strict=True) if each is not None})


def _outermost(folder: Path) -> Path:
    """Return the outermost package around a folder, the folder itself where it is none."""
    while (folder / "__init__.py").exists() and (folder.parent / "__init__.py").exists():
        folder = folder.parent
    return folder


#: The trees that this process has read outlines from.
_sources: dict[Path, Source] = {}


def _outline(path: Path) -> Outline | None:
    """Return a file's outline, None where it cannot be read: that is reported when it is converted."""
    try:
        raw = path.read_bytes()
        is_notebook = path.suffix == notebook.SUFFIX
        source = Source(notebook.module_of(raw) if is_notebook else raw)
        found = outline(source.tree, path.name == "__init__.py")
    except (OSError, SourceError, RecursionError):
        return None
    if not is_notebook and len(raw) + sum(len(each.data) for each in _sources.values()) <= _KEPT:
        _sources[path] = source
    return found


#: The project whose files this process converts. A process of a team is told once, not with every file.
_told: dict[str, Project] = {}


def _tell(project: Project) -> None:
    _told["project"] = project


def _convert(name: str, options: Options, job: Job) -> tuple[Path, Converted] | OSError:
    """Convert one file: the folder of its adapters' module, and the outcome; or why not."""
    path = os.path.realpath(job.path)
    source = _sources.pop(Path(path), None)
    try:
        raw = job.path.read_bytes() if source is None else source.raw
    except OSError as error:
        return error
    folder, imported = adapters_place(job, name, raw)
    place = Place(_told["project"], path)
    convert = partial(convert_bytes, path=job.shown, options=options, adapters_from=imported, place=place)
    if job.path.suffix == notebook.SUFFIX:
        return folder, notebook.convert(raw, job.shown, options, convert)
    return folder, convert(raw, source=source)


def _unless_error(outcome: R | OSError) -> R:
    if isinstance(outcome, OSError):
        raise outcome
    return outcome


def _guarded(report: Report, job: Job, action: Callable[[], T]) -> T | None:
    """Return what the action returns, None where the file could not be read or written, which is reported."""
    try:
        return action()
    except OSError as error:
        finding = Finding(
            0,
            0,
            "io",
            "",
            f"{error.strerror or error}",
            "nothing of it was written; free the way and run again",
        )
        report.add(FileReport(job.shown, findings=[finding]))
        return None


def _add_adapters(place: Path, wanted: set[str], needed: dict[Path, set[str]], options: Options) -> bool:
    """Note which adapters a file needs, and write their module before the first file that imports from it.

    What other files add is written at the end of the run, at once.
    """
    if place in needed:
        needed[place] |= wanted
        return True
    have: set[str] = set()
    if place.exists():
        have, fidelity = adapters.listed(place.read_text(encoding="utf-8"))
        if have and fidelity != options.fidelity:
            raise OSError(0, f"{place} holds {fidelity} adapters, and this run writes {options.fidelity} ones; "
                             "convert with one fidelity, or into another folder")  # fmt: skip
    needed[place] = have | wanted
    return _write_adapters(place, needed[place], options)


def _complete_adapters(place: Path, names: set[str], options: Options) -> bool:
    there = adapters.listed(place.read_text(encoding="utf-8"))[0] if place.exists() else set()
    return there == names or _write_adapters(place, names, options)


def _write_adapters(place: Path, names: set[str], options: Options) -> bool:
    try:
        text = adapters.build(names, options.to, options.fidelity)
    except KeyError as error:
        raise OSError(
            0, f"{place} lists {error}, which this release does not have; convert into another folder"
        ) from error
    return write(place, text.encode(), None)


def _add_einops(place: Path, needed: dict[Path, set[str]]) -> bool:
    """Write the module that makes MindSpore known to einops, once in a run."""
    if place not in needed:
        needed[place] = set()
        text = einops.text()
        if not place.exists() or place.read_bytes() != text:
            write(place, text, None)
    return True


def _advise(report: Report, job: Job, options: Options, used: bool) -> bool:
    """Report what to change in a file that lists requirements."""
    raw = job.path.read_bytes()
    report.note(job.shown, requirements.advise(job.path, raw, options.to, options.source, used))
    return True


def _copy(job: Job) -> bool:
    assert job.output is not None
    job.output.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(job.path, job.output, follow_symlinks=False)
    return True


def write(path: Path | None, data: bytes, like: Path | None) -> bool:
    """Write a file in one step, with the mode of ``like``.

    The new text goes to a temporary file in the same folder, which then takes the old one's place. A link stays a
    link: what it points to is written.

    Raises:
        OSError: the old file is as it was.
    """
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    path = path.resolve() if path.is_symlink() else path
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(13, "read-only")
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")  # named first: an interrupt finds it
    try:
        with temporary.open("xb") as file:
            file.write(data)
        mode = stat.S_IMODE((like or path).stat().st_mode) if (like or path).exists() else 0o644
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True
