# expect: same
import torch
from given import counted, tensor



count = tensor([0, 0])
count.copy_(tensor([1.9, -1.9]))
mask = tensor([True, True])
mask.copy_(tensor([0.0, 0.5]))
result = {"count": count, "mask": mask}
