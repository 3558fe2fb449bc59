"""How MindSpore's own calls differ from torch's: declarations that the spellings of one function share."""

from __future__ import annotations

FLUSHED = {
    "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
}

NO_ITEMS_OF_BFLOAT16 = {"bfloat16": "assigning to items has no bfloat16 kernel on CPU: it raises"}

#: Of methods that change the tensor itself.
IN_PLACE = {**NO_ITEMS_OF_BFLOAT16, "empty": "MindSpore refuses to assign to an empty tensor"}

IN_PLACE_ERROR = {
    "error": "what torch refuses, arguments or dtypes, MindSpore takes, and casts the result to the tensor's dtype"
}

IN_PLACE_CAST = {**IN_PLACE, **IN_PLACE_ERROR}

IN_PLACE_DENORMAL = {**IN_PLACE, **FLUSHED}

IN_PLACE_FLUSHED = {**IN_PLACE_CAST, **FLUSHED}

DIV_IN_PLACE = {
    **IN_PLACE_FLUSHED,
    "0-d & inf": "a nan divided by zero is infinite",
    "gradient & nan": "the gradient of a quotient that is nan is nan",
}

OTHER_DRAWN = {"random": "other numbers are drawn: the generators are not torch's"}

OF_COMPLEX = {
    "complex64 & warning": "torch warns that the imaginary part is discarded",
    "complex64 & empty": "torch takes an empty complex tensor",
}

WITHOUT_DIM = {"warning": "torch warns where dim is left out"}

WITHOUT_DIM_OR_OF_COMPLEX = {
    "warning": "torch warns where dim is left out, and where an imaginary part is discarded",
    "complex64 & empty": "torch takes an empty complex tensor",
}

SOFTMAX = {
    "0-d": "ops.softmax refuses 0-d tensors",
    "accuracy": "the kernel errs by up to 150 units in the last place (float32) or 10 (float16)",
    "bfloat16": "ops.softmax has no bfloat16 kernel on CPU",
    "nan": "a nan does not reach the other elements along dim: they become 0",
    "inf": "where torch gives nan (plus infinity, or nothing but minus infinity) elements or gradients "
    "become 0",
}

LOG_SOFTMAX = {
    "0-d & gradient": "differentiating a 0-d ops.log_softmax never returns",
    "accuracy": "the kernel is off by up to 6.3e-6, also in float64, so results near 0 lose digits: by "
    "3.1e-6, 750 units in the last place, for [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]] along 0 (by "
    "8e-8 before MindSpore 2.9.0)",
    "bfloat16": "ops.log_softmax has no bfloat16 kernel on CPU",
    "nan": "a nan does not reach the other elements along dim: they become minus infinity",
    "inf": "where torch gives nan (plus infinity, or nothing but minus infinity) elements or gradients "
    "do not",
}

LOGSUMEXP = {
    "bfloat16": "ops.logsumexp has no bfloat16 kernel on CPU",
    "complex64": "ops.logsumexp has no complex kernel on CPU",
    "empty": "the logarithm of an empty sum is -103, not minus infinity",
    "inf": "rows with an infinity as their maximum become nan",
}

NLL_LOSS = {
    "bfloat16": "ops.nll_loss has no bfloat16 kernel on CPU",
    "empty": "the mean over no targets is 0, not nan",
    "error": "ops.nll_loss takes integers as input",
    "inf": "an infinity in a class that is not the target makes the loss nan",
    "nan": "a nan in a class that is not the target makes the loss nan",
}

CROSS_ENTROPY = {
    "bfloat16": "ops.cross_entropy refuses bfloat16",
    "empty": "the mean over no targets is 0, not nan",
    "float64": "float64 probabilities are taken for classes; a float64 label_smoothing is rounded to float32",
    "inf": "an infinity in a class that is not the target makes the loss nan",
}

RELU = {
    "nan": "MindSpore's ReLU gives 0 for nan",
    "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    "bfloat16": "MindSpore's ReLU has no bfloat16 kernel on CPU",
    "bool": "torch refuses booleans",
}

DROPOUT = {
    "random": "other elements are dropped: the generators are not torch's",
    "bfloat16": "MindSpore's Dropout has no bfloat16 kernel on CPU",
}

MAX_POOL2D = {
    "int8": "MindSpore's MaxPool takes no integers: it raises",
    "int16": "MindSpore's MaxPool takes no integers: it raises",
    "int32": "MindSpore's MaxPool takes no integers: it raises",
    "int64": "MindSpore's MaxPool takes no integers: it raises",
    "uint8": "MindSpore's MaxPool takes no integers: it raises",
    "nan": "MindSpore's MaxPool passes over nan",
    "inf": "a window of -inf gives the smallest finite number",
    "empty": "MindSpore's MaxPool refuses an empty batch",
    "bfloat16": "MindSpore's MaxPool has no bfloat16 kernel on CPU",
}

# ------------------------------------------------------------------------------
# What kernels do not take. All of it is loud: they raise.
# ------------------------------------------------------------------------------

NO_BFLOAT16 = {"bfloat16": "MindSpore's kernel takes no bfloat16 on CPU: it raises"}

NO_COMPLEX = {"complex64": "MindSpore's kernel takes no complex numbers: it raises"}

NO_BOOL = {"bool": "MindSpore's kernel takes no booleans: it raises"}

NO_INTEGERS = {
    "int8": "MindSpore's kernel takes no integers: it raises",
    "int16": "MindSpore's kernel takes no integers: it raises",
    "int32": "MindSpore's kernel takes no integers: it raises",
    "int64": "MindSpore's kernel takes no integers: it raises",
    "uint8": "MindSpore's kernel takes no integers: it raises",
}

FLOATING_ONLY = {**NO_INTEGERS, **NO_BOOL, **NO_BFLOAT16}
