"""Layouts, scopes and class shapes that are easy to get wrong: what each must come to, as data.

Every case is held to the same rules besides its own: it converts at all, the result compiles, a second run changes
nothing, and no comment of the user's is lost.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from sporeprint.cli import main
from sporeprint.convert import Options, convert_bytes

MARK = "# sporeprint: "


class Trap(NamedTuple):
    """A file, and what its conversion must contain and must not contain.

    ``or_marked``: a marker will do where the conversion does not contain all of it.
    """

    name: str
    before: str
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    or_marked: bool = False


LAYOUT = [
    Trap(
        "keyword before bracket",
        "import torch\ndef f(a, b):\n    return(a + b).size(0)\n",
        wanted=("method_size((a + b), 0)",),
        unwanted=("returnmethod",),
    ),
    Trap(
        "keyword before bracketed tensor",
        "import torch\ndef f(h: torch.Tensor):\n    yield(h + 1).softmax(-1)\n",
        wanted=("ops.softmax(h + 1, axis=-1)",),
        unwanted=("yieldops",),
    ),
    Trap(
        "not before bracket",
        "import torch\ndef f(x):\n    return not(x).size(0)\n",
        wanted=("method_size((x), 0)",),
        unwanted=("notmethod",),
    ),
    Trap(
        "keyword after call",
        "import torch\ndef f(h: torch.Tensor, c, d):\n    return h.size()if c else d\n",
        wanted=("h.shape if c else d",),
    ),
    Trap(
        "or after call",
        "import torch\ndef f(h: torch.Tensor, c):\n    return h.size()or c\n",
        wanted=("h.shape or c",),
    ),
    Trap(
        "receiver before backslash",
        "import torch\ndef f(q):\n    y = q \\\n        .size(0)\n    return y\n",
        wanted=("method_size(q",),
    ),
    Trap(
        "generator as argument of a method",
        "import torch\ndef f(q, y):\n    return q.size(i for i in y)\n",
        wanted=("(i for i in y)",),
    ),
    Trap(
        "generator as argument",
        "import torch.nn.functional as F\ndef f(y):\n    return F.softmax(i for i in y)\n",
        wanted=("functional_softmax(i for i in y)",),
    ),
    Trap(
        "number as a second mention",
        "import torch.nn.functional as F\ny = F.log_softmax(1)\n",
        unwanted=("1.ndim",),
    ),
    Trap(
        "marker where the receiver's gap goes",
        "import torch\ndef f(q):\n    return q.size(\n        torch.bar(),\n    )\n",
        wanted=(MARK + "torch.bar",),
    ),
    Trap(
        "marker where a chain breaks",
        "import torch\ndef f(q):\n    y = (torch\n         .relu(torch.foo(q)))\n    return y\n",
        wanted=(MARK + "torch.foo",),
    ),
    Trap(
        "marker in a call written anew",
        "import torch\nw = torch.flatten(\n    end_dim=1, input=x,\n    start_dim=torch.foo,\n)\n",
        wanted=(MARK + "torch.foo",),
    ),
    Trap(
        "comments around arguments",
        "import torch.nn.functional as F\ny = F.softmax(\n    # before\n    x  # after\n    , 1)\n",
        wanted=("# before\n    x  # after\n    , axis=1)",),
    ),
    Trap(
        "comments in a guarded call",
        "import torch\na.softmax(  # one\n    0,  # two\n)\nb.size(\n    # three\n)\n",
        wanted=(
            "method_softmax(a,",
            "method_size(b",
        ),
    ),
    Trap(
        "call in a multi-line f-string",
        "import torch\n"
        "def g(h: torch.Tensor):\n"
        '    return f"""\n'
        " torch.relu(h) {torch.relu(h)} {h.size(-1):>{h.size(0)}}\n"
        '"""\n',
        wanted=(" torch.relu(h) {ops.relu(h)} {h.shape[-1]:>{h.shape[0]}}\n",),
    ),
    Trap(
        "yields keep their order",
        "import torch.nn.functional as F\ndef f():\n    return F.softmax(dim=(yield), input=(yield))\n",
        wanted=("functional_softmax(dim=(yield), input=(yield))",),
    ),
    Trap(
        "await",
        "import torch.nn.functional as F\n"
        "async def f(x):\n"
        "    return await F.log_softmax(x), (await x).size(0)\n",
        wanted=(
            "await ops.log_softmax(x, axis=",
            "method_size((await x), 0)",
        ),
    ),
    Trap(
        "walrus as argument",
        "import torch.nn.functional as F\na = F.log_softmax((y := x), dim=1)\n",
        wanted=("ops.log_softmax((y := x), axis=1)",),
    ),
    Trap(
        "classic line ends",
        "import torch\rdef f(x: torch.Tensor):\r    return x.size(\r      0)\r",
        wanted=("import mindspore as ms\rdef f(x: ms.Tensor):\r    return x.shape[0]\r",),
    ),
]

