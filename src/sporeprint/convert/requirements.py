"""What to change in files that say what a project requires. They are never rewritten: that is for a person to decide.

Read are ``requirements*.txt`` (and ``.in``), ``pyproject.toml``, ``setup.py``, ``setup.cfg``, ``environment.yml`` and
``Pipfile``, without executing anything. A requirement is what stands where these formats have one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from sporeprint.convert.report import Finding

_LIST = re.compile(
    r"((.*[-_.])?(requirements?|constraints?)([-_.].*)?|requirements/.*)\.(txt|in)$", re.IGNORECASE
)
_ENVIRONMENT = re.compile(r"(.*[-_.])?(environment|conda|env)([-_.].*)?\.ya?ml$", re.IGNORECASE)
_SETUP = re.compile(rb"^\s*(?:from|import)\s+(?:setuptools|distutils|skbuild)\b", re.MULTILINE)

_NAME = r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
_REST = r"[ \t]*(?:\[[^\]\"']*\])?[ \t]*(?P<version>[=<>!~(@;^][^\"'#]*)?"
#: A line of a list, as pip and setup.cfg have them.
_PLAIN = re.compile(rf"[ \t]*{_NAME}[ \t]*(?:\[[^\]]*\])?[ \t]*(?P<version>[=<>!~(@;^][^#]*)?(?:#.*)?$")
#: A line of a conda environment, or of the list for pip in it.
_ITEM = re.compile(rf"[ \t]*-[ \t]*[\"']?(?:[\w.-]+::)?{_NAME}{_REST}[\"']?[ \t]*(?:#.*)?$")
_STRING = re.compile(rf"([\"']){_NAME}{_REST}\1")
#: A key of a table of requirements, as Poetry and Pipenv have them.
_KEY = re.compile(rf"[ \t]*[\"']?{_NAME}[\"']?[ \t]*=[ \t]*(?P<version>[\"'{{].*)$")
_HEADER = re.compile(r"[ \t]*\[+([^\[\]]*)\]+[ \t]*(?:#.*)?$")
_LISTED = re.compile(r"([\w-]+):")
_ASSIGNED = re.compile(r"([\w.-]+)[ \t]*=")
#: Lists in a set-up script that are no requirements.
_OTHER_LISTS = frozenset({"classifiers", "keywords", "packages", "platforms", "py_modules"})

_NUMPY = "with numpy 2, which MindSpore's own metadata admits, x * x raises"
_TORCH = (
    "put mindspore and numpy<2; keep it as long as a file imports it",
    f"MindSpore takes its place; {_NUMPY}",
)
#: To MindSpore: a package, what to do about it, and why.
_TO_MINDSPORE = {
    "torch": _TORCH,
    "pytorch": _TORCH,
    "numpy": ("put numpy<2", _NUMPY),
    "einops": ("leave it", "it serves MindSpore too, through einops_on_mindspore.py"),
    "torchvision": (
        "use mindspore.dataset.vision, which comes with mindspore",
        "torchvision builds on torch",
    ),
    "timm": ("delete it when no file imports it any more; mindcv is near to it", "timm builds on torch"),
}
#: What builds on torch.
_ON_TORCH = frozenset({
    "accelerate", "apex", "bitsandbytes", "cudatoolkit", "deepspeed", "diffusers", "fairscale", "fairseq",
    "fastai", "flash-attn", "kornia", "lightning", "open-clip-torch", "peft", "pytorch-cuda",
    "pytorch-lightning", "pytorch-mutex", "sentence-transformers", "torch-geometric", "torchaudio", "torchdata",
    "torchinfo", "torchmetrics", "torchsummary", "torchtext", "transformers", "triton", "vit-pytorch",
    "x-transformers", "xformers",
})  # fmt: skip
_MINDSPORE = ("put torch; keep it as long as a file imports it", "torch takes its place")
_TO_TORCH = dict.fromkeys(("mindspore", "mindspore-ascend", "mindspore-gpu"), _MINDSPORE)
_WITHOUT_NUMPY_2 = re.compile(r"<\s*2(?:\.0+)*(?![\d.])|<=?\s*[01]\b|(?<![<>!])[=~^]=?\s*[\"']?[01]\b")


def is_requirements(path: Path) -> bool:
    """Whether a file's name says that it lists what a project requires."""
    return (
        path.name in ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile")
        or _LIST.match(path.name) is not None
        or _LIST.match(f"{path.parent.name}/{path.name}") is not None
        or _ENVIRONMENT.match(path.name) is not None
    )


