# expect: same
import torch
from given import counted, tensor



def f(rows: list) -> None:
    rows[0] += 1


x = counted(2)
rows = [x]
rows[0] = rows[0] + 0
f(rows)
result = {"rows": rows, "x": x}
