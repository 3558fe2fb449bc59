"""What a cell holds, under the names by which torch's modules hold it.

MindSpore's layers call some of their parameters and attributes something else, keep buffers as parameters that are not
trained, and hold layers that torch's do not have. All that is known of it stands here: :data:`ATTRIBUTES`, which the
converter reads too, :data:`CLASS_NAMES`, and :func:`children_of`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import mindspore as ms
from mindspore import Parameter, Tensor, nn

from sporeprint.torch._steering import GradientMode

#: MindSpore's layers -> torch's name of what they hold -> where they hold it. Parameters come first, in torch's order.
ATTRIBUTES: dict[Any, dict[str, str]] = {
    nn.Dense: {"in_features": "in_channels", "out_features": "out_channels"},
    nn.BiDense: {
        "in1_features": "in1_channels",
        "in2_features": "in2_channels",
        "out_features": "out_channels",
    },
    nn.Conv1d: {"groups": "group"},
    nn.Conv2d: {"groups": "group"},
    nn.Conv3d: {"groups": "group"},
    nn.Conv1dTranspose: {"groups": "group"},
    nn.Conv2dTranspose: {"groups": "group"},
    nn.Conv3dTranspose: {"groups": "group"},
    nn.BatchNorm1d: {
        "weight": "gamma",
        "bias": "beta",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    },
    nn.BatchNorm2d: {
        "weight": "gamma",
        "bias": "beta",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    },
    nn.BatchNorm3d: {
        "weight": "bn2d.gamma",
        "bias": "bn2d.beta",
        "running_mean": "bn2d.moving_mean",
        "running_var": "bn2d.moving_variance",
        "num_features": "bn2d.num_features",
        "eps": "bn2d.eps",
    },
    nn.SyncBatchNorm: {
        "weight": "gamma",
        "bias": "beta",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    },
    nn.InstanceNorm1d: {
        "weight": "gamma",
        "bias": "beta",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    },
    nn.InstanceNorm2d: {
        "weight": "gamma",
        "bias": "beta",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    },
    nn.InstanceNorm3d: {
        "weight": "gamma",
        "bias": "beta",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    },
    nn.LayerNorm: {"weight": "gamma", "bias": "beta", "eps": "epsilon"},
    nn.GroupNorm: {"weight": "gamma", "bias": "beta"},
    nn.Embedding: {
        "weight": "embedding_table",
        "num_embeddings": "vocab_size",
        "embedding_dim": "embedding_size",
    },
    nn.PReLU: {"weight": "w"},
    nn.RNN: {"bias": "has_bias"},
    nn.GRU: {"bias": "has_bias"},
    nn.LSTM: {"bias": "has_bias"},
}

#: The same of what every network keeps.
TABLES: dict[str, str] = {"_modules": "_cells", "_parameters": "_params"}

#: What torch calls the classes that MindSpore calls something else.
CLASS_NAMES: dict[Any, str] = {
    nn.BiDense: "Bilinear",
    nn.CellDict: "ModuleDict",
    nn.CellList: "ModuleList",
    nn.Conv1dTranspose: "ConvTranspose1d",
    nn.Conv2dTranspose: "ConvTranspose2d",
    nn.Conv3dTranspose: "ConvTranspose3d",
    nn.Dense: "Linear",
    nn.HShrink: "Hardshrink",
    nn.HSigmoid: "Hardsigmoid",
    nn.HSwish: "Hardswish",
    nn.SeLU: "SELU",
    nn.SequentialCell: "Sequential",
    nn.SoftShrink: "Softshrink",
}


def names_in(cell: object) -> Mapping[str, str]:
    """Return where a layer of MindSpore's holds what torch's holds under another name; nothing of anything else."""
    for kind, names in ATTRIBUTES.items():
        if isinstance(cell, kind):
            return names
    return {}


def lacks(layer: object, name: str) -> bool:
    """Return whether torch's layer has None for its weight or bias; MindSpore's has them, and does not train them."""
    if name not in ("weight", "bias") or "weight" not in names_in(layer):
        return False
    inner = getattr(layer, "bn2d", layer)
    return not getattr(inner, "affine", True) or (name == "bias" and not getattr(inner, "shifts", True))


def layer_attribute(layer: Any, name: str, *default: Any) -> Any:
    """Return an attribute by torch's name for it; of what is no layer of MindSpore's, its own attribute of that name.

    Args:
        layer: anything.
        name: the attribute.
        default: returned where there is none.

    Raises:
        AttributeError: there is none, and no default.
    """
    value = layer
    if lacks(layer, name):
        return None
    own = TABLES.get(name, name) if isinstance(layer, nn.Cell) else name
    for part in names_in(layer).get(name, own).split("."):
        value = getattr(value, part, *default)
    return value


def has_layer_attribute(layer: Any, name: str) -> bool:
    """Return whether an object has an attribute, by torch's name for it."""
    return layer_attribute(layer, name, names_in) is not names_in