SCOPES = [
    Trap(
        "alias that may be None",
        "import torch.nn.functional as F\n"
        "act = None\n"
        "if c:\n"
        "    act = F.relu\n"
        "def f(x):\n"
        "    return x if act is None else act(x)\n",
        wanted=("x if act is None",),
        unwanted=("functional_relu is None",),
    ),
    Trap(
        "dtype that may be None",
        "import torch\n"
        "def f(x, y):\n"
        "    dtype = None\n"
        "    if x:\n"
        "        dtype = torch.float32\n"
        "    return y if dtype is None else dtype\n",
        wanted=("y if dtype is None else dtype",),
    ),
    Trap(
        "imported class beside a None",
        "try:\n    import torch\nexcept ImportError:\n    torch = None\ny = torch.relu(x)\n",
        wanted=("ops.relu(x)",),
    ),
    Trap(
        "import that is a test",
        "try:\n"
        "    import torch\n"
        "    HAS = True\n"
        "except ImportError:\n"
        "    HAS = False\n"
        "def g():\n"
        "    import torch\n"
        "    return torch.float32\n",
        wanted=("try:\n    import mindspore",),
        or_marked=True,
    ),
    Trap(
        "global import",
        "def init():\n    global torch\n    import torch\ndef f(x):\n    return torch.relu(x)\n",
        unwanted=("def init():\n    global torch\n    from mindspore import ops\n",),
        or_marked=True,
    ),
    Trap(
        "parameter of the same name",
        "import torch\ndef f(torch):\n    return torch.softmax_(1), torch.float32\ny = torch.pi\n",
        wanted=("return torch.softmax_(1), torch.float32",),
    ),
    Trap(
        "loop variable of the same name",
        "import torch\nt = torch.float32\ndef f():\n    for torch in (1, 2):\n        print(torch.numerator)\n",
        wanted=("for torch in (1, 2):\n        print(torch.numerator)",),
    ),
    Trap(
        "nonlocal",
        "import torch\n"
        "def f(x):\n"
        "    def g():\n"
        "        nonlocal relu\n"
        "        relu = 3\n"
        "    relu = torch.relu\n"
        "    g()\n"
        "    return relu(x)\n",
        wanted=("return relu(x)",),
    ),
    Trap(
        "class scope is not seen from its functions",
        "import torch\n"
        "relu = print\n"
        "class A:\n"
        "    relu = torch.relu\n"
        "    y = relu(3)\n"
        "    def f(self):\n"
        "        return relu(3)\n",
        wanted=("return relu(3)",),
    ),
    Trap(
        "choices that are strings",
        'import torch\nfrom typing import Literal\ndef f(x: Literal["torch.float32"]) -> torch.Tensor: ...\n',
        wanted=('Literal["torch.float32"]',),
    ),
    Trap(
        "two stars that share a name",
        "from torch import *\nfrom torch.nn.functional import *\ny = softmax(x, dim=1)\n",
        wanted=("ops.softmax(x, axis=1)",),
        or_marked=True,
    ),
    Trap(
        "exported import",
        '__all__ = ["nn"]\nfrom torch import nn\nf = nn.ReLU()\n',
        wanted=(MARK + "torch.nn: nn is exported",),
    ),
    Trap(
        "comments inside an import",
        "from torch import (  # one\n"
        "    Tensor,  # two\n"
        "    # three\n"
        "    nn,\n"
        ")\n"
        "def f(x: Tensor):\n"
        "    return nn.ReLU()(x)\n",
        wanted=(
            "# one",
            "# two",
            "# three",
        ),
    ),
    Trap(
        "import behind a semicolon",
        "import os; import torch; import torch.nn as nn; import sys\ny = torch.relu(nn.ReLU()(x))\n",
        wanted=(
            "import os; ",
            "import sys\n",
            "ops.relu(nn.ReLU()(x))",
        ),
    ),
    Trap(
        "import on the line of an if",
        "if True: import torch\ny = torch.relu(x)\n",
        wanted=("if True: from mindspore import ops\n",),
    ),
    Trap(
        "import behind a backslash",
        "if True: \\\n    import torch\ny = torch.relu(x)\n",
        wanted=("if True: \\\n    from mindspore import ops\n",),
    ),
    Trap(
        "names that are taken",
        "import torch\n"
        "def g(ops, ms):\n"
        "    return ops + ms\n"
        "def f(x):\n"
        "    return torch.relu(x), torch.float32\n",
        wanted=(
            "def g(ops, ms):\n    return ops + ms",
            "ms_ops.relu(x)",
        ),
    ),
    Trap(
        "the other package of that name",
        "import torch_geometric.nn as gnn\nfrom .torch import relu\ny = gnn.Linear(relu(3))\n",
        wanted=("import torch_geometric.nn as gnn\nfrom .torch import relu\ny = gnn.Linear(relu(3))\n",),
    ),
    Trap(
        "a function as a pattern",
        "import torch.nn.functional as F\n"
        "def f(m):\n"
        "    match m:\n"
        "        case F.relu:\n"
        "            return 1\n",
        unwanted=("case functional_relu:",),
    ),
    Trap(
        "a class as a pattern",
        "import torch.nn as nn\ndef f(m):\n    match m:\n        case nn.Linear():\n            return 1\n",
        unwanted=("case nn_Linear()",),
    ),
    Trap(
        "a class compared with a default",
        "import torch.nn as nn\ndef f(layer=nn.Linear):\n    return layer is nn.Linear\n",
        unwanted=("def f(layer=nn_Linear):\n    return layer is nn.Dense",),
    ),
    Trap(
        "a class kept in a class",
        "import torch.nn as nn\n"
        "class A(nn.Module):\n"
        "    act = nn.ReLU\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.a = self.act()\n",
        wanted=("staticmethod(nn_ReLU)",),
        or_marked=True,
    ),
    Trap(
        "wide identifiers",
        "import torch.nn as nn\nclass A(nn.Module):\n    def \uff46orward(self, x): return x\n",
        wanted=("def construct(",),
        or_marked=True,
    ),
]

