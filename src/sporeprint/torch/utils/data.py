"""torch.utils.data, written in MindSpore: samples, their order, and batches of them, in one process.

``mindspore.dataset.dataloader`` has classes of these names from MindSpore 2.8 on; these here need no newer MindSpore
than the rest, draw their order from the generator that ``torch.manual_seed`` seeds, and collate as torch does.
"""

from __future__ import annotations

import bisect
import copy
import itertools
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, counterpart_class
from sporeprint.torch._random import random_order

GENERATOR = {
    "generator": "MindSpore's functions follow one generator of their own: torch.manual_seed seeds it"
}

# ------------------------------------------------------------------------------
# Samples
# ------------------------------------------------------------------------------


@counterpart_class("torch.utils.data.Dataset", "torch.utils.data.dataset.Dataset")
class Dataset:
    """What gives samples by their numbers."""

    def __class_getitem__(cls, item: Any) -> Any:
        """Take the type of the samples, for annotations."""
        return cls

    def __getitem__(self, index: Any) -> Any:
        """Return a sample."""
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")

    def __add__(self, other: Any) -> Any:
        """Return the samples of both."""
        return ConcatDataset([self, other])


@counterpart_class("torch.utils.data.IterableDataset", "torch.utils.data.dataset.IterableDataset")
class IterableDataset(Dataset):
    """What gives samples one after the other."""

    def __iter__(self) -> Iterator[Any]:
        """Yield samples."""
        raise NotImplementedError("Subclasses of IterableDataset should implement __iter__.")


@counterpart_class("torch.utils.data.TensorDataset", "torch.utils.data.dataset.TensorDataset")
class TensorDataset(Dataset):
    """Tensors of equally many rows; a sample is a row of each."""

    def __init__(self, *tensors: Tensor) -> None:
        if any(each.shape[0] != tensors[0].shape[0] for each in tensors):
            raise AssertionError("Size mismatch between tensors")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        """Return a row of each tensor."""
        return tuple(each[index] for each in self.tensors)

    def __len__(self) -> int:
        return int(self.tensors[0].shape[0])


@counterpart_class("torch.utils.data.Subset", "torch.utils.data.dataset.Subset")
class Subset(Dataset):
    """Some of the samples of another dataset."""

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: Any) -> Any:
        """Return a sample, or those of a list of numbers."""
        if isinstance(index, list):
            return self.dataset[[self.indices[each] for each in index]]
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


