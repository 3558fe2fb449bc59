# expect: known error
import torch
from given import counted, tensor



# torch refuses a negative step, and MindSpore takes it: a program that runs on torch does not see the difference.
try:
    refused = len(counted(3)[::-1]) == 0
except ValueError:
    refused = True
result = {"refused": refused}