MODULES = [
    Trap(
        "two classes of one name",
        "import torch.nn as nn\n"
        "if c:\n"
        "    class A(nn.Module):\n"
        "        def forward(self, x): return x\n"
        "else:\n"
        "    class A(nn.Module):\n"
        "        def forward(self, x): return -x\n",
        wanted=(
            "def construct(self, x): return x\n",
            "def construct(self, x): return -x\n",
        ),
        unwanted=("def forward",),
    ),
    Trap(
        "class in a function that imports",
        "def make():\n"
        "    import torch.nn as nn\n"
        "    class A(nn.Module):\n"
        "        def forward(self, x): return x\n"
        "    return A\n",
        wanted=("def construct(self, x)",),
        unwanted=("def forward",),
    ),
    Trap(
        "forward in a condition",
        "import torch.nn as nn\nclass A(nn.Module):\n    if c:\n        def forward(self, x): return x\n",
        wanted=("def construct(self, x)",),
        or_marked=True,
    ),
    Trap(
        "forward under another name",
        "import torch.nn as nn\nclass A(nn.Module):\n    def forward(self, x): return x\n    run = forward\n",
        wanted=("run = construct",),
        or_marked=True,
    ),
    Trap(
        "base from another file",
        "import torch\n"
        "from base import Base\n"
        "class A(Base):\n"
        "    def forward(self, x): return torch.relu(x)\n",
        wanted=(MARK,),
    ),
    Trap(
        "base with parameters",
        "import torch.nn as nn\n"
        "import typing\n"
        "T = typing.TypeVar('T')\n"
        "class A(nn.Module, typing.Generic[T]): pass\n"
        "class B(A[int]):\n"
        "    def forward(self, x): return x\n",
        wanted=("def construct(self, x)",),
        or_marked=True,
    ),
    Trap(
        "forward called in a file without modules",
        "import torch\nfrom model import net\ny = net.forward(torch.relu(x))\n",
        wanted=("forward_of(net)(ops.relu(x))",),
    ),
    Trap(
        "forward called on an element",
        "import torch.nn as nn\n"
        "class A(nn.Module):\n"
        "    def forward(self, x): return self.layers[0].forward(x)\n",
        wanted=("return forward_of(self.layers[0])(x)",),
    ),
    Trap(
        "super's forward as a value",
        "import torch.nn as nn\n"
        "class A(nn.Module):\n"
        "    def forward(self, x): return x\n"
        "class B(A):\n"
        "    def forward(self, x):\n"
        "        run = super().forward\n"
        "        return run(x)\n",
        wanted=("super().construct",),
        or_marked=True,
    ),
    Trap(
        "super's train",
        "import torch.nn as nn\n"
        "class A(nn.Module):\n"
        "    def train(self, mode=True):\n"
        "        super().train(mode)\n"
        "        return self\n",
        wanted=("put_in_mode(self, mode)",),
    ),
    Trap(
        "another class has a method of that name",
        "import torch.nn as nn\n"
        "class B(nn.Module):\n"
        "    def train(self, mode=True): return self\n"
        "class A(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.d = nn.Dropout(0.5)\n"
        "    def forward(self, x): return self.d.train(False)\n",
        wanted=("self.d.set_train(mode=False)",),
        or_marked=True,
    ),
    Trap(
        "constructor that ends in eval",
        "import torch.nn as nn\n"
        "class A(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.d = nn.Dropout(0.5)\n"
        "        self.eval()\n",
        wanted=(
            "        self.set_train()  # torch's modules start in training mode\n        self.set_train(False)\n",
        ),
    ),
    Trap(
        "constructor without self",
        "import torch.nn as nn\nclass A(nn.Module):\n    def __init__(*args): pass\n",
        unwanted=("self.set_train()  #",),
        or_marked=True,
    ),
    Trap(
        "constructor that ends in a function",
        "import torch.nn as nn\n"
        "class A(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        def f():\n"
        "            return 1\n"
        "        # end\n",
        wanted=("            return 1\n        self.set_train()",),
    ),
    Trap(
        "constructor with tabs and no last line end",
        "import torch.nn as nn\nclass A(nn.Module):\n\tdef __init__(self):\n\t\tsuper().__init__()",
        wanted=("\t\tsuper().__init__()\n\t\tself.set_train()",),
    ),
    Trap(
        "constructor that ends in a backslash",
        "import torch.nn as nn\n"
        "class A(nn.Module):\n"
        "    def __init__(self):\n"
        "        self.d = 3 \\\n"
        "\n"
        "    def forward(self, x): return x\n",
        wanted=("self.d = 3",),
    ),
    Trap(
        "an object of the user's with a method of that name",
        "import torch.nn as nn\n"
        "class C:\n"
        "    def size(self, d): return 3\n"
        "class A(nn.Module):\n"
        "    def forward(self, x, c): return c.size(0)\n",
        unwanted=("c.shape[0]",),
    ),
    Trap(
        "what a torch.Size has",
        "import torch\ndef f(x: torch.Tensor):\n    return x.size().numel()\n",
        unwanted=("x.shape.numel()\n",),
        or_marked=True,
    ),
    Trap(
        "class names its own base",
        "import torch.nn as nn\n"
        "class A(nn.Module):\n"
        "    def forward(self, x): return x\n"
        "class B(A):\n"
        "    def forward(self, x): return super(B, self).forward(x) + A.forward(self, x)\n",
        wanted=("super(B, self).construct(x) + A.construct(self, x)",),
    ),
    Trap(
        "forward of what is no module",
        "import torch.nn as nn\nclass J:\n    def forward(self): return 1\nclass A(nn.Module):\n    pass\n",
        wanted=("class J:\n    def forward(self): return 1",),
    ),
]


