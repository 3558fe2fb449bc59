"""torch.save and torch.load, written in MindSpore: files in torch's own format, which torch reads as well.

Such a file is a zip archive: ``data.pkl`` is a pickle in which tensors are calls of functions of torch with the names
of files, and these hold the numbers. It is read and written here without torch. What ``weights_only`` allows is tensors
and plain values; a pickle that asks for anything else is refused, as torch refuses it.

Checkpoints from before torch 1.6 are not zip archives: ``sporeprint weights`` reads these.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import sys
import zipfile
from collections import Counter, OrderedDict
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Parameter, Tensor

from sporeprint.counterpart import counterpart

#: What torch calls the files of numbers, and their dtypes. numpy has no bfloat16: it is the upper half of a float32.
STORAGES = {
    "FloatStorage": (ms.float32, np.float32),
    "DoubleStorage": (ms.float64, np.float64),
    "HalfStorage": (ms.float16, np.float16),
    "BFloat16Storage": (ms.bfloat16, np.uint16),
    "ByteStorage": (ms.uint8, np.uint8),
    "CharStorage": (ms.int8, np.int8),
    "ShortStorage": (ms.int16, np.int16),
    "IntStorage": (ms.int32, np.int32),
    "LongStorage": (ms.int64, np.int64),
    "BoolStorage": (ms.bool_, np.bool_),
    "ComplexFloatStorage": (ms.complex64, np.complex64),
    "ComplexDoubleStorage": (ms.complex128, np.complex128),
}
DTYPES = {
    "float32": ms.float32, "float64": ms.float64, "float16": ms.float16, "bfloat16": ms.bfloat16, "uint8": ms.uint8,
    "int8": ms.int8, "int16": ms.int16, "int32": ms.int32, "int64": ms.int64, "bool": ms.bool_,
    "complex64": ms.complex64, "complex128": ms.complex128,
}  # fmt: skip


class TorchName:
    """A function or class of torch's, which a pickle names."""

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def __call__(self) -> None:
        """Say that it is callable, which pickle asks of functions."""


class Numbers:
    """The numbers of one tensor, which are written to a file of their own."""

    def __init__(self, kind: str, array: Any) -> None:
        self.kind = kind
        self.array = array


PythonPickler: Any = pickle._Pickler


class TorchPickler(PythonPickler):
    """Writes tensors as torch does. The pickler in C cannot write names of what is not installed."""

    def __init__(self, file: Any) -> None:
        super().__init__(file, protocol=2)
        self.arrays: list[Any] = []

    def persistent_id(self, obj: Any) -> Any:
        """Name the file of a tensor's numbers."""
        if not isinstance(obj, Numbers):
            return None
        self.arrays.append(obj.array)
        storage = TorchName("torch", obj.kind)
        return ("storage", storage, str(len(self.arrays) - 1), "cpu", int(obj.array.size))

    def reducer_override(self, obj: Any) -> Any:
        """Write a tensor as the call that builds it."""
        if isinstance(obj, ms.Type):
            raise pickle.PicklingError(f"a dtype cannot be written here: {obj}. Write its name")
        if not isinstance(obj, Tensor):
            return NotImplemented
        data = tensor_data(obj)
        if not isinstance(obj, Parameter):
            return data
        empty = (TorchName("collections", "OrderedDict"), ())
        made = Reduced(data)
        return TorchName("torch._utils", "_rebuild_parameter"), (made, obj.requires_grad, Reduced(empty))

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        """Write an object."""
        if isinstance(obj, TorchName):
            self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, Reduced):
            self.save_reduce(*obj.call)
        else:
            super().save(obj, save_persistent_id)


class Reduced:
    """A call that a pickle makes when it is read."""

    def __init__(self, call: tuple[Any, ...]) -> None:
        self.call = call


def tensor_data(tensor: Tensor) -> tuple[Any, ...]:
    """Return the call of torch's that builds a tensor, from a file of its numbers."""
    kind = next(name for name, (dtype, _) in STORAGES.items() if dtype == tensor.dtype)
    if tensor.dtype == ms.bfloat16:
        array = (tensor.astype(ms.float32).asnumpy().view(np.uint32) >> 16).astype(np.uint16)
    else:
        array = tensor.asnumpy()
    shape = tuple(tensor.shape)
    steps: list[int] = []
    step = 1
    for length in reversed(shape):
        steps.insert(0, step)
        step *= max(length, 1)
    hooks = Reduced((TorchName("collections", "OrderedDict"), ()))
    array = np.ascontiguousarray(array)
    return TorchName("torch._utils", "_rebuild_tensor_v2"), (
        Numbers(kind, array),
        0,
        shape,
        tuple(steps),
        False,
        hooks,
    )


