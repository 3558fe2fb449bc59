"""torch.nn.modules.rnn, written in MindSpore.

The layers of mindspore.nn keep their parameters in lists, have no proj_size, and take a batch only; so these are
written as torch's are, with its names.
"""

from __future__ import annotations

import math
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart_class


def rnn_step(x: Tensor, hidden: Tensor, weight: Tensor, bias: Tensor | None, relu: bool) -> Tensor:
    """Return the next hidden state, (N, H), of a simple RNN; x is what the input adds, (N, H)."""
    total = x + ops.dense(hidden, weight, bias)
    return ops.relu(total) if relu else ops.tanh(total)


def gru_step(x: Tensor, hidden: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Return the next hidden state, (N, H), of a GRU; x is what the input adds to its gates, (N, 3 * H)."""
    reset, update, new = ops.split(x, x.shape[1] // 3, 1)
    own_reset, own_update, own_new = ops.split(ops.dense(hidden, weight, bias), x.shape[1] // 3, 1)
    candidate = ops.tanh(new + ops.sigmoid(reset + own_reset) * own_new)
    keep = ops.sigmoid(update + own_update)
    return candidate + keep * (hidden - candidate)


def lstm_step(
    x: Tensor, hidden: Tensor, cell: Tensor, weight: Tensor, bias: Tensor | None, projection: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Return the next hidden and cell states, (N, P) and (N, H), of an LSTM; the input adds x, (N, 4 * H)."""
    total = x + ops.dense(hidden, weight, bias)
    write, forget, new, out = ops.split(total, total.shape[1] // 4, 1)
    cell = ops.sigmoid(forget) * cell + ops.sigmoid(write) * ops.tanh(new)
    hidden = ops.sigmoid(out) * ops.tanh(cell)
    return (hidden if projection is None else ops.dense(hidden, projection)), cell


def uniform_parameter(shape: tuple[int, ...], bound: float, name: str, dtype: ms.Type | None) -> ms.Parameter:
    """Make a parameter with uniform numbers from -bound to bound."""
    numbers = Tensor(np.random.uniform(-bound, bound, shape), ms.float32 if dtype is None else dtype)
    return ms.Parameter(numbers, name=name)


class RecurrentCell(nn.Cell):
    """What torch's RNN, LSTM and GRU share."""

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        proj_size: int,
        dtype: ms.Type | None,
    ) -> None:
        super().__init__()
        if hidden_size <= 0 or num_layers <= 0 or not 0 <= dropout <= 1 or not 0 <= proj_size < hidden_size:
            raise ValueError("hidden_size, num_layers, dropout or proj_size is out of range")
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        bound = 1 / math.sqrt(hidden_size)
        result, rows = proj_size or hidden_size, self.gates * hidden_size
        for layer, suffix in self.places():
            width = input_size if layer == 0 else result * (2 if bidirectional else 1)
            shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, width), "weight_hh": (rows, result)}
            if bias:
                shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
            if proj_size:
                shapes["weight_hr"] = (proj_size, hidden_size)
            for kind, shape in shapes.items():
                name = f"{kind}{suffix}"
                setattr(self, name, uniform_parameter(shape, bound, name, dtype))

    def places(self) -> list[tuple[int, str]]:
        """Return each layer and direction, with the suffix of its parameters' names."""
        directions = ("", "_reverse") if self.bidirectional else ("",)
        return [(layer, f"_l{layer}{each}") for layer in range(self.num_layers) for each in directions]

    def flatten_parameters(self) -> None:
        """Do nothing: in MindSpore parameters need not lie side by side."""

    def step(self, x: Tensor, state: tuple[Tensor, ...], suffix: str) -> tuple[Tensor, ...]:
        """Return the next state; x is what the input adds to the gates."""
        raise NotImplementedError

    def run(self, x: Tensor, states: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Run over x, (L, N, input_size), from states of shape (layers * directions, N, ...)."""
        ends: list[tuple[Tensor, ...]] = []
        outputs: list[Tensor] = []
        for number, (_, suffix) in enumerate(self.places()):
            bias = getattr(self, f"bias_ih{suffix}") if self.bias else None
            added = ops.dense(x, getattr(self, f"weight_ih{suffix}"), bias)
            state = tuple(each[number] for each in states)
            backwards = suffix.endswith("_reverse")
            found: list[Tensor] = []
            for time in reversed(range(x.shape[0])) if backwards else range(x.shape[0]):
                state = self.step(added[time], state, suffix)
                found.append(state[0])
            ends.append(state)
            outputs.append(ops.stack(found[::-1] if backwards else found))
            if backwards or not self.bidirectional:
                x, outputs = (outputs[0] if len(outputs) == 1 else ops.cat(outputs, -1)), []
                if self.dropout and self.training and number + 1 < len(self.places()):
                    x = ops.dropout(x, p=float(self.dropout)) if self.dropout < 1 else x * 0
        return x, tuple(ops.stack(each) for each in zip(*ends, strict=True))

    def run_all(
        self, x: Tensor, states: tuple[Tensor, ...] | None, sizes: tuple[int, ...]
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Run over x, (L, N, input_size) or (L, input_size) or with batch_first (N, L, input_size)."""
        if x.ndim not in (2, 3):
            raise ValueError(f"{type(self).__name__}: Expected input to be 2D or 3D, got {x.ndim}D instead")
        alone = x.ndim == 2
        if alone:
            x = x.expand_dims(1)
            states = None if states is None else tuple(each.expand_dims(1) for each in states)
        elif self.batch_first:
            x = x.swapaxes(0, 1)
        if states is None:
            many = len(self.places())
            states = tuple(ops.zeros((many, x.shape[1], size), x.dtype) for size in sizes)
        result, ends = self.run(x, states)
        if alone:
            return result.squeeze(1), tuple(each.squeeze(1) for each in ends)
        return (result.swapaxes(0, 1) if self.batch_first else result), ends

    def hidden_weights(self, suffix: str) -> tuple[Tensor, Tensor | None]:
        """Return the weight and bias that meet the hidden state."""
        bias = getattr(self, f"bias_hh{suffix}") if self.bias else None
        return getattr(self, f"weight_hh{suffix}"), bias


@counterpart_class(
    "torch.nn.RNN",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "accuracy": "results near 0 lose digits, up to 1.2e+05 units in the last place",
        "inf": "MindSpore gives 0 where torch gives nan",
        "nan": "MindSpore gives 0 where torch gives nan",
        "error": "MindSpore takes arguments that torch refuses",
        "uninitialised": "MindSpore returns memory that it has not written",
    },
)
class RNN(RecurrentCell):
    """A simple recurrent network. Packed sequences are not taken.

    Args:
        input_size: of each element of the sequence.
        hidden_size: of the state.
        num_layers: how many lie upon one another.
        nonlinearity: "tanh" or "relu".
        bias: whether to add learnable shifts.
        batch_first: whether the batch is the first dimension of input and output.
        dropout: the probability of dropping an element between layers.
        bidirectional: whether it runs backwards, too.
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, dtype
        )
        self.nonlinearity = nonlinearity

    def step(self, x: Tensor, state: tuple[Tensor, ...], suffix: str) -> tuple[Tensor, ...]:
        """Return the next state."""
        return (rnn_step(x, state[0], *self.hidden_weights(suffix), self.nonlinearity == "relu"),)

    def construct(self, input: Tensor, hx: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the output and the last hidden states."""
        output, ends = self.run_all(input, None if hx is None else (hx,), (self.hidden_size,))
        return output, ends[0]


