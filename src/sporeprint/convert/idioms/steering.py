"""What only steers the source framework: statements and decorators that are taken out, each with the reason.

They choose devices, kernels, compilers and scripts of PyTorch's own; no value depends on them. A statement whose
arguments may have an effect is left, and so is one with a comment inside. What calls of such a kind return, or which
region they govern, is no matter of statements: those have counterparts (``torch/_steering.py``).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sporeprint.convert.edits import Edit
from sporeprint.convert.names import Use, chain_of
from sporeprint.convert.rewrite import has_comment

if TYPE_CHECKING:
    from sporeprint.convert.file import FileConversion

_KERNELS = "it chooses between kernels of NVIDIA's libraries"
_SCRIPT = "it tells PyTorch's script compiler something, and changes nothing for Python"
_COMPILER = "it compiles, and computes the same"
_SEED = "it seeds CUDA's generators; what torch.manual_seed becomes seeds all of MindSpore's"
_ONE_DEVICE = "MindSpore puts every tensor on the device that ms.set_device names"

#: What is assigned to.
ASSIGNED = {
    "torch.backends.cudnn.benchmark": _KERNELS,
    "torch.backends.cudnn.deterministic": _KERNELS,
    "torch.backends.cudnn.enabled": _KERNELS,
    "torch.backends.cudnn.allow_tf32": _KERNELS,
    "torch.backends.cuda.matmul.allow_tf32": _KERNELS,
    "torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction": _KERNELS,
    "torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction": _KERNELS,
}

#: What is called as a statement of its own.
CALLED = {
    "torch.set_float32_matmul_precision": _KERNELS,
    "torch.cuda.set_device": _ONE_DEVICE,
    "torch.cuda.empty_cache": "it hands memory of CUDA's allocator back",
    "torch.cuda.manual_seed": _SEED,
    "torch.cuda.manual_seed_all": _SEED,
    "torch.cuda.reset_peak_memory_stats": "it resets a gauge of CUDA's allocator",
    "torch.cuda.synchronize": "it waits for CUDA; a MindSpore tensor is waited for when it is read",
    "torch.xpu.empty_cache": "it hands memory of an allocator of PyTorch's back",
    "torch.mps.empty_cache": "it hands memory of an allocator of PyTorch's back",
    "torch.compiler.cudagraph_mark_step_begin": _COMPILER,
    "torch._dynamo.mark_static_address": _COMPILER,
    "torch.set_num_threads": "it sets how many threads PyTorch's own kernels use",
    "torch.fx.wrap": "it keeps PyTorch's tracer out of a function",
    "torch._C._jit_set_profiling_executor": _SCRIPT,
    "torch._C._jit_set_profiling_mode": _SCRIPT,
    "torch._C._jit_override_can_fuse_on_cpu": _SCRIPT,
    "torch._C._jit_override_can_fuse_on_gpu": _SCRIPT,
    "torch._C._jit_set_texpr_fuser_enabled": _SCRIPT,
    "torch._C._jit_set_nvfuser_enabled": _SCRIPT,
}

#: What is called as a statement of its own, with one argument of the source framework that changes nothing.
CALLED_WITH = {
    "torch.set_default_dtype": ("torch.float32", "float32 is the default of both"),
}

#: What decorates, with arguments or without.
DECORATORS = {
    "torch.jit.ignore": _SCRIPT,
    "torch.jit.unused": _SCRIPT,
    "torch.jit.export": _SCRIPT,
    "torch.jit.interface": _SCRIPT,
    "torch.jit.script": _COMPILER,
    "torch.jit.script_method": _COMPILER,
    "torch.jit.script_if_tracing": _COMPILER,
    "torch.jit._script_if_tracing": _COMPILER,
    "torch.jit._overload": _SCRIPT,
    "torch.jit._overload_method": _SCRIPT,
    "torch.compile": _COMPILER,
    "torch.compiler.disable": _COMPILER,
    "torch.fx.wrap": "it keeps PyTorch's tracer out of a function",
}

_FREE = (
    ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Subscript,
    ast.Tuple, ast.List, ast.JoinedStr, ast.FormattedValue, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
    ast.expr_context, ast.keyword,
)  # fmt: skip


def convert(conversion: FileConversion) -> None:
    """Plan the removals; what stood in them needs no conversion any more."""
    if conversion.options.source != "torch":
        return
    decorated = {
        (each.func if isinstance(each, ast.Call) else each): each
        for scope in conversion.names.scopes
        if isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for each in scope.node.decorator_list
    }
    statements: list[ast.stmt] = []
    for use in conversion.leading:
        if use.role == "string" or use.in_fstring:
            continue
        path = conversion.path(use)
        if path is None:
            continue
        if use.node in decorated and path in DECORATORS:
            _take_out_decorator(conversion, use, decorated[use.node], path)
            continue
        if _is_asked_for(conversion, use, path):
            continue
        reason = _reason(conversion, use, path)
        if reason and not has_comment(conversion.source, *conversion.source.span(use.statement)):
            statements.append(use.statement)
            _gone(conversion, use.statement)
            conversion.found(use.node, "removed", path, reason)
    _take_out(conversion, statements)


def _is_asked_for(conversion: FileConversion, use: Use, path: str) -> bool:
    """Write True for ``hasattr(F, "scaled_dot_product_attention")``, where what is asked for is known.

    Programs ask so whether they run with an old release.
    """
    match use.parent:
        case (
            ast.Call(
                func=ast.Name(id="hasattr"), args=[first, ast.Constant(value=str(name))], keywords=[]
            ) as call
        ) if first is use.node:
            pass
        case _:
            return False
    start, end = conversion.source.span(call)
    asked = f"{path}.{name}"
    if (
        conversion.names.bindings("hasattr", use.scope)
        or conversion.apis.longest(asked) != asked
        or has_comment(conversion.source, start, end)
    ):
        return False
    _gone(conversion, call)
    conversion.edits.append(Edit(start, end, [b"True"]))
    conversion.found(call, "converted", asked, "the release that is converted from has it")
    return True


def _reason(conversion: FileConversion, use: Use, path: str) -> str:
    """Return why the statement of a use can go, "" where it stays."""
    statement = use.statement
    if isinstance(statement, ast.Assign) and path in ASSIGNED:
        if statement.targets == [use.node] and _is_free(conversion, use, statement.value):
            return ASSIGNED[path]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        if call.func is not use.node or not all(_is_free(conversion, use, each) for each in arguments):
            return ""
        if path in CALLED_WITH:
            wanted, reason = CALLED_WITH[path]
            return reason if [_path(conversion, use, each) for each in arguments] == [wanted] else ""
        return CALLED.get(path, "")
    return ""


def _path(conversion: FileConversion, use: Use, node: ast.expr) -> str:
    chain = chain_of(node)
    base = conversion.names.path_of(chain[0], use.scope) if chain else None
    return conversion.apis.canonical(".".join([base, *chain[1:]])) if base and chain else ""


def _is_free(conversion: FileConversion, use: Use, node: ast.expr) -> bool:
    """Whether evaluating an expression has no effect: no calls, but of ``int`` and its like."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            function = each.func
            plain = isinstance(function, ast.Name) and function.id in ("int", "str", "len", "bool")
            if not plain or conversion.names.bindings(function.id, use.scope):  # type: ignore[attr-defined]
                return False
        elif not isinstance(each, _FREE):
            return False
    return True


