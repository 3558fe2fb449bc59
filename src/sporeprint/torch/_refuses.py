"""What counterparts ignore and refuse alike: declarations that many functions share."""

from __future__ import annotations

OUT = {"out": "assign the result instead"}

DEVICE = {"device": "MindSpore puts every tensor on the device that ms.set_device names"}

DEVICE_AND_PINNING = {
    **DEVICE,
    "pin_memory": "it changes how fast a tensor is copied to a device, not what is in it",
}

PLACE = {
    **DEVICE_AND_PINNING,
    "requires_grad": "where it is True, what is made is given to ask_for_gradients",
}
LAYOUT = {"layout": "MindSpore's tensors of this kind are dense"}
MEMORY_FORMAT = {"memory_format": "it changes where elements lie, not what they are"}
GENERATOR = {"generator": "MindSpore's functions follow one generator of their own: ms.set_seed"}
NON_BLOCKING = {"non_blocking": "it changes when a copy is made, not what is in it"}
GENERATOR_AND_LAYOUT = {**GENERATOR, **LAYOUT}