class TorchUnpickler(pickle.Unpickler):
    """Reads tensors as MindSpore's. Without ``trusted`` it knows these and plain values only."""

    def __init__(self, archive: zipfile.ZipFile, root: str, trusted: bool, options: dict[str, Any]) -> None:
        super().__init__(io.BytesIO(archive.read(f"{root}/data.pkl")), **options)
        self.archive = archive
        self.root = root
        self.trusted = trusted
        self.read: dict[str, Any] = {}
        order = f"{root}/byteorder"
        self.order = archive.read(order).decode() if order in archive.namelist() else "little"

    def persistent_load(self, pid: Any) -> Any:
        """Return the numbers that a file holds, with what torch calls their kind."""
        _, kind, key, _, _ = pid
        if key not in self.read:
            _, dtype = STORAGES[kind.name]
            array = np.frombuffer(self.archive.read(f"{self.root}/data/{key}"), dtype)
            self.read[key] = array if self.order == sys.byteorder else array.byteswap()
        return kind.name, self.read[key]

    def find_class(self, module: str, name: str) -> Any:
        """Return what a pickle names."""
        known = {
            "torch._utils._rebuild_tensor_v2": rebuild_tensor,
            "torch._utils._rebuild_parameter": rebuild_parameter,
            "torch.Size": tuple,
            "collections.OrderedDict": OrderedDict,
            "collections.Counter": Counter,
        }
        full = f"{module}.{name}"
        if full in known:
            return known[full]
        if module == "torch" and name in STORAGES:
            return TorchName(module, name)
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        if module.split(".", maxsplit=1)[0] == "torch":
            raise pickle.UnpicklingError(f"{full} has no counterpart here: load the file with torch, and save what is "
                                         "needed as tensors and plain values")  # fmt: skip
        if self.trusted:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(
            f"Weights only load failed: the file asks for {full}. With weights_only=False it is executed, which is for "
            "files that you trust"
        )


def rebuild_tensor(
    storage: tuple[str, Any], offset: int, size: Any, stride: Any, requires_grad: bool, *rest: Any
) -> Tensor:
    """Build a tensor from numbers."""
    kind, numbers = storage
    shape = tuple(size)
    if kind == "BFloat16Storage":
        numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
    if 0 in shape:
        return Tensor(np.empty(shape, numbers.dtype)).astype(STORAGES[kind][0])
    last = offset + sum((length - 1) * step for length, step in zip(shape, stride, strict=True))
    if offset < 0 or min(stride, default=0) < 0 or last >= len(numbers):
        raise pickle.UnpicklingError("the file is damaged: a tensor lies outside of its numbers")
    steps = [step * numbers.itemsize for step in stride]
    array = np.lib.stride_tricks.as_strided(numbers[offset:], shape, steps).copy()
    return Tensor(array).astype(STORAGES[kind][0])


def rebuild_parameter(data: Tensor, requires_grad: bool, *rest: Any) -> Tensor:
    """Build a parameter."""
    return Parameter(data, requires_grad=requires_grad)


def opened(file: Any, mode: str) -> Any:
    """Open what is a path; a stream stays open."""
    return open(file, mode) if isinstance(file, str | os.PathLike) else contextlib.nullcontext(file)


@counterpart("torch.save", ignores={"_disable_byteorder_record": "torch reads the file either way"})
def save(
    obj: object,
    f: Any,
    pickle_module: Any = pickle,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
    _disable_byteorder_record: bool = False,
) -> None:
    """Write an object, tensors and whatever pickle takes, to a file or a stream that torch.load reads, torch's too.

    Raises:
        ValueError: another format is asked for.
    """
    if pickle_module is not pickle or pickle_protocol != 2 or not _use_new_zipfile_serialization:
        raise ValueError("only torch's zip format with Python's pickle, protocol 2, is written here")
    stream = io.BytesIO()
    pickler = TorchPickler(stream)
    pickler.dump(obj)
    name = os.fspath(f) if isinstance(f, str | os.PathLike) else "archive"
    root = os.path.splitext(os.path.basename(name))[0] or "archive"
    with opened(f, "wb") as target, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"{root}/data.pkl", stream.getvalue())
        archive.writestr(f"{root}/byteorder", sys.byteorder)
        for number, array in enumerate(pickler.arrays):
            archive.writestr(f"{root}/data/{number}", array.tobytes())
        archive.writestr(f"{root}/version", "3\n")


@counterpart(
    "torch.load",
    ignores={
        "map_location": "MindSpore puts every tensor on the device that ms.set_device names",
        "mmap": "it changes when numbers are read",
    },
    refuses={"pickle_module": "it is read by Python's pickle"},
)
def load(
    f: Any,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args: Any,
) -> Any:
    """Read what torch.save has written, torch's or this one, with tensors of MindSpore's.

    Only with ``weights_only=False`` is more read than tensors and plain values; that executes what the file says.

    Raises:
        UnpicklingError: the file holds something else, or is damaged.
    """
    with opened(f, "rb") as source:
        start = source.tell()
        if not zipfile.is_zipfile(source):
            raise pickle.UnpicklingError(
                "this is no zip archive of torch's; checkpoints from before torch 1.6 are read by `sporeprint weights`"
            )
        source.seek(start)
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
            pickled = next((each for each in names if each.endswith("/data.pkl")), None)
            if pickled is None or any(each.endswith("/constants.pkl") for each in names):
                raise pickle.UnpicklingError(
                    "this archive holds a program of torch.jit, or nothing of torch's"
                )
            root = pickled.rpartition("/")[0]
            return TorchUnpickler(archive, root, weights_only is False, pickle_load_args).load()
