# expect: same
import torch
from given import counted, tensor



def step(x: torch.Tensor, y: torch.Tensor, z: torch.Tensor) -> None:
    x.div_(2)
    y.div_(2, rounding_mode="floor")
    z.div_(2, rounding_mode="trunc")


x, y, z = tensor([-3.0, 5.0]), tensor([-3.0, 5.0]), tensor([-3.0, 5.0])
step(x, y, z)
result = {"x": x, "y": y, "z": z}
