# expect: same
import torch
from given import counted, tensor



rows = [counted(2), counted(2) * 2]
kept = list(rows)
for row in rows:
    row.zero_()
rows[1].fill_(7)
result = {"rows": kept}