def _gone(conversion: FileConversion, node: ast.AST) -> None:
    conversion.gone.update(ast.walk(node))


def _take_out_decorator(conversion: FileConversion, use: Use, decorator: ast.expr, path: str) -> None:
    source = conversion.source
    start, end = source.span(decorator)
    at = source.data.rindex(b"@", 0, start)
    arguments = (
        [*decorator.args, *(each.value for each in decorator.keywords)]
        if isinstance(decorator, ast.Call)
        else []
    )
    if has_comment(source, start, end) or not all(_is_free(conversion, use, each) for each in arguments):
        return
    _gone(conversion, decorator)
    conversion.found(use.node, "removed", path, DECORATORS[path])
    _cut(conversion, at, end)


def _take_out(conversion: FileConversion, statements: list[ast.stmt]) -> None:
    """Plan the edits; a block that would be empty gets ``pass``."""
    going = set(statements)
    for statement in statements:
        _, block = conversion.names.parents[statement]
        start, end = conversion.source.span(statement)
        last = [each for each in block if each not in going] == [] and statement is block[-1]
        if last or _shares_line(conversion, start, end):
            conversion.edits.append(Edit(start, end, [b"pass"]))
        else:
            _cut(conversion, start, end)


def _shares_line(conversion: FileConversion, start: int, end: int) -> bool:
    """Whether something else stands on the same line: ``if x: a``, ``a; b``."""
    data = conversion.source.data
    line, rest = _around(data, start, end)
    return bool(data[line:start].strip()) or data[end:rest].strip()[:1] not in (b"", b"#")


def _around(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the line of ``start`` begins and that of ``end`` ends (before its line end)."""
    line = max(data.rfind(b"\n", 0, start), data.rfind(b"\r", 0, start)) + 1
    ends = [each for each in (data.find(b"\n", end), data.find(b"\r", end)) if each >= 0]
    return line, min(ends, default=len(data))


def _cut(conversion: FileConversion, start: int, end: int) -> None:
    """Take out whole lines; a comment behind stays, in the place of what it stood behind."""
    data = conversion.source.data
    line, rest = _around(data, start, end)
    behind = data[end:rest]
    if behind.strip():
        conversion.edits.append(Edit(start, end + len(behind) - len(behind.lstrip()), []))
        return
    after = rest + (2 if data[rest : rest + 2] == b"\r\n" else 1) if rest < len(data) else rest
    conversion.edits.append(Edit(line, after, []))
