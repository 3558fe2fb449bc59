# expect: same
import torch
from given import counted, tensor



x = counted(4)
inside = (x > 1) & (x <= 3)
result = {
    "inside": inside, "equal": x == 2, "reversed": 2 < x, "integers": tensor([1, 2]) >= 2, "scalar": bool(x[0] < x[1] < x[2]),
    "chosen": x[inside],
}