def set_attribute(cell: Any, name: str, value: Any) -> None:
    """Assign to an attribute as torch's modules do: a tensor takes the place of a buffer, and is a buffer only there.

    A layer of MindSpore's may hold it under another name, or within another layer.

    Raises:
        TypeError: a tensor that is no parameter would take the place of a parameter.
    """
    *path, name = names_in(cell).get(name, name).split(".")
    for part in path:
        cell = getattr(cell, part)
    if not isinstance(cell, nn.Cell) or not isinstance(value, Tensor) or isinstance(value, Parameter):
        setattr(cell, name, value)
    elif name in cell._buffers:
        cell._buffers[name] = value
    elif cell._params.get(name) is not None:
        raise TypeError(f"cannot assign a tensor as parameter '{name}' (torch.nn.Parameter or None expected)")
    else:
        object.__setattr__(cell, name, value)


def overrides(cell: nn.Cell, method: str) -> bool:
    """Return whether a method is the user's own: defined by a class that is not MindSpore's."""
    holder = next((kind for kind in type(cell).__mro__ if method in vars(kind)), nn.Cell)
    return not holder.__module__.startswith("mindspore.")


def put_in_mode(cell: nn.Cell, mode: bool = True) -> nn.Cell:
    """Do what torch.nn.Module.train does by itself: what a class of the user's inside says of its mode is asked."""
    cell.add_flags(training=mode)
    cell._phase = "train" if mode else "predict"
    for child in cell.cells():
        train_mode(child, mode)
    return cell


def train_mode(network: Any, mode: bool = True) -> Any:
    """Call ``train`` of a network, or of anything else that has it."""
    if not isinstance(network, nn.Cell) or overrides(network, "train"):
        return network.train(mode)
    return put_in_mode(network, mode)


def eval_mode(network: Any) -> Any:
    """Call ``eval`` of a network, or of anything else that has it."""
    if not isinstance(network, nn.Cell) or overrides(network, "eval"):
        return network.eval()
    return train_mode(network, False)


def forward_of(network: Any) -> Any:
    """Return what a network is run by, hooks left out; of what is no network, its own ``forward``."""
    return network.construct if isinstance(network, nn.Cell) else network.forward


def class_name(value: object) -> str:
    """Return the name of an object's class: of a layer of MindSpore's, torch's name for it."""
    for kind in type(value).__mro__:
        if kind in CLASS_NAMES:
            return CLASS_NAMES[kind]
        if kind is nn.Cell:
            break
        if not kind.__module__.endswith("torch_on_mindspore") and not kind.__module__.startswith(
            "sporeprint."
        ):
            return kind.__name__
    return type(value).__name__.removeprefix("nn_")  # an adapter of a class, named after its API


def is_layer(cell: nn.Cell) -> bool:
    """Return whether a cell is a layer of MindSpore's own, which may hold layers that torch's does not have."""
    containers = (nn.SequentialCell, nn.CellList, nn.CellDict)
    return not isinstance(cell, containers) and any(
        kind.__module__.startswith("mindspore.nn.layer.") for kind in type(cell).__mro__
    )


def children_of(cell: nn.Cell) -> Iterator[tuple[str, nn.Cell | None]]:
    """Yield the names and the layers that a cell holds, those of MindSpore's inner making left out."""
    inner = is_layer(cell)
    paths = names_in(cell).values()
    for name, child in cell._cells.items():
        made = inner and child is not None and not any(True for _ in child.get_parameters())
        if not made and not any(path.startswith(f"{name}.") for path in paths):
            yield name, child


def held(cell: nn.Cell) -> Iterator[tuple[str, Tensor | None, bool]]:
    """Yield torch's name of each parameter and buffer that a cell itself holds, what it is, and whether it is a buffer.

    Parameters come first, in torch's order; what is registered as None is among them.
    """
    names = names_in(cell)
    found = [(name, layer_attribute(cell, name, None)) for name in names]
    known = [(name, value) for name, value in found if isinstance(value, Parameter)]
    own = [(name, value) for name, value in cell._params.items() if name not in names.values()]
    if isinstance(cell, (nn.RNN, nn.GRU, nn.LSTM)):
        own.sort(key=lambda each: recurrent_order(each[0]))
    for name, value in known + own:
        if not name.startswith("running_"):
            yield name, value, False
    for name, value in known:
        if name.startswith("running_"):
            yield name, value, True
    for name, value in cell._buffers.items():
        yield name, value, True