def convert(text: str, to: str = "mindspore") -> str:
    """Convert a file and hold it to the rules that every conversion keeps."""
    adapters = {"mindspore": "torch_on_mindspore", "torch": "mindspore_on_torch"}[to]
    outcome = convert_bytes(text.encode(), "f.py", Options(to), adapters)
    assert [each for each in outcome.report.findings if each.fate == "failed"] == []
    compile(outcome.data, "f.py", "exec")
    again = convert_bytes(outcome.data, "f.py", Options(to), adapters)
    assert again.data == outcome.data
    after = outcome.data.decode()
    lost = comments(text) - comments(after)
    assert not lost
    return after


def comments(text: str) -> Counter[str]:
    """Return the comments of a file."""
    lines = io.StringIO(text, newline=None)
    return Counter(
        token.string for token in tokenize.generate_tokens(lines.readline) if token.type == tokenize.COMMENT
    )


@pytest.mark.parametrize("trap", [*LAYOUT, *SCOPES, *MODULES], ids=lambda trap: trap.name)
def test_trap(trap: Trap) -> None:
    after = convert(trap.before)
    if trap.or_marked and MARK in after:
        return
    for text in trap.wanted:
        assert text in after
    for text in trap.unwanted:
        assert text not in after


def test_a_cell_that_asks_for_its_mode() -> None:
    """A Cell starts in evaluation mode and a torch module in training mode."""
    after = convert(
        "import mindspore.nn as nn\nclass A(nn.Cell):\n    def construct(self, x): return x if self.training else -x\n",
        "torch",
    )
    assert ".train(False)" in after or ".eval()" in after or MARK in after


