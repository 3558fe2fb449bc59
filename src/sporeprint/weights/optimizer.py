"""What a torch optimizer has gathered, under the names of those of ``mindspore.experimental.optim``.

Adam, AdamW and SGD gather the same in both. torch numbers the parameters in the order in which the optimizer was given
them; which those are only newer checkpoints tell (``param_names``), of others it is taken to be the model's order.
Learning rates and other settings are arguments, there as here, and are not carried.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from sporeprint.weights.names import COUNTER, Pairs, split
from sporeprint.weights.tensors import BY_TORCH, Checkpoint, Optimizer, Run, Tensor

#: torch's optimizers -> torch's name of what they gather -> MindSpore's.
GATHERED: Mapping[str, Mapping[str, str]] = {
    "Adam": {"exp_avg": "exp_avg", "exp_avg_sq": "exp_avg_sq", "max_exp_avg_sq": "max_exp_avg_sq"},
    "SGD": {"momentum_buffer": "accum"},
}
#: An option that only this optimizer has, AdamW's being Adam's.
_OPTIONS = {"amsgrad": "Adam", "nesterov": "SGD"}

#: Counts the steps, which torch does for each parameter.
_STEP = "state_step"
#: What SGD keeps of a parameter of which the first step is done: zeros.
_STARTED = "stat"

_BUFFERS = frozenset({"running_mean", "running_var", COUNTER})


def carry(checkpoint: Checkpoint, pairs: Pairs, optimizer: Optimizer) -> None:
    """Add what an optimizer has gathered to what is carried, or say why it is not.

    Args:
        checkpoint: of torch's; gets the tensors.
        pairs: of the parameters, with MindSpore's names; gets those of the tensors.
        optimizer: what to add.
    """
    kinds = {_OPTIONS[option] for group in optimizer.groups for option in group if option in _OPTIONS}
    if len(kinds) != 1:
        pairs.say(
            "lost", optimizer.key, "only what Adam, AdamW and SGD gather has the same meaning in MindSpore"
        )
        return
    (kind,) = kinds
    numbers = [number for group in optimizer.groups for number in group.get("params", ())]
    names, guessed = _names(checkpoint, optimizer, len(numbers))
    fault = _fault(checkpoint, optimizer, dict(zip(numbers, names, strict=False)), kind) if names else guessed
    steps = {_step(each.get("step")) for each in optimizer.state.values()} if kind == "Adam" else {None}
    if len(steps) > 1:
        fault = "its parameters have made different numbers of steps, and MindSpore counts them together"
    if fault:
        pairs.say("lost", optimizer.key, fault)
        return
    if guessed:
        pairs.say("guessed", optimizer.key, guessed)
    places = {name: (there, shape) for name, there, shape in pairs.pairs}
    for number, name in zip(numbers, names, strict=True):
        there, shape = places.get(name, (name, None))
        for what, value in optimizer.state.get(number, {}).items():
            source = f"{optimizer.key}.state.{number}.{what}"
            if what in GATHERED[kind] and isinstance(value, Tensor):
                checkpoint.tensors[source] = value
                pairs.pairs.append((source, f"{GATHERED[kind][what]}.{there}", shape))
                if kind == "SGD":
                    zeros = Run(checkpoint.paths[0], 0, value.size, data=b"\0")
                    checkpoint.tensors[f"{source}.{_STARTED}"] = Tensor(value.dtype, value.shape, (zeros,))
                    pairs.pairs.append((f"{source}.{_STARTED}", f"{_STARTED}.{there}", shape))
            elif what != "step" and value is not None:
                pairs.say("lost", source, "MindSpore's optimizer gathers no such thing")
    (step,) = steps or {None}
    if step is not None:
        data = struct.pack("<i", step)
        source = f"{optimizer.key}.state.step"
        run = Run(checkpoint.paths[0], 0, len(data), data=data)
        checkpoint.tensors[source] = Tensor(BY_TORCH["int32"], (), (run,))
        pairs.pairs.append((source, _STEP, None))
    pairs.say(
        "left", f"{optimizer.key}.param_groups", "give learning rate and options to the optimizer itself"
    )


def _names(checkpoint: Checkpoint, optimizer: Optimizer, count: int) -> tuple[list[str], str]:
    """Return the parameters' names in the optimizer's order, and what is guessed of it; or none, and why."""
    told = [name for group in optimizer.groups for name in group.get("param_names") or ()]
    if told:
        return (
            ([str(name) for name in told], "") if len(told) == count else ([], "its names are not complete")
        )
    if len(optimizer.groups) > 1:
        return [], (
            "it has several groups of parameters and does not tell which is which; make it with "
            "model.named_parameters() and save it again"
        )
    seen: set[object] = set()
    names = []
    for name, tensor in checkpoint.tensors.items():
        if split(name)[1] in _BUFFERS or not tensor.dtype.torch.startswith(("float", "bfloat", "complex")):
            continue
        if tensor.identity not in seen:
            names.append(name)
        seen.add(tensor.identity)
    if len(names) != count:
        return [], f"it has {count} parameters, and {len(names)} of the tensors could be parameters"
    return names, "its parameters are taken to be the model's, in the model's order"


def _fault(checkpoint: Checkpoint, optimizer: Optimizer, names: Mapping[Any, str], kind: str) -> str:
    """Return what does not fit, or nothing."""
    for number, values in optimizer.state.items():
        name = names.get(number)
        if name not in checkpoint.tensors:
            return f"its parameter {number!s:.60} is not among the tensors"
        for what, value in values.items():
            if what in GATHERED[kind] and isinstance(value, Tensor):
                shape = checkpoint.tensors[str(name)].shape
                if value.shape != shape:
                    return f"{what} of {name} is {list(value.shape)}, and the parameter {list(shape)}"
    return ""


def _step(value: Any) -> int | None:
    """Return a number of steps."""
    if isinstance(value, Tensor) and value.shape == () and value.dtype.torch in ("float32", "int64"):
        (number,) = struct.unpack("<f" if value.dtype.torch == "float32" else "<q", b"".join(value.read()))
        return int(number) if 0 <= number < 2**31 else None
    return value if isinstance(value, int) and 0 <= value < 2**31 else None
