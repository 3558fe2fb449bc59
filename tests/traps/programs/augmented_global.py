# expect: same
import torch
from given import counted, tensor



total: torch.Tensor = counted(2)


def add() -> None:
    global total
    total += 1


kept = total
add()
result = {"kept": kept, "total": total}
