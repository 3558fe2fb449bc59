# expect: known dtype
import torch
from given import counted, tensor



# ~ of integers gives booleans on MindSpore. Whether a tensor holds integers is not known before the program runs.
result = {"not": ~tensor([5, -1])}
