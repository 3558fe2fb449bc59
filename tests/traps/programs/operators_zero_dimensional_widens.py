# expect: known zero-dimensional
import torch
from given import counted, tensor



# A 0-d tensor does not widen another in torch; on MindSpore it does. Ranks are not known before the program runs.
result = {"narrow": tensor([1, 2], "int32") + tensor(5)}