def recurrent_order(name: str) -> tuple[int, bool]:
    """Return where torch lists a parameter of a recurrent layer, such as ``weight_hh_l1_reverse``."""
    layer = re.search(r"_l(\d+)", name)
    return int(layer.group(1)) if layer else 0, name.endswith("_reverse")


def walk_cells(
    cell: nn.Cell, memo: set[nn.Cell] | None = None, prefix: str = "", remove_duplicate: bool = True
) -> Iterator[tuple[str, nn.Cell]]:
    """Yield a cell and all that it holds with their names, in the order of torch.nn.Module.named_modules."""
    memo = set() if memo is None else memo
    if cell in memo:
        return
    if remove_duplicate:
        memo.add(cell)
    yield prefix, cell
    for name, child in children_of(cell):
        if child is not None:
            yield from walk_cells(child, memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)


def walk_state(
    cell: nn.Cell, buffers: bool, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
) -> Iterator[tuple[str, Tensor]]:
    """Yield the names and values of all parameters, or of all buffers, in torch's order and under torch's names."""
    memo = set()
    cells = walk_cells(cell, None, prefix, remove_duplicate) if recurse else [(prefix, cell)]
    for start, each in cells:
        for name, value, is_buffer in held(each):
            if is_buffer != buffers or value is None or id(value) in memo:
                continue
            if remove_duplicate:
                memo.add(id(value))
            yield f"{start}.{name}" if start else name, value


def kept(cell: nn.Cell) -> dict[str, Tensor]:
    """Return what a cell itself puts into its state dict."""
    passing = cell._non_persistent_buffers_set
    return {name: value for name, value, _ in held(cell) if value is not None and name not in passing}


class IncompatibleKeys(NamedTuple):
    """What torch.nn.Module.load_state_dict returns: what was missing, and what there was no place for."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        """Return what torch shows."""
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def load_cell(
    cell: nn.Cell, given: Mapping[str, Tensor], prefix: str, found: IncompatibleKeys, errors: list[str]
) -> None:
    """Copy what is given into a cell and all that it holds; note what is missing, is left or does not fit."""
    own = kept(cell)
    children = {name: child for name, child in children_of(cell) if child is not None}
    for name, value in own.items():
        key = prefix + name
        if key not in given:
            found.missing_keys.append(key)
        elif not isinstance(given[key], Tensor):
            errors.append(
                f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from '
                f"checkpoint but received {type(given[key])}"
            )
        elif given[key].shape != value.shape and not (given[key].ndim == 0 and value.shape == (1,)):
            errors.append(
                f"size mismatch for {key}: copying a param with shape {given[key].shape} from checkpoint, "
                f"the shape in current model is {value.shape}."
            )
        else:
            with GradientMode(False):
                value.copy_(given[key].reshape(value.shape).astype(value.dtype))
    # MindSpore's normalization layers do not count the batches that they have seen, and compute nothing from it.
    ignored = {"num_batches_tracked"} if "running_mean" in names_in(cell) else set()
    for key in given:
        name, dot, _ = key[len(prefix) :].partition(".")
        if key.startswith(prefix) and name not in (children if dot else {*own, *ignored}):
            found.unexpected_keys.append(key)
    for name, child in children.items():
        start = f"{prefix}{name}."
        part = {key: value for key, value in given.items() if key.startswith(start)}
        load_cell(child, part, start, found, errors)


def cast_state(cell: nn.Cell, dtype: ms.Type | None, floating: bool = True) -> nn.Cell:
    """Cast a network's parameters and buffers in place, all of them or only the floating ones, and return it.

    Parameters stay the objects that they are, so an optimizer that was made for them still trains them.
    """
    if dtype is None:
        return cell
    seen = set()
    for _, each in walk_cells(cell):
        for name, value, _ in held(each):
            if value is None or id(value) in seen or (floating and not value.is_floating_point()):
                continue
            seen.add(id(value))
            if isinstance(value, Parameter):
                value.set_dtype(dtype)
            else:
                each._buffers[name] = value.astype(dtype)
    return cell