@counterpart_class(
    "torch.nn.GRU",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "accuracy": "errs by up to 2.7e+04 units in the last place",
        "uninitialised": "MindSpore returns memory that it has not written",
    },
)
class GRU(RecurrentCell):
    """A network of gated recurrent units. Packed sequences are not taken.

    Args:
        input_size: of each element of the sequence.
        hidden_size: of the state.
        num_layers: how many lie upon one another.
        bias: whether to add learnable shifts.
        batch_first: whether the batch is the first dimension of input and output.
        dropout: the probability of dropping an element between layers.
        bidirectional: whether it runs backwards, too.
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, dtype
        )

    def step(self, x: Tensor, state: tuple[Tensor, ...], suffix: str) -> tuple[Tensor, ...]:
        """Return the next state."""
        return (gru_step(x, state[0], *self.hidden_weights(suffix)),)

    def construct(self, input: Tensor, hx: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the output and the last hidden states."""
        output, ends = self.run_all(input, None if hx is None else (hx,), (self.hidden_size,))
        return output, ends[0]


@counterpart_class("torch.nn.LSTM", ignores={"device": "a MindSpore program names its device once, in the context"}, differs={'accuracy': 'errs by up to 3.2e+05 units in the last place', 'warning': 'torch warns: does not give the UserWarning', 'denormal': "MindSpore's threads flush denormal numbers to zero, from some call of the process on", 'error': 'MindSpore takes arguments that torch refuses', 'uninitialised': 'MindSpore returns memory that it has not written',},)
class LSTM(RecurrentCell):
    """A network of long short-term memory. Packed sequences are not taken.

    Args:
        input_size: of each element of the sequence.
        hidden_size: of the state.
        num_layers: how many lie upon one another.
        bias: whether to add learnable shifts.
        batch_first: whether the batch is the first dimension of input and output.
        dropout: the probability of dropping an element between layers.
        bidirectional: whether it runs backwards, too.
        proj_size: of the hidden state, if it is projected.
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    gates = 4

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size, dtype
        )

    def step(self, x: Tensor, state: tuple[Tensor, ...], suffix: str) -> tuple[Tensor, ...]:
        """Return the next state."""
        projection = getattr(self, f"weight_hr{suffix}") if self.proj_size else None
        hidden, cell = state
        return lstm_step(x, hidden, cell, *self.hidden_weights(suffix), projection)

    def construct(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Return the output, and the last hidden and cell states."""
        return self.run_all(input, hx, (self.proj_size or self.hidden_size, self.hidden_size))


