"""What only steers PyTorch is taken out, with the reason in the report; all else around it stays."""

from __future__ import annotations

import pytest

from sporeprint.convert.file import Options, convert_bytes

BEFORE_AFTER = [
    (
        "assignments and calls",
        "import torch\n"
        "torch.backends.cudnn.benchmark = True  # faster\n"
        "torch.backends.cudnn.deterministic = False\n"
        "x = 1\n"
        "torch.cuda.set_device(args.rank)\n"
        "torch.set_default_dtype(torch.float32)\n",
        "# faster\nx = 1\n",
    ),
    (
        "a block of nothing else",
        "import torch\n\n\ndef f(a):\n    torch.cuda.empty_cache()\n    torch.cuda.synchronize()\n",
        "\n\ndef f(a):\n    pass\n",
    ),
    ("one line", "import torch\nif a: torch.cuda.empty_cache()\n", "if a: pass\n"),
    (
        "decorators",
        "import torch\n\n\n@torch.jit.ignore  # not scripted\n@wraps\ndef f(a):\n    return a\n\n\n"
        "@torch.compile(mode='max-autotune')\ndef g(a):\n    return a\n",
        "\n\n# not scripted\n@wraps\ndef f(a):\n    return a\n\n\ndef g(a):\n    return a\n",
    ),
    (
        "questions",
        "import torch\nif torch.jit.is_scripting() or not torch.cuda.is_available():\n    a()\n",
        "if False or not False:\n    a()\n",
    ),
    (
        "more questions",
        "import torch\nif torch.distributed.is_initialized() or torch.xpu.device_count():\n    a()\n",
        "if False or 0:\n    a()\n",
    ),
    (
        "what torch has",
        "import torch.nn.functional as F\nif not hasattr(F, 'softmax'):\n    a()\n",
        "if not True:\n    a()\n",
    ),
    ("what torch may not have", "import torch\nb = hasattr(torch, 'npu')\n", None),
    ("an effect", "import torch\ntorch.cuda.set_device(rank())\n", None),
    ("another default", "import torch\ntorch.set_default_dtype(torch.float64)\n", None),
    ("a value", "import torch\nx = torch.cuda.empty_cache()\n", None),
    ("a comment inside", "import torch\ntorch.cuda.set_device(  # mine\n    0)\n", None),
]


@pytest.mark.parametrize(
    ("before", "after"), [each[1:] for each in BEFORE_AFTER], ids=[e[0] for e in BEFORE_AFTER]
)
def test_steering(before: str, after: str | None) -> None:
    made = convert_bytes(before.encode(), "a.py", Options(), "sporeprint_adapters")
    fates = {finding.fate for finding in made.report.findings}
    if after is None:
        assert "left" in fates
        assert before.split("\n")[1].partition("(")[0] in made.data.decode()
    else:
        assert made.data.decode() == after
        assert fates <= {"removed", "converted"}


def test_the_report_says_why() -> None:
    made = convert_bytes(
        b"import torch\ntorch.cuda.empty_cache()\n", "a.py", Options(), "sporeprint_adapters"
    )
    (finding,) = [each for each in made.report.findings if each.fate == "removed"]
    assert finding.api == "torch.cuda.empty_cache"
    assert "memory" in finding.reason


def test_converting_again_changes_nothing() -> None:
    for _, before, _ in BEFORE_AFTER:
        once = convert_bytes(before.encode(), "a.py", Options(), "sporeprint_adapters").data
        assert convert_bytes(once, "a.py", Options(), "sporeprint_adapters").data == once


def test_a_typed_tensor_is_a_tensor_in_annotations_only() -> None:
    text = (
        "import torch\n\n\ndef f(x: torch.LongTensor, y: 'torch.FloatTensor | None', g: torch.Generator):\n"
        "    return isinstance(x, torch.LongTensor)\n"
    )
    made = convert_bytes(text.encode(), "a.py", Options(), "sporeprint_adapters")
    assert "def f(x: ms.Tensor, y: 'ms.Tensor | None', g: ms.Generator):" in made.data.decode()
    assert [finding.api for finding in made.report.left] == ["torch.LongTensor"]
