"""Weights of published architectures, with random values: from torch to MindSpore and back, every bit the same.

The sources come from the wheels of torchvision and timm, which are unpacked and imported in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sporeprint.cli import main
from tests.wheels.wheels import WHEELS, download

torch = pytest.importorskip("torch", reason="it makes the weights and reads them")

pytestmark = [pytest.mark.wheels, pytest.mark.frameworks]

ARCHITECTURES = {
    "torchvision": (
        "convnext_tiny", "densenet121", "efficientnet_b0", "googlenet", "lraspp_mobilenet_v3_large", "maxvit_t",
        "mnasnet0_5", "mobilenet_v2", "mobilenet_v3_small", "r3d_18", "raft_small", "regnet_y_400mf", "resnet18",
        "shufflenet_v2_x0_5", "squeezenet1_1", "ssdlite320_mobilenet_v3_large", "swin_t",
    ),
    "timm": (
        "cait_xxs24_224", "coat_lite_tiny", "convnext_atto", "crossvit_tiny_240", "deit_tiny_distilled_patch16_224",
        "dla46_c", "edgenext_xx_small", "efficientvit_b0", "fastvit_t8", "ghostnet_050", "gmlp_s16_224",
        "hrnet_w18_small", "lcnet_050", "levit_128s", "mambaout_femto", "mobilevit_xxs", "pvt_v2_b0", "repvgg_a0",
        "resnest14d", "tiny_vit_5m_224", "vit_tiny_patch16_224", "xcit_nano_12_p16_224",
    ),
}  # fmt: skip

#: Saves the state of one architecture after the other, as they are asked for. torchvision's own operators are compiled
#: for another torch, and no state needs them: that they exist is enough for it to be imported.
MAKER = """
import pathlib, re, sys
import torch

folder, project = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(folder))
texts = "".join(path.read_text() for path in (folder / "torchvision").glob("*.py"))
library = torch.library.Library("torchvision", "DEF")
for name in set(re.findall(r'"torchvision::(\\w+)', texts)):
    library.define(f"{name}(Tensor a) -> Tensor")
import torchvision
if project == "timm":
    import timm
for line in sys.stdin:
    name, path = line.split()
    torch.manual_seed(len(name))
    if project == "timm":
        model = timm.create_model(name)
    else:
        given = {"init_weights": True} if name == "googlenet" else {}
        if name.startswith(("ssd", "lraspp")):
            given = {"weights_backbone": None}
        model = torchvision.models.get_model(name, **given)
    state = model.state_dict()
    for value in state.values():
        if value.is_floating_point():
            value.copy_(torch.randn(value.shape))
        elif not name.startswith("_") and value.ndim == 0:
            value.fill_(3)
    torch.save(state, path)
    print(len(state), flush=True)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("wheels")
    for project in ARCHITECTURES:
        with zipfile.ZipFile(download(project, WHEELS[project][0])) as wheel:
            wheel.extractall(folder)
    return folder


@pytest.mark.parametrize("suffix", [".ckpt", ".safetensors"])
@pytest.mark.parametrize("project", ARCHITECTURES)
def test_there_and_back(unpacked: Path, tmp_path: Path, project: str, suffix: str) -> None:
    maker = subprocess.Popen(
        [sys.executable, "-c", MAKER, str(unpacked), project],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert maker.stdin is not None
    assert maker.stdout is not None
    there, middle, back = tmp_path / "in.pth", tmp_path / f"middle{suffix}", tmp_path / "back.pth"
    differing = {}
    with maker:
        for name in ARCHITECTURES[project]:
            maker.stdin.write(f"{name} {there}\n")
            maker.stdin.flush()
            assert int(maker.stdout.readline()) > 20, name
            # 1: that the counters of batches have no place in MindSpore is said
            assert main(["weights", str(there), "-o", str(middle)]) in (0, 1)
            assert main(["weights", str(middle), "-o", str(back)]) in (0, 1)
            expected: dict[str, Any] = torch.load(there, weights_only=True)
            found: dict[str, Any] = torch.load(back, weights_only=True)
            kept = {key: value for key, value in expected.items() if not key.endswith("num_batches_tracked")}
            wrong = sorted(kept.keys() ^ found.keys())
            wrong += [key for key, value in kept.items() if key in found and not _same(value, found[key])]
            if wrong:
                differing[name] = wrong
        maker.stdin.close()
    assert not differing


def _same(wanted: Any, got: Any) -> bool:
    return bool(wanted.dtype == got.dtype and wanted.shape == got.shape and _bytes(wanted) == _bytes(got))


def _bytes(value: Any) -> bytes:
    raw: bytes = value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    return raw
