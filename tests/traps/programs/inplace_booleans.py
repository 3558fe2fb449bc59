# expect: same
import torch
from given import counted, tensor



mask = tensor([True, False, True])
other = mask
mask.logical_not_()
other.fill_(True)
result = {"mask": mask}
