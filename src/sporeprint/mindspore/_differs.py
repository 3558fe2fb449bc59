"""How torch's own calls differ from MindSpore's: declarations that the spellings of one function share."""

from __future__ import annotations

SOFTMAX = {
    "bfloat16": "MindSpore's Softmax has no bfloat16 kernel on CPU",
    "nan": "MindSpore's kernel gives [0, nan, 0] for [1, nan, 2]; torch gives nan throughout",
    "inf": "MindSpore's kernel gives zeros for a row of -inf; torch gives nan",
}

SOFTMIN = {
    "0-d": "MindSpore refuses a tensor of rank 0",
    **SOFTMAX,
    "inf": "MindSpore's kernel gives zeros for a row of inf; torch gives nan",
    "error": "MindSpore also takes a tuple of one axis, torch also None",
}

LOG_SOFTMAX = {
    "0-d": "MindSpore refuses the axis -1 for a tensor of rank 0",
    "bfloat16": "MindSpore's LogSoftmax has no bfloat16 kernel on CPU",
    "accuracy & float16": "MindSpore's kernel has not the accuracy of float16: results near 0 lose their digits",
    "accuracy & float64": "MindSpore's kernel has float32 accuracy in float64",
    "nan": "MindSpore's kernel gives [-inf, nan, -inf] for [1, nan, 2]; torch gives nan throughout",
    "inf": "MindSpore's kernel gives [-inf, nan, -inf] for [1, inf, 2]; torch gives nan throughout",
    "error": "torch takes None for the axis",
}

LOGSUMEXP = {
    "int8": "MindSpore refuses integers",
    "int16": "MindSpore refuses integers",
    "int32": "MindSpore refuses integers",
    "int64": "MindSpore refuses integers",
    "uint8": "MindSpore refuses integers",
    "bool": "MindSpore refuses booleans",
    "bfloat16": "MindSpore's ReduceMax has no bfloat16 kernel on CPU",
    "complex64": "MindSpore refuses complex numbers",
    "inf": "MindSpore subtracts the maximum also where it is infinite: nan",
    "empty": "MindSpore's result for the shape (0,) is memory that it has not written",
    "error": "torch.logsumexp raises for dim=(), which is all dimensions for MindSpore",
}

NLL_LOSS = {
    "bfloat16": "MindSpore's GatherD has no bfloat16 kernel on CPU",
    "inf": "MindSpore adds 0 times the sum over the classes: nan where one of them is infinite",
    "nan": "MindSpore adds 0 times the sum over the classes: nan where one of them is nan",
    "empty": "without targets MindSpore's sum is nan, for it adds 0 times 0/0",
    "int8": "MindSpore also takes integer log-probabilities",
    "int16": "MindSpore also takes integer log-probabilities",
    "int32": "MindSpore also takes integer log-probabilities",
    "int64": "MindSpore also takes integer log-probabilities",
    "uint8": "MindSpore also takes integer log-probabilities",
}

MINT_SOFTMAX = {
    **SOFTMAX,
    "0-d & complex64": "MindSpore takes a complex number of rank 0",
    "complex64 & empty": "torch takes an empty complex tensor",
}

MINT_NLL_LOSS = {
    "bfloat16": "MindSpore's NLLLoss has no bfloat16 kernel on CPU",
    "accuracy & float64": "MindSpore's kernel has float32 accuracy in float64",
    "uninitialised": "with reduction='none' MindSpore's kernel does not write the results that are ignored",
    "error": "on CPU MindSpore takes (N, C) only and classes of int16, int32 and int64, and a weight of "
    "another dtype",
}

NO_LOG_SOFTMAX_EXT = {"error": "MindSpore has no LogSoftmaxExt kernel on CPU and always raises there"}
