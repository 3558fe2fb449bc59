"""torch.nn.modules.container, written in MindSpore."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import mindspore as ms
from mindspore import nn

from sporeprint.counterpart import base_of, counterpart, counterpart_class


@counterpart("torch.nn.Sequential")
def Sequential(*args: Any) -> nn.SequentialCell:
    """Make the layer that applies its layers in turn.

    Args:
        args: the layers, or one OrderedDict of names and layers.

    Returns:
        The layer; its parameters are named ``0.weight`` or ``name.weight``, as torch names them.
    """
    return nn.SequentialCell(*args)


@base_of(Sequential)
class SequentialBase(nn.Cell):
    """What derives from torch.nn.Sequential: its layers may come after the constructor, by add_module and append."""

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], dict):
            for name, layer in args[0].items():
                self.insert_child_to_cell(name, layer)
        else:
            for layer in args:
                self.append(layer)

    def append(self, module: nn.Cell) -> SequentialBase:
        """Add a layer under the next number and return self."""
        self.insert_child_to_cell(str(len(self._cells)), module)
        return self

    def extend(self, sequential: Iterable[nn.Cell]) -> SequentialBase:
        """Add layers and return self."""
        for layer in sequential:
            self.append(layer)
        return self

    def __len__(self) -> int:
        return len(self._cells)

    def __iter__(self) -> Iterator[nn.Cell]:
        return iter(self._cells.values())

    def __getitem__(self, index: Any) -> Any:
        layers = list(self._cells.items())
        if isinstance(index, slice):
            return nn.SequentialCell(OrderedDict(layers[index]))
        return layers[index][1]

    def construct(self, input: Any) -> Any:
        """Apply the layers in turn."""
        for layer in self._cells.values():
            input = layer(input)
        return input


@counterpart("torch.nn.ModuleList")
def ModuleList(modules: Iterable[nn.Cell] | None = None) -> nn.CellList:
    """Make the list of layers. It has append, extend (by a list), insert, len, iteration, indices and slices.

    Args:
        modules: the layers; nn.CellList takes a list only.
    """
    if modules is None:
        return nn.CellList()
    if isinstance(modules, list):
        return nn.CellList(modules)
    return nn.CellList(list(modules))


class ListOfCells(nn.CellList):
    """nn.CellList that also takes None, and any iterable.

    Args:
        modules: the layers.
    """

    def __init__(self, modules: Iterable[nn.Cell | None] | None = None) -> None:
        super().__init__()
        self.extend(modules or ())

    def append(self, cell: nn.Cell | None) -> ListOfCells:
        """Add a layer and return the list."""
        return self.extend((cell,))

    def extend(self, cells: Iterable[nn.Cell | None]) -> ListOfCells:
        """Add layers and return the list."""
        for cell in cells:
            self._put(len(self._cells), cell)
        return self

    def insert(self, index: int, cell: nn.Cell | None) -> None:
        """Add a layer before an index."""
        cells = list(self._cells.values())
        place = min(index, len(cells)) if index >= 0 else max(index + len(cells), 0)
        cells.insert(place, None)
        self._renumber(cells)
        self._put(place, cell)

    def __getitem__(self, index: Any) -> Any:
        cells = list(self._cells.values())[index]
        return ListOfCells(cells) if isinstance(index, slice) else cells

    def __setitem__(self, index: int, cell: nn.Cell | None) -> None:
        self._put(range(len(self))[index], cell)

    def __delitem__(self, index: Any) -> None:
        cells = list(self._cells.values())
        del cells[index]
        self._renumber(cells)

    def set_grad(self, flag: bool = True) -> None:
        """Ask for gradients, or not."""
        self.requires_grad = flag
        for cell in self.cells():
            cell.set_grad(flag)

    def _renumber(self, cells: list[nn.Cell | None]) -> None:
        self._cells = OrderedDict((str(place), cell) for place, cell in enumerate(cells))

    def _put(self, place: int, cell: nn.Cell | None) -> None:
        if cell is not None and not isinstance(cell, nn.Cell):
            raise TypeError(f"{type(cell).__name__} is not a Cell")
        if cell is not None:
            cell.update_parameters_name(f"{self._above()}{place}.")
        self._cells[str(place)] = cell

    def _above(self) -> str:
        """Return what the names of the layers' parameters start with: once the list is an attribute, its name."""
        for key, cell in self._cells.items():
            for parameter in cell.get_parameters() if cell is not None else ():
                names = parameter.name.split(".")
                return "".join(f"{name}." for name in names[: names.index(key)]) if key in names else ""
        return ""


