# expect: same
from typing import Any

import torch
from given import counted


def fits(x: Any, kind: Any) -> bool:
    return isinstance(x, kind)


result = {
    "tensor": fits(counted(2), torch.Tensor | None),
    "number": fits(2, torch.Tensor | None),
    "nothing": fits(None, None | torch.nn.Module | torch.Tensor),
    "inner": list[torch.Tensor].__args__[0] is type(counted(2)),
}
