"""The optimizer whose steps are compared: torch's own on the one side, its counterpart on the other."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from sporeprint import catalog
from sporeprint.catalog import Entry
from sporeprint.convert import MODULE, adapters

_API = re.compile(r"torch\.optim\.([A-Z]\w*)")


class OptimizerError(ValueError):
    """An optimizer is described in a way that cannot be understood. The message says what is valid."""


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An optimizer with its options.

    Attributes:
        name: its class in ``torch.optim``.
        options: as they are written: ``lr=0.001, weight_decay=0.01``.
    """

    name: str
    options: str = ""

    def __str__(self) -> str:
        return f"{self.name}({self.options})"

    @property
    def api(self) -> str:
        """Its full name."""
        return f"torch.optim.{self.name}"

    def code(self, module: str = "torch.optim", name: str = "") -> str:
        """Return the statements that bind ``optimizer``, given ``parameters``.

        Args:
            module: where its class is.
            name: of the class there, its own by default.
        """
        name = name or self.name
        given = ", ".join(filter(None, ("parameters", self.options)))
        return f"from {module} import {name}\noptimizer = {name}({given})"

    def converted(self, project: Path, scratch: Path, fidelity: str) -> str:
        """Return the same for the counterpart: the project's own copy, or else one that is written for it.

        Args:
            project: folder of the converted project. Where several of its modules hold a copy, one that is not as
                it was written comes first.
            scratch: the folder that gets a module where the project has no copy.
            fidelity: of that module.
        """
        adapter = adapters.name_of(self.api)
        copies = [each for each in modules_of(project) if adapter in each.names]
        for copy in sorted(copies, key=lambda each: each.text == each.written()):
            dotted = ".".join(copy.path.relative_to(project).with_suffix("").parts)
            return self.code(dotted, adapter)
        module = f"for_the_optimizer_{fidelity}"
        text = adapters.build([adapter], "mindspore", fidelity)
        (scratch / f"{module}.py").write_text(text, encoding="utf-8")
        return self.code(module, adapter)


#: What is taken where steps are asked for and no optimizer is named: plain gradient descent.
PLAIN = Optimizer("SGD", "lr=0.01")


@dataclass(frozen=True, slots=True)
class Adapters:
    """A module of adapters in a converted project.

    Attributes:
        path: where it is.
        text: what stands there.
    """

    path: Path
    text: str

    @property
    def names(self) -> set[str]:
        """The adapters in it."""
        return adapters.listed(self.text)[0]

    @property
    def fidelity(self) -> str:
        """Of their bodies."""
        return adapters.listed(self.text)[1] or "native"

    def written(self) -> str | None:
        """Return what is written today for its adapters; None where they are not known."""
        try:
            return adapters.build(self.names, "mindspore", self.fidelity)
        except KeyError:  # one that this release does not have, or no adapter's name
            return None


def modules_of(project: Path) -> list[Adapters]:
    """Return the modules of adapters in a converted project."""
    paths = sorted(project.rglob(f"{MODULE['mindspore']}.py"))
    return [Adapters(path, path.read_text(encoding="utf-8", errors="replace")) for path in paths]


def counterparts() -> dict[str, Entry]:
    """Return torch's optimizers that have a counterpart, by name."""
    entries = catalog.load("torch").entries
    named = {found[1]: entries[api] for api in entries if (found := _API.fullmatch(api))}
    return {name: named[name] for name in sorted(named) if name != "Optimizer" and named[name].is_class}


def read(text: str) -> Optimizer:
    """Read an optimizer as it is written on the command line: ``Adam``, ``AdamW(lr=1e-3, betas=(0.9, 0.99))``.

    Raises:
        OptimizerError: it is not written so, or has no counterpart, or no such option.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise OptimizerError(f"{text}: {error.msg}; write it as AdamW(lr=1e-3, weight_decay=0.01)") from None
    function = tree.func if isinstance(tree, ast.Call) else tree
    name = re.sub(r"^(torch\.)?optim\.", "", ast.unparse(function))
    known = counterparts()
    if name not in known:
        raise OptimizerError(
            f"{name} is no optimizer with a counterpart; those that have one are {', '.join(known)}"
        )
    if not isinstance(tree, ast.Call):
        return Optimizer(name)
    if tree.args:
        raise OptimizerError(f"{text}: give options by name, such as {name}(lr=1e-3)")
    entry = known[name]
    valid = [each.name for each in entry.native.parameters if each.name not in ("self", "params")]
    options = []
    for keyword in tree.keywords:
        option = keyword.arg or f"**{ast.unparse(keyword.value)}"
        if option in entry.refuses:
            raise OptimizerError(f"{name}: {option} has no counterpart: {entry.refuses[option]}")
        if option not in valid:
            shown = ", ".join(each for each in valid if each not in entry.refuses)
            raise OptimizerError(f"{name} has no option {option}; its options are {shown}")
        try:
            options.append(f"{option}={ast.literal_eval(keyword.value)!r}")
        except ValueError:
            raise OptimizerError(f"{name}: {option}={ast.unparse(keyword.value)} is no plain value") from None
    return Optimizer(name, ", ".join(options))
