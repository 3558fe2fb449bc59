# expect: same
import torch
from given import counted, tensor



total = counted(2)


def add() -> None:
    global total
    total.add_(1)


kept = total
add()
result = {"kept": kept, "total": total}