# -- projects ---------------------------------------------------------------------------------------------------

ADAPTED = "import torch.nn.functional as F\ndef f(x, d):\n    return F.softmax(x, d())\n"
GUARDED = "import torch\nfrom models.net import f\ndef g(x):\n    return f(x, x.size(0))\n"


def imports_hold(folder: Path, root: Path) -> None:
    """Assert that each import of adapters finds them: beside the file in a package, else from the root."""
    for file in folder.rglob("*.py"):
        for dots, names in re.findall(
            r"^from (\.*)torch_on_mindspore import (.*)$", file.read_text(), re.MULTILINE
        ):
            place = file.parent if dots else root
            for _ in dots[1:]:
                place = place.parent
            module = (place / "torch_on_mindspore.py").read_text()
            for name in names.split(", "):
                assert f"def {name}(" in module


def test_folders_without_init_share_the_adapters(tmp_path: Path) -> None:
    source = tmp_path / "p"
    (source / "models").mkdir(parents=True)
    (source / "models" / "net.py").write_text(ADAPTED)
    (source / "main.py").write_text(GUARDED)
    assert main(["convert", str(source), "-o", str(tmp_path / "out")]) == 0
    imports_hold(tmp_path / "out", tmp_path / "out")


def test_packages_import_their_own_adapters(tmp_path: Path) -> None:
    inner = tmp_path / "p" / "pkg" / "inner"
    inner.mkdir(parents=True)
    (inner / "__init__.py").touch()
    (inner.parent / "__init__.py").touch()
    (inner / "a.py").write_text(ADAPTED)
    (inner.parent / "b.py").write_text(ADAPTED)
    assert main(["convert", str(tmp_path / "p"), "-o", str(tmp_path / "out")]) == 0
    imports_hold(tmp_path / "out", tmp_path / "out")


def test_a_converted_project_is_copied_with_its_adapters(tmp_path: Path) -> None:
    source = tmp_path / "p"
    source.mkdir()
    (source / "a.py").write_text(ADAPTED)
    assert main(["convert", str(source), "--in-place"]) == 0
    assert main(["convert", str(source), "-o", str(tmp_path / "out")]) == 0
    imports_hold(tmp_path / "out", tmp_path / "out")


def test_a_module_of_the_users_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(ADAPTED)
    (tmp_path / "torch_on_mindspore.py").write_text("MINE = 1\n")
    main(["convert", str(tmp_path), "--in-place"])
    assert (tmp_path / "torch_on_mindspore.py").read_text() == "MINE = 1\n"
