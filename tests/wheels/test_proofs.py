"""Models and layers from wheels on PyPI, converted and proven: outputs, gradients, buffers, in both modes.

The files are taken out of the wheels one by one, so that nothing else of the projects has to be importable.
Run with ``pytest -m wheels``.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the original runs on torch")
pytest.importorskip("mindspore", reason="the conversion runs on MindSpore")

from sporeprint.cli import main
from tests.wheels.wheels import WHEELS, download

pytestmark = [pytest.mark.wheels, pytest.mark.frameworks]

#: What torchvision's files import of its utils, which import more than can be imported here.
HOOK = {
    "torchvision/utils.py": "def _log_api_usage_once(obj):\n    pass\n\n\n"
    "def _make_ntuple(x, n):\n    return (x,) * n if isinstance(x, int) else tuple(x)\n"
}

SMALL = "image_size=16, patch_size=4, num_classes=5, dim=16, depth=2, heads=2, mlp_dim=24"
#: Project -> the files that are taken, and model -> how it is made, and its input.
TAKEN: dict[str, tuple[list[str], dict[str, tuple[str, str]]]] = {
    "vit-pytorch": (
        ["vit_pytorch/vit.py", "vit_pytorch/simple_vit.py", "vit_pytorch/deepvit.py"],
        {
            "ViT": (f"vit_pytorch.vit:ViT({SMALL})", "f32[2,3,16,16]"),
            "SimpleViT": (f"vit_pytorch.simple_vit:SimpleViT({SMALL})", "f32[2,3,16,16]"),
            "DeepViT": (f"vit_pytorch.deepvit:DeepViT({SMALL})", "f32[2,3,16,16]"),
        },
    ),
    "timm": (
        ["timm/layers/mlp.py", "timm/layers/grn.py", "timm/layers/helpers.py"],
        {
            "Mlp": ("timm.layers.mlp:Mlp(8, 12, drop=0.1)", "f32[2,5,8]"),
            "SwiGLU": ("timm.layers.mlp:SwiGLU(8, 12)", "f32[2,5,8]"),
            "ConvMlp": ("timm.layers.mlp:ConvMlp(4, 6)", "f32[2,4,6,6]"),
            "GlobalResponseNorm": ("timm.layers.grn:GlobalResponseNorm(6)", "f32[2,4,4,6]"),
        },
    ),
    "torchvision": (
        ["torchvision/ops/misc.py", "torchvision/ops/stochastic_depth.py"],
        {
            "SqueezeExcitation": ("torchvision.ops.misc:SqueezeExcitation(8, 4)", "f32[2,8,6,6]"),
            "Conv2dNormActivation": ("torchvision.ops.misc:Conv2dNormActivation(3, 8)", "f32[2,3,8,8]"),
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("project", TAKEN)
def test_models_are_proven(project: str, tmp_path: Path) -> None:
    files, models = TAKEN[project]
    source, out, said = tmp_path / "source", tmp_path / "out", tmp_path / "proofs.json"
    with zipfile.ZipFile(download(project, WHEELS[project][0])) as wheel:
        wheel.extractall(source, files)
    for name, text in HOOK.items():
        if project == "torchvision":
            (source / name).write_text(text)
    for folder in {
        parent for name in files for parent in (source / name).parents if parent.is_relative_to(source)
    }:
        if folder != source:
            (folder / "__init__.py").touch()
    main(["convert", str(source), "-o", str(out)])
    tables = [f'[{name}]\nmodel = "{made}"\ninputs = ["{given}"]\n' for name, (made, given) in models.items()]
    (tmp_path / "models.toml").write_text("\n".join(tables))
    code = main(
        ["prove", str(source), str(out), "--models", str(tmp_path / "models.toml"), "--json", str(said)]
    )
    proofs = json.loads(said.read_text())
    verdicts = {each["name"]: (each["verdict"], each["failed"]) for each in proofs}
    assert verdicts == dict.fromkeys(models, ("proven", ""))
    assert all(set(each["modes"]) == {"eval", "train"} for each in proofs)
    assert code == 0
