"""What an optimizer has gathered goes on in MindSpore where it stopped in torch."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sporeprint.cli import main

torch = pytest.importorskip("torch", reason="it trains first")
ms = pytest.importorskip("mindspore", reason="it goes on")

pytestmark = pytest.mark.frameworks

nn = torch.nn


def network() -> Any:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def cell() -> Any:
    return ms.nn.SequentialCell(ms.nn.Dense(3, 4), ms.nn.BatchNorm1d(4), ms.nn.Dense(4, 2))


def steps(optimizer: Any, parameters: list[Any], seed: int, number: int) -> list[list[Any]]:
    """Make some steps with random gradients: these."""
    generator = torch.Generator().manual_seed(seed)
    made = []
    for _ in range(number):
        made.append([torch.randn(each.shape, generator=generator) for each in parameters])
        for parameter, gradient in zip(parameters, made[-1], strict=True):
            parameter.grad = gradient.clone()
        optimizer.step()
    return made


def carried(folder: Path, *arguments: str) -> tuple[int, set[tuple[str, str]]]:
    report = folder / "report.json"
    code = main(
        [
            "weights",
            str(folder / "in.pth"),
            "-o",
            str(folder / "out.ckpt"),
            "--report",
            str(report),
            *arguments,
        ]
    )
    findings = json.loads(report.read_text())["findings"] if report.exists() else []
    return code, {(row["kind"], row["name"]) for row in findings}


@pytest.mark.parametrize("named", [True, False], ids=["named", "numbered"])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Adam", {}),
        ("Adam", {"weight_decay": 0.1}),
        ("AdamW", {"amsgrad": True}),
        ("SGD", {"momentum": 0.9}),
        ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
        ("SGD", {}),
    ],
)
def test_training_goes_on(tmp_path: Path, name: str, options: dict[str, Any], named: bool) -> None:
    net = network()
    parameters = list(net.parameters())
    given = net.named_parameters() if named else parameters
    optimizer = getattr(torch.optim, name)(given, lr=0.05, **options)
    steps(optimizer, parameters, 1, 3)
    torch.save({"model": net.state_dict(), "optim": optimizer.state_dict(), "epoch": 3}, tmp_path / "in.pth")
    code, findings = carried(tmp_path, "--optimizer", "optim")
    assert code == (0 if named else 1)
    assert (("guessed", "optim") in findings) == (not named)
    assert ("left", "epoch") in findings
    assert ("left", "optim.param_groups") in findings

    other = cell()
    theirs = getattr(ms.experimental.optim, name)(other.trainable_params(), lr=0.05, **options)
    loaded = ms.load_checkpoint(str(tmp_path / "out.ckpt"))
    assert ms.load_param_into_net(other, loaded)[0] == []
    missing, _ = ms.load_param_into_net(theirs, loaded)
    assert all(
        each.startswith(("max_exp_avg_sq." if name != "SGD" else "accum.", "stat.")) for each in missing
    )
    for gradients in steps(optimizer, parameters, 2, 3):
        theirs(tuple(ms.Tensor(each.numpy()) for each in gradients))
    for ours, found in zip(parameters, other.trainable_params(), strict=True):
        np.testing.assert_allclose(found.asnumpy(), ours.detach().numpy(), rtol=1e-4, atol=1e-5)


def adagrad(net: Any) -> Any:
    return torch.optim.Adagrad(net.parameters())


def groups(net: Any) -> Any:
    first, *rest = net.parameters()
    return torch.optim.Adam([{"params": rest}, {"params": [first], "lr": 0.1}])


def some(net: Any) -> Any:
    return torch.optim.Adam(list(net.parameters())[2:])


def turned(net: Any) -> Any:
    return torch.optim.Adam(list(net.parameters())[::-1])


@pytest.mark.parametrize("make", [adagrad, groups, some, turned])
def test_what_is_not_sure_is_not_carried(tmp_path: Path, make: Callable[[Any], Any]) -> None:
    net = network()
    optimizer = make(net)
    steps(optimizer, list(net.parameters()), 1, 1)
    torch.save({"model": net.state_dict(), "optim": optimizer.state_dict()}, tmp_path / "in.pth")
    code, findings = carried(tmp_path, "--optimizer", "optim")
    assert code == 1
    assert ("lost", "optim") in findings
    assert len(ms.load_checkpoint(str(tmp_path / "out.ckpt"))) == 8


def test_groups_with_names_are_sure(tmp_path: Path) -> None:
    net = network()
    first, *rest = net.named_parameters()
    optimizer = torch.optim.Adam([{"params": rest}, {"params": [first], "lr": 0.1}])
    steps(optimizer, list(net.parameters()), 1, 1)
    torch.save({"model": net.state_dict(), "optim": optimizer.state_dict()}, tmp_path / "in.pth")
    assert carried(tmp_path, "--optimizer", "optim")[0] == 0
    loaded = ms.load_checkpoint(str(tmp_path / "out.ckpt"))
    expected = optimizer.state_dict()["state"][len(rest)]["exp_avg"]
    assert loaded["exp_avg.0.weight"].asnumpy().tobytes() == expected.numpy().tobytes()


def test_what_is_no_optimizer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save(
        {"model": network().state_dict(), "odd": {"state": {0: 1}, "param_groups": []}}, tmp_path / "in.pth"
    )
    for key in ("model", "odd", "nothing", "odd.state"):
        assert carried(tmp_path, "--optimizer", key)[0] == 2
        assert "is no state_dict() of an optimizer" in capsys.readouterr().err
    assert (
        main(["weights", str(tmp_path / "in.pth"), "-o", str(tmp_path / "o.pth"), "--optimizer", "odd"]) == 2
    )