def is_setup(path: Path) -> bool:
    """Whether a file is a set-up script: Python, but none of the program's own."""
    try:
        return path.name == "setup.py" and _SETUP.search(path.read_bytes()) is not None
    except OSError:
        return False  # reported when it is read


def advise(path: Path, raw: bytes, to: str, framework: str, used: bool) -> list[Finding]:
    """Return what to change in a file that lists what a project requires.

    Args:
        path: the file.
        raw: what it holds.
        to: the framework converted to.
        framework: the framework converted from.
        used: whether the project imports that; if not, only a file that requires it is of interest.
    """
    text = raw.decode("utf-8", "replace")
    required = [(*each[:2], each[2], _normal(each[2]), each[3]) for each in _required(path, text)]
    found = []
    if used or any(name in (framework, f"py{framework}") for _, _, _, name, _ in required):
        for line, column, written, name, version in required:
            advice = _advice(name, version, to)
            if advice is not None:
                found.append(Finding(line, column, "requires", written, advice[1], advice[0]))
    if path.name == "setup.py":
        for match in re.finditer(rf"^[ \t]*(?:import|from)[ \t]+({framework})\b", text, re.MULTILINE):
            before = text[: match.start(1)]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            why = "a set-up script is not rewritten"
            found.append(Finding(line, column, "left", framework, why, "change it by hand"))
    return sorted(found)


def installs(line: str, to: str) -> tuple[str, str, str] | None:
    """Return for a shell line that installs packages: what of them matters, why, and what to do about it."""
    if not re.search(r"\b(?:pip3?|conda|mamba|uv)\b.*\b(?:install|add)\b", line):
        return None
    for word in line.split():
        name = re.split(r"[\[=<>!~]", word.strip("\"'"))[0]
        advice = _advice(_normal(name), "", to)
        if advice is not None and name not in ("numpy", "einops"):
            return name, advice[1], advice[0]
    return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _advice(name: str, version: str, to: str) -> tuple[str, str] | None:
    """Return what to do about a requirement, and why."""
    if to == "torch":
        return _TO_TORCH.get(name)
    if name == "numpy" and _WITHOUT_NUMPY_2.search(version):
        return None
    if name in _ON_TORCH:
        return "delete it when no file imports it any more", f"{name} builds on torch"
    return _TO_MINDSPORE.get(name)


# -- reading: line, column, name and version of each requirement -----------------------------------------------------


def _required(path: Path, text: str) -> Iterator[tuple[int, int, str, str]]:
    name = path.name
    if name == "setup.py":
        yield from _in_setup(text)
        return
    table = key = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        if name in ("pyproject.toml", "setup.cfg", "Pipfile"):
            header = _HEADER.match(line)
            if header:
                table, key = header.group(1).strip(), ""
                continue
            assigned = _ASSIGNED.match(line)
            key = assigned.group(1) if assigned else key
        elif _ENVIRONMENT.match(name):
            listed = _LISTED.match(line)
            key = listed.group(1) if listed else key
        for found in _in_line(name, line, table, key):
            yield number, found.start("name") + 1, found.group("name"), found.group("version") or ""


def _in_line(name: str, line: str, table: str, key: str) -> Iterator[re.Match[str]]:
    match: re.Match[str] | None = None
    if name == "pyproject.toml":
        match = _KEY.match(line) if "dependenc" in table and not table.startswith("project") else None
        if match is None and ("dependenc" in table or "dependenc" in key or key == "requires"):
            yield from _STRING.finditer(line)
    elif name == "Pipfile":
        match = _KEY.match(line) if "packages" in table else None
    elif name == "setup.cfg":
        if key.endswith("requires") or "require" in table:
            inner = _ASSIGNED.match(line)
            match = _PLAIN.match(line[inner.end() :].rjust(len(line)) if inner else line)
    elif _ENVIRONMENT.match(name):
        match = _ITEM.match(line) if key == "dependencies" else None
    else:
        match = _PLAIN.match(line)
    if match is not None:
        yield match


def _in_setup(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Find the requirements in the lists of a set-up script."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    others = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg in _OTHER_LISTS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set) and id(node) not in others:
            for each in node.elts:
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    found = _PLAIN.match(each.value)
                    if found:
                        yield (
                            each.lineno,
                            each.col_offset + 1,
                            found.group("name"),
                            found.group("version") or "",
                        )