class RecurrentStep(nn.Cell):
    """What torch's RNNCell, LSTMCell and GRUCell share."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, gates: int, dtype: ms.Type | None
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        bound, rows = 1 / math.sqrt(hidden_size) if hidden_size else 0.0, gates * hidden_size
        self.weight_ih = uniform_parameter((rows, input_size), bound, "weight_ih", dtype)
        self.weight_hh = uniform_parameter((rows, hidden_size), bound, "weight_hh", dtype)
        self.bias_ih = uniform_parameter((rows,), bound, "bias_ih", dtype) if bias else None
        self.bias_hh = uniform_parameter((rows,), bound, "bias_hh", dtype) if bias else None

    def next_states(self, x: Tensor, states: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Return the states after x, (N, input_size), all of shape (N, hidden_size)."""
        raise NotImplementedError

    def after(self, x: Tensor, states: tuple[Tensor, ...] | None, many: int) -> tuple[Tensor, ...]:
        """Return the states after x, (N, input_size) or (input_size,); None starts with zeros."""
        if x.ndim not in (1, 2):
            raise ValueError(f"{type(self).__name__}: Expected input to be 1D or 2D, got {x.ndim}D instead")
        if x.ndim == 1:
            given = None if states is None else tuple(each.expand_dims(0) for each in states)
            return tuple(each.squeeze(0) for each in self.after(x.expand_dims(0), given, many))
        if states is None:
            states = (ops.zeros((x.shape[0], self.hidden_size), x.dtype),) * many
        return self.next_states(ops.dense(x, self.weight_ih, self.bias_ih), states)


@counterpart_class("torch.nn.RNNCell", ignores={"device": "a MindSpore program names its device once, in the context"}, differs={'accuracy': 'errs by up to 4.3e+04 units in the last place', 'bfloat16': 'MindSpore has no bfloat16 kernel for it on CPU', 'nan': 'MindSpore gives 0 where torch gives nan', 'denormal': "MindSpore's threads flush denormal numbers to zero, from some call of the process on",},)
class RNNCell(RecurrentStep):
    """One step of a simple recurrent network.

    Args:
        input_size: of the input.
        hidden_size: of the state.
        bias: whether to add learnable shifts.
        nonlinearity: "tanh" or "relu".
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, dtype)
        self.nonlinearity = nonlinearity

    def next_states(self, x: Tensor, states: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Return the next hidden state."""
        return (rnn_step(x, states[0], self.weight_hh, self.bias_hh, self.nonlinearity == "relu"),)

    def construct(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """Return the next hidden state, (N, hidden_size) or (hidden_size,)."""
        return self.after(input, None if hx is None else (hx,), 1)[0]


@counterpart_class("torch.nn.GRUCell", ignores={"device": "a MindSpore program names its device once, in the context"}, differs={'accuracy': 'errs by up to 6.3e+02 units in the last place', 'bfloat16': 'MindSpore has no bfloat16 kernel for it on CPU', 'denormal': "MindSpore's threads flush denormal numbers to zero, from some call of the process on",},)
class GRUCell(RecurrentStep):
    """One step of a gated recurrent unit.

    Args:
        input_size: of the input.
        hidden_size: of the state.
        bias: whether to add learnable shifts.
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, dtype)

    def next_states(self, x: Tensor, states: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Return the next hidden state."""
        return (gru_step(x, states[0], self.weight_hh, self.bias_hh),)

    def construct(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """Return the next hidden state, (N, hidden_size) or (hidden_size,)."""
        return self.after(input, None if hx is None else (hx,), 1)[0]


@counterpart_class("torch.nn.LSTMCell", ignores={"device": "a MindSpore program names its device once, in the context"}, differs={'accuracy': 'errs by up to 2.7e+04 units in the last place', 'bfloat16': 'MindSpore has no bfloat16 kernel for it on CPU', 'denormal': "MindSpore's threads flush denormal numbers to zero, from some call of the process on",},)
class LSTMCell(RecurrentStep):
    """One step of long short-term memory.

    Args:
        input_size: of the input.
        hidden_size: of the state.
        bias: whether to add learnable shifts.
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, dtype)

    def next_states(self, x: Tensor, states: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Return the next hidden and cell states."""
        hidden, cell = states
        return lstm_step(x, hidden, cell, self.weight_hh, self.bias_hh, None)

    def construct(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, ...]:
        """Return the next hidden and cell states, (N, hidden_size) or (hidden_size,)."""
        return self.after(input, hx, 2)
