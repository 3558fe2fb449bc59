# expect: same
import numpy as np
import torch
from torch.utils.data import ConcatDataset, DataLoader, Dataset, IterableDataset, Subset, TensorDataset, random_split
from given import counted, tensor


class Squares(Dataset):
    def __init__(self, many):
        self.many = many

    def __len__(self):
        return self.many

    def __getitem__(self, index):
        return {"x": np.full((2,), index, np.float32), "n": index, "half": index / 2, "name": f"s{index}",
                "pair": (tensor([index]), index % 2 == 0)}


class Stream(IterableDataset):
    def __iter__(self):
        yield from range(5)


rows = TensorDataset(counted(7, 2), tensor([0, 1, 0, 1, 0, 1, 0]))
loader = DataLoader(rows, batch_size=3, num_workers=2, pin_memory=False)
parts = random_split(rows, [5, 2])
shuffled = [int(n) for batch in DataLoader(Squares(9), batch_size=4, shuffle=True) for n in batch["n"]]
result = {
    "batches": [list(batch) for batch in loader],
    "many": (len(loader), len(DataLoader(rows, 3, drop_last=True)), len(rows)),
    "dicts": list(DataLoader(Squares(3), batch_size=2)),
    "stream": list(DataLoader(Stream(), batch_size=2)),
    "single": [batch["x"] for batch in DataLoader(Squares(2), batch_size=None)],
    "own": list(DataLoader(Squares(4), batch_size=2, collate_fn=lambda batch: [each["name"] for each in batch])),
    "subset": [each["n"] for each in Subset(Squares(5), [4, 0])],
    "both": len(ConcatDataset([Squares(2), Squares(3)]) + Squares(1)),
    "parts": sorted(parts[0].indices) != [] and sorted([*parts[0].indices, *parts[1].indices]),
    "shuffled": sorted(shuffled),
}
