# expect: same
import torch
from given import counted, tensor



def step(state: dict) -> None:
    for key in state:
        state[key].sub_(1).clamp_(min=0)


state = {"a": tensor([0.5, 2.0]), "b": tensor([3.0])}
kept = state["a"]
step(state)
result = {**state, "kept": kept}