@counterpart("torch.nn.ModuleDict")
def ModuleDict(modules: Any = None) -> nn.CellDict:
    """Make the dictionary of layers. It has indices, in, len, iteration, keys, values, items, pop, update and clear.

    nn.CellDict itself refuses layers that hold others.

    Args:
        modules: a mapping or an iterable of pairs; its keys may not be what a Cell has as attributes.
    """
    if modules is None:
        return DictOfCells()
    return DictOfCells(modules)


class DictOfCells(nn.CellDict):
    """nn.CellDict that also takes nn.SequentialCell, nn.CellList and nn.CellDict."""

    def _validate_cell_type(self, cell: Any) -> None:
        if not isinstance(cell, nn.Cell):
            raise TypeError(f"{type(cell).__name__} is not a Cell")


@counterpart_class("torch.nn.ParameterList")
class ParameterList(nn.Cell):
    """A list of parameters, named by their places.

    Args:
        values: parameters, tensors, which become parameters, or anything else, which is kept as it is.
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self.count = 0
        self.extend(values or ())

    def append(self, value: Any) -> ParameterList:
        """Add a value and return the list."""
        self.count += 1
        self[self.count - 1] = value
        return self

    def extend(self, values: Iterable[Any]) -> ParameterList:
        """Add values and return the list."""
        for value in values:
            self.append(value)
        return self

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[Any]:
        return (getattr(self, str(place)) for place in range(self.count))

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return type(self)(list(self)[place])
        if not -self.count <= place < self.count:
            raise IndexError(f"index {place} is out of range")
        return getattr(self, str(place % self.count))

    def __setitem__(self, place: int, value: Any) -> None:
        if not -self.count <= place < self.count:
            raise IndexError(f"index {place} is out of range")
        set_parameter(self, str(place % self.count), value)


@counterpart_class("torch.nn.ParameterDict")
class ParameterDict(nn.Cell):
    """A dictionary of parameters.

    Args:
        parameters: a mapping or an iterable of pairs; its keys may not be what a Cell has as attributes. Tensors become
            parameters, anything else is kept as it is.
    """

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self.names: dict[str, None] = {}
        self.update(parameters or {})

    def update(self, parameters: Any) -> None:
        """Add what a mapping or an iterable of pairs holds."""
        pairs = parameters.items() if isinstance(parameters, Mapping | ParameterDict) else parameters
        for name, value in pairs:
            self[name] = value

    def keys(self) -> Iterable[str]:
        """Return the names."""
        return self.names.keys()

    def values(self) -> Iterable[Any]:
        """Return the parameters."""
        return [getattr(self, name) for name in self.names]

    def items(self) -> Iterable[tuple[str, Any]]:
        """Return names with their parameters."""
        return [(name, getattr(self, name)) for name in self.names]

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Any:
        if name not in self.names:
            raise KeyError(name)
        return getattr(self, name)

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self.names and hasattr(self, name):
            raise KeyError(f"a Cell has an attribute {name} of its own")
        self.names[name] = None
        set_parameter(self, name, value)

    def __delitem__(self, name: str) -> None:
        del self.names[name]
        delattr(self, name)


def set_parameter(cell: nn.Cell, name: str, value: Any) -> None:
    """Give a Cell a value under a name, as a parameter if it is a tensor."""
    if isinstance(value, ms.Tensor) and not isinstance(value, ms.Parameter):
        value = ms.Parameter(value)
    if isinstance(getattr(cell, name, None), ms.Parameter):
        delattr(cell, name)
    setattr(cell, name, value)