@counterpart_class("torch.utils.data.ConcatDataset", "torch.utils.data.dataset.ConcatDataset")
class ConcatDataset(Dataset):
    """The samples of several datasets."""

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("datasets should not be an empty iterable")
        self.cumulative_sizes = list(itertools.accumulate(len(each) for each in self.datasets))

    def __getitem__(self, index: int) -> Any:
        """Return a sample."""
        if index < -len(self):
            raise ValueError("absolute value of index should not exceed dataset length")
        place = index % len(self) if index < 0 else index
        which = bisect.bisect_right(self.cumulative_sizes, place)
        return self.datasets[which][place - (self.cumulative_sizes[which - 1] if which else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


@counterpart("torch.utils.data.random_split", "torch.utils.data.dataset.random_split", refuses=GENERATOR)
def random_split(dataset: Any, lengths: Sequence[float], generator: Any = None) -> list[Subset]:
    """Divide samples at random, by numbers of samples or by shares."""
    total = len(dataset)
    counts = [int(each) for each in lengths]
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        if any(not 0 <= each <= 1 for each in lengths):
            raise ValueError("Fractions must be between 0 and 1")
        counts = [math.floor(total * each) for each in lengths]
        for place in range(total - sum(counts)):
            counts[place % len(counts)] += 1
        if 0 in counts:
            warnings.warn("Length of a split is 0. This might result in an empty dataset.", stacklevel=2)
    if sum(counts) != total:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    order = in_random_order(total)
    ends = itertools.accumulate(counts)
    return [Subset(dataset, order[end - count : end]) for end, count in zip(ends, counts, strict=True)]


# ------------------------------------------------------------------------------
# Their order
# ------------------------------------------------------------------------------


def in_random_order(many: int) -> list[int]:
    """Return the numbers from 0 to before many in random order."""
    order: list[int] = random_order(many).asnumpy().tolist() if many else []
    return order


def random_places(many: int, below: int) -> list[int]:
    """Return as many numbers, each from 0 to before ``below``."""
    places: list[int] = np.minimum(ops.rand(many).asnumpy() * below, below - 1).astype(np.int64).tolist()
    return places


@counterpart_class("torch.utils.data.Sampler", "torch.utils.data.sampler.Sampler")
class Sampler:
    """What gives the order of samples."""

    def __class_getitem__(cls, item: Any) -> Any:
        """Take the type of the numbers, for annotations."""
        return cls

    def __iter__(self) -> Iterator[Any]:
        """Yield numbers of samples."""
        raise NotImplementedError


@counterpart_class("torch.utils.data.SequentialSampler", "torch.utils.data.sampler.SequentialSampler")
class SequentialSampler(Sampler):
    """The order in which samples stand."""

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        """Yield numbers of samples."""
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


@counterpart_class(
    "torch.utils.data.RandomSampler", "torch.utils.data.sampler.RandomSampler", refuses=GENERATOR
)
class RandomSampler(Sampler):
    """Samples in random order, or drawn with replacement."""

    def __init__(
        self,
        data_source: Any,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Any = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self.wanted = num_samples

    @property
    def num_samples(self) -> int:
        """How many are drawn."""
        return len(self.data_source) if self.wanted is None else self.wanted

    def __iter__(self) -> Iterator[int]:
        """Yield numbers of samples."""
        many, left = len(self.data_source), self.num_samples
        if self.replacement:
            yield from random_places(left, many)
            return
        while left > 0:
            yield from in_random_order(many)[:left]
            left -= many

    def __len__(self) -> int:
        return self.num_samples


@counterpart_class(
    "torch.utils.data.SubsetRandomSampler", "torch.utils.data.sampler.SubsetRandomSampler", refuses=GENERATOR
)
class SubsetRandomSampler(Sampler):
    """Some samples in random order."""

    def __init__(self, indices: Sequence[int], generator: Any = None) -> None:
        self.indices = indices

    def __iter__(self) -> Iterator[int]:
        """Yield numbers of samples."""
        for place in in_random_order(len(self.indices)):
            yield self.indices[place]

    def __len__(self) -> int:
        return len(self.indices)


@counterpart_class("torch.utils.data.BatchSampler", "torch.utils.data.sampler.BatchSampler")
class BatchSampler(Sampler):
    """The numbers that a sampler gives, in lists."""

    def __init__(self, sampler: Any, batch_size: int, drop_last: bool) -> None:
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ValueError(
                f"batch_size should be a positive integer value, but got batch_size={batch_size}"
            )
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        """Yield lists of numbers."""
        batch: list[int] = []
        for each in self.sampler:
            batch.append(each)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        many = len(self.sampler)
        return many // self.batch_size if self.drop_last else -(-many // self.batch_size)


# ------------------------------------------------------------------------------
# Batches
# ------------------------------------------------------------------------------


@counterpart("torch.utils.data.default_collate", "torch.utils.data.dataloader.default_collate")
def default_collate(batch: Any) -> Any:
    """Make one of many samples: tensors, arrays and numbers are stacked, within dicts, tuples and lists."""
    return collated(batch)


def collated(batch: Any) -> Any:
    """Make one of many samples."""
    if is_of_torch(batch[0]):
        batch = [each.detach().numpy() for each in batch]
    first = batch[0]
    if isinstance(first, Tensor):
        return ops.stack(list(batch))
    if isinstance(first, np.ndarray):
        if first.dtype.kind in "SaUO":
            raise TypeError(f"default_collate: arrays of {first.dtype} cannot be tensors")
        return Tensor(np.stack(batch))
    if isinstance(first, np.number | np.bool_):
        return Tensor(np.array(batch, first.dtype))
    if isinstance(first, float):
        return Tensor(np.array(batch, np.float64))
    if isinstance(first, int):
        return Tensor(np.array(batch, np.bool_ if isinstance(first, bool) else np.int64))
    if isinstance(first, str | bytes):
        return batch
    if isinstance(first, Mapping):
        made = {key: collated([each[key] for each in batch]) for key in first}
        return refilled(first, made) if isinstance(first, MutableMapping) else type(first)(made)  # type: ignore[call-arg]
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*(collated(each) for each in zip(*batch, strict=True)))
    if isinstance(first, Sequence):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        return [collated(each) for each in zip(*batch, strict=True)]
    raise TypeError(
        f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {type(first)}"
    )


def is_of_torch(value: Any) -> bool:
    """Tell whether a sample is a tensor of torch's own, as torchvision's data sets give; torch is not imported."""
    return any((each.__module__, each.__name__) == ("torch", "Tensor") for each in type(value).__mro__)


def refilled(mapping: Any, items: dict[Any, Any]) -> Any:
    """Return a mapping of the same class with other values."""
    made = copy.copy(mapping)
    made.update(items)
    return made


@counterpart("torch.utils.data.default_convert")
def default_convert(data: Any) -> Any:
    """Make tensors of the arrays and of numpy's numbers in a sample."""
    return converted(data)


def converted(data: Any) -> Any:
    """Make tensors of the arrays and of numpy's numbers in a sample."""
    data = data.detach().numpy() if is_of_torch(data) else data
    if isinstance(data, np.ndarray | np.number | np.bool_):
        array = np.asarray(data)
        return data if array.dtype.kind in "SaUO" else Tensor(array)
    if isinstance(data, Mapping):
        made = {key: converted(value) for key, value in data.items()}
        return refilled(data, made) if isinstance(data, MutableMapping) else type(data)(made)  # type: ignore[call-arg]
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*(converted(each) for each in data))
    if isinstance(data, tuple | MutableSequence):
        return [converted(each) for each in data]
    return data


@counterpart("torch.utils.data.get_worker_info")
def get_worker_info() -> Any:
    """Return None: there are no workers."""
    return None


@counterpart_class(
    "torch.utils.data.DataLoader",
    "torch.utils.data.dataloader.DataLoader",
    ignores={
        "num_workers": "samples are made in this process: that changes how fast batches come, not which",
        "pin_memory": "it changes how fast a batch is copied to a device",
        "timeout": "nothing is waited for",
        "multiprocessing_context": "there are no workers",
        "prefetch_factor": "nothing is made in advance",
        "persistent_workers": "there are no workers",
        "pin_memory_device": "it changes how fast a batch is copied to a device",
        "in_order": "batches come in their order",
    },
    refuses={
        "worker_init_fn": "there are no workers: call it before, if what it does is needed",
        **GENERATOR,
    },
)
class DataLoader:
    """Gives batches of samples, in a new order for each pass where that is asked for."""

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Any = None,
        batch_sampler: Any = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: Any = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        streams = isinstance(dataset, IterableDataset)
        if streams and (shuffle or sampler is not None or batch_sampler is not None):
            raise ValueError(
                "DataLoader with IterableDataset: expected unspecified shuffle, sampler and batch_sampler"
            )
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and "
                                 "drop_last")  # fmt: skip
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError(
                "batch_size=None option disables auto-batching and is mutually exclusive with drop_last"
            )
        if sampler is None and not streams:
            sampler = RandomSampler(dataset) if shuffle else SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None and not streams:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset = dataset
        self.batch_size = batch_size
        self.num_workers = num_workers
        self.pin_memory = pin_memory
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        whole = batch_size is not None or batch_sampler is not None
        self.collate_fn = (collated if whole else converted) if collate_fn is None else collate_fn

    def __class_getitem__(cls, item: Any) -> Any:
        """Take the type of the batches, for annotations."""
        return cls

    def __iter__(self) -> Iterator[Any]:
        """Yield batches."""
        if isinstance(self.dataset, IterableDataset):
            samples = iter(self.dataset)
            if self.batch_size is None:
                yield from map(self.collate_fn, samples)
                return
            while batch := list(itertools.islice(samples, self.batch_size)):
                if len(batch) == self.batch_size or not self.drop_last:
                    yield self.collate_fn(batch)
        elif self.batch_sampler is None:
            for each in self.sampler:
                yield self.collate_fn(self.dataset[each])
        else:
            for numbers in self.batch_sampler:
                yield self.collate_fn(samples_of(self.dataset, numbers))

    def __len__(self) -> int:
        if not isinstance(self.dataset, IterableDataset):
            return len(self.sampler if self.batch_sampler is None else self.batch_sampler)
        many = len(self.dataset)  # type: ignore[arg-type]
        if self.batch_size is None:
            return many
        return many // self.batch_size if self.drop_last else -(-many // self.batch_size)


def samples_of(dataset: Any, numbers: list[int]) -> Any:
    """Return some samples of a dataset, at once where it can."""
    if hasattr(dataset, "__getitems__"):
        return dataset.__getitems__(numbers)
    return [dataset[each] for each in numbers]
