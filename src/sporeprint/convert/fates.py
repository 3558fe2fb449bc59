"""What has no counterpart and will not get one call by call: why, and what takes its place in MindSpore.

These are mechanisms rather than functions, a rewrite of one line would not carry them over. A use is left and marked as
any other without counterpart; this table says more than that there is none.
"""

from __future__ import annotations

_PROCESSES = "it works across processes, and what was measured is one"
_COLLECTIVES = (
    "call its namesake in mindspore.mint.distributed, after init_process_group, and try it on the devices it is for: "
    "on one CPU it cannot be measured"
)
_SHARDED = "describe the layout with ms.parallel.Layout, or split the network by hand with mindspore.mint.distributed"
_GRAPHS = "it traces PyTorch's own operators, which are not there any more"
_EACH = "it is a private function of torch's optimizers over lists of tensors"

#: The start of a name -> why there is no counterpart, what to do. The longest start that fits is meant.
FATES = {
    "torch.autograd.Function": (
        "torch calls its static methods, where MindSpore asks a Cell for its bprop",
        "make it an nn.Cell: forward becomes construct, backward becomes bprop(self, *inputs, out, dout), which "
        "returns a tuple, and what was saved is computed from these; call an object of it in place of apply",
    ),
    "torch.autograd.function": (
        "it is the context of a torch.autograd.Function, and MindSpore asks a Cell for its bprop",
        "make the function an nn.Cell with bprop(self, *inputs, out, dout): it gets what the context would hold",
    ),
    "torch.autograd.graph": (
        "MindSpore shows no graph of what was recorded",
        "register a hook at a Cell (register_forward_hook, register_backward_hook), or leave it out",
    ),
    "torch.nn.Buffer": (
        "a Cell takes a buffer from register_buffer only, and what this is given to is not known to be a module",
        'where it is one, write self.register_buffer("name", tensor)',
    ),
    "torch.fx": (
        _GRAPHS,
        "take what layers give from hooks (nn.Cell.register_forward_hook); ms.jit compiles without a graph in hand",
    ),
    "torch.export": (_GRAPHS, "write a converted network with ms.export(network, *inputs, file_name=…)"),
    "torch.onnx": (
        _GRAPHS,
        'write a converted network with ms.export(network, *inputs, file_name=…, file_format="ONNX")',
    ),
    "torch._dynamo": (_GRAPHS, "leave it out; ms.jit compiles a function"),
    "torch._inductor": (_GRAPHS, "leave it out; ms.jit compiles a function"),
    "torch.library": (
        "it registers an operator with PyTorch",
        "call the Python function itself, or register a kernel with ops.Custom",
    ),
    "torch.ops": (
        "it calls an operator that was registered with PyTorch",
        "call a function of the same meaning, or register a kernel with ops.Custom",
    ),
    "torch.utils.cpp_extension": (
        "it builds kernels against PyTorch's own headers",
        "build them for MindSpore: ops.CustomOpBuilder takes C++ sources",
    ),
    "torch.distributed": (_PROCESSES, _COLLECTIVES),
    "torch.distributed.tensor": (_PROCESSES, _SHARDED),
    "torch.distributed._tensor": (_PROCESSES, _SHARDED),
    "torch.distributed.device_mesh": (_PROCESSES, _SHARDED),
    "torch.distributed.fsdp": (_PROCESSES, _SHARDED),
    "torch.distributed._composable": (_PROCESSES, _SHARDED),
    "torch.nn.parallel.DistributedDataParallel": (
        "it averages gradients across processes, and what was measured is one",
        "keep the network itself; between backward and step, call mindspore.mint.distributed.all_reduce on each "
        "gradient and divide it by the number of processes (nn.DistributedGradReducer does it for ms.value_and_grad)",
    ),
    "torch.utils.data.distributed": (
        _PROCESSES,
        "give each process its part of the indices, by mindspore.mint.distributed.get_rank and get_world_size",
    ),
    "torch.amp": (
        "MindSpore does not choose precisions by region, but for a whole network before it runs",
        "convert the network with ms.amp.auto_mixed_precision, scale losses with ms.amp.DynamicLossScaler",
    ),
    "torch.autocast": (
        "MindSpore does not choose precisions by region, but for a whole network before it runs",
        "convert the network with ms.amp.auto_mixed_precision",
    ),
    "torch.cuda.amp": (
        "MindSpore does not choose precisions by region, but for a whole network before it runs",
        "convert the network with ms.amp.auto_mixed_precision, scale losses with ms.amp.DynamicLossScaler",
    ),
    "torch.cuda.Stream": ("it is a queue of CUDA's", "leave it out, or use ms.runtime.Stream and ms.runtime.StreamCtx"),
    "torch.cuda.Event": ("it is an event of CUDA's", "leave it out, or use ms.runtime.Event"),
    "torch.profiler": ("it measures PyTorch's own operators", "measure with mindspore.profiler.profile"),
    "torch.autograd.profiler": ("it measures PyTorch's own operators", "measure with mindspore.profiler.profile"),
    "torch.quantization": ("its layers are built for PyTorch's own kernels", "quantize the converted network anew"),
    "torch.ao": ("its layers are built for PyTorch's own kernels", "quantize the converted network anew"),
    "torch.nn.quantized": ("its layers are built for PyTorch's own kernels", "quantize the converted network anew"),
    "torch.hub": (
        "what it fetches is PyTorch code and weights",
        "convert that repository too; sporeprint weights carries the weights over",
    ),
    "torch.utils.tensorboard": (
        "it needs PyTorch to write its records",
        "write them with tensorboardX, which takes numpy arrays, or with mindspore.SummaryCollector",
    ),
    "torch._foreach_": (_EACH, "call the operation on each tensor of the list"),
}  # fmt: skip


def stated(name: str) -> tuple[str, str] | None:
    """Return why a name has no counterpart and what to do, None where nothing more is known of it."""
    if name.startswith("torch._foreach_"):
        return FATES["torch._foreach_"]
    while name:
        if name in FATES:
            return FATES[name]
        name = name.rpartition(".")[0]
    return None
