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

SOFTMAX_GRADIENT = {
    "accuracy & float64 & gradient": "sums go another way than torch's, so a cancellation leaves other digits",
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

POOL_MAXIMA = {
    "int8": "MindSpore's MaxPool takes no integers: it raises",
    "int64": "MindSpore's MaxPool takes no integers: it raises",
    "nan": "MindSpore's MaxPool passes over nan",
    "inf": "a window of -inf gives the smallest finite number",
}

MAX_POOL2D = {
    **POOL_MAXIMA,
    "int16": "MindSpore's MaxPool takes no integers: it raises",
    "int32": "MindSpore's MaxPool takes no integers: it raises",
    "uint8": "MindSpore's MaxPool takes no integers: it raises",
    "bfloat16": "MindSpore's MaxPool has no bfloat16 kernel on CPU",
}

EMPTY_BATCH = {"empty": "MindSpore's MaxPool refuses an empty batch"}

# ------------------------------------------------------------------------------
# What kernels do not take. All of it is loud: they raise.
# ------------------------------------------------------------------------------

NO_BFLOAT16 = {"bfloat16": "MindSpore's kernel takes no bfloat16 on CPU: it raises"}

NO_COMPLEX = {"complex64": "MindSpore's kernel takes no complex numbers: it raises"}

NO_BOOL = {"bool": "MindSpore's kernel takes no booleans: it raises"}

NO_EMPTY = {"empty": "MindSpore's kernel refuses empty tensors: it raises"}

NO_0D = {"0-d": "MindSpore's kernel refuses 0-d tensors: it raises"}

NO_INTEGERS = {
    "int8": "MindSpore's kernel takes no integers: it raises",
    "int16": "MindSpore's kernel takes no integers: it raises",
    "int32": "MindSpore's kernel takes no integers: it raises",
    "int64": "MindSpore's kernel takes no integers: it raises",
    "uint8": "MindSpore's kernel takes no integers: it raises",
}

FLOATING_ONLY = {**NO_INTEGERS, **NO_BOOL, **NO_BFLOAT16}

SUM_OVER_NOTHING = {"0-d & empty & gradient & uninitialised": "the sum over nothing is what memory holds"}

# ------------------------------------------------------------------------------
# Shapes
# ------------------------------------------------------------------------------

VIEW = {
    "view": "MindSpore copies what keeps its shape, and what has no dimension",
    "empty & error": "MindSpore takes a length of -1 where other lengths are 0",
}

TILE = {
    **NO_BFLOAT16,
    "empty": "MindSpore's Tile refuses empty tensors: it raises",
    "error": "MindSpore's Tile takes fewer numbers than the tensor has dimensions, and none at all",
}

BROADCAST_TO = {
    "0-d & view": "MindSpore copies what has no dimension",
    "bfloat16 & gradient": "MindSpore's ReduceSum has no bfloat16 kernel on CPU: it raises",
}

INDEX_GRADIENT = {
    "bfloat16 & gradient": "MindSpore's gradient of an index has no bfloat16 kernel on CPU: it raises",
    "empty & gradient": "MindSpore's gradient of an index into an empty tensor raises",
}

# ------------------------------------------------------------------------------
# Element by element
# ------------------------------------------------------------------------------

EXP = {
    **FLOATING_ONLY,
    "accuracy": "the kernel errs by up to 66 units in the last place",
}

EXPM1 = {
    **FLOATING_ONLY,
    **FLUSHED,
    "accuracy": "the kernel subtracts 1 from ops.exp, so results near 0 lose digits",
    "complex64 & nan": "the imaginary part of nan is 0",
    "complex64 & inf": "the imaginary part of infinity is 0",
}

LOG = {
    **FLOATING_ONLY,
    **FLUSHED,
    "gradient": "that at -0.0 has the other sign: it is 1/x, and x may be flushed to 0.0 or not",
}

LOG_TO_BASE = {**LOG, "complex64": "the imaginary part is nan where the number is infinite or 0"}

LGAMMA = {
    **NO_BOOL,
    **NO_BFLOAT16,
    "int8": "MindSpore's kernel takes no integers but int32: it raises",
    "int16": "MindSpore's kernel takes no integers but int32: it raises",
    "int64": "MindSpore's kernel takes no integers but int32: it raises",
    "uint8": "MindSpore's kernel takes no integers but int32: it raises",
    "accuracy & float64 & gradient": "MindSpore's Digamma is less exact where it is large",
    "denormal & float64 & gradient": "the gradient at a denormal number is infinite",
    "empty & gradient": "MindSpore's Digamma refuses empty tensors: it raises",
}

LOG1P = {
    **FLOATING_ONLY,
    **FLUSHED,
    "accuracy": "the kernel takes the logarithm of x + 1, so results near 0 lose digits",
}

TANH = {
    **FLOATING_ONLY,
    **FLUSHED,
    "accuracy": "the kernel errs by up to 1e-4, by 1700 units in the last place, and exceeds 1; its gradient errs too",
}

ROUNDED = {**NO_BFLOAT16, **NO_INTEGERS, **FLUSHED}

ROUND = {
    **NO_BFLOAT16,
    "int8": "MindSpore's Round takes no integers of 8 and 16 bits: it raises",
    "int16": "MindSpore's Round takes no integers of 8 and 16 bits: it raises",
    "uint8": "MindSpore's Round takes no integers of 8 and 16 bits: it raises",
    "error": "MindSpore takes decimals of integers, of which torch takes none",
}

SIGN = {
    **NO_BFLOAT16,
    **NO_BOOL,
    **FLUSHED,
    "int8": "MindSpore's Sign takes no integers of 8 and 16 bits: it raises",
    "int16": "MindSpore's Sign takes no integers of 8 and 16 bits: it raises",
    "uint8": "MindSpore's Sign takes no integers of 8 and 16 bits: it raises",
    "complex64 & error": "MindSpore takes complex numbers; torch refuses them",
}

NAN_TO_NUM = {
    **FLOATING_ONLY,
    **NO_COMPLEX,
    "float64": "MindSpore's NanToNum takes no float64: it raises",
}

CLAMP = {
    **NO_BFLOAT16,
    "gradient & nan": "the gradient reaches elements that are nan",
    "bool & error": "MindSpore takes booleans; torch refuses them",
    "error": "torch refuses to differentiate where a bound is of higher rank than the tensor",
}

DIV = {
    **FLUSHED,
    "bfloat16 & gradient": "MindSpore's ReduceSum has no bfloat16 kernel on CPU: it raises",
    "0-d": "MindSpore's FloorDiv takes no number with a 0-d tensor: it raises",
    "inf": "rounded down, infinity divided by a number stays infinity; it is nan in torch",
    "bool & error": "MindSpore rounds quotients of booleans; torch refuses them",
    **SUM_OVER_NOTHING,
}

NO_BFLOAT16_SUM = {"bfloat16 & gradient": "MindSpore's ReduceSum has no bfloat16 kernel on CPU: it raises"}

ADD_PRODUCT = {
    **NO_BFLOAT16_SUM,
    "complex128 & float64": "MindSpore does not multiply complex128 with float64: it raises",
    "accuracy": "a number is rounded to float32 beside a float64 tensor, and 16-bit formats are rounded at each step",
    "bfloat16": "16-bit formats are rounded at each step",
    "error": "MindSpore takes numbers for tensors, and integers and booleans where torch does not",
}

CLAMP_BY = {
    **NO_BFLOAT16,
    "nan": "a bound that is nan is passed over",
    "gradient & nan": "the gradient reaches elements that are nan",
    **SUM_OVER_NOTHING,
}

ADD = {
    "bfloat16 & gradient": "MindSpore's ReduceSum has no bfloat16 kernel on CPU: it raises",
    "0-d & empty & gradient": "the sum over nothing is what memory holds",
}

# ------------------------------------------------------------------------------
# New tensors
# ------------------------------------------------------------------------------

CREATION = {
    "error": "torch needs a size, an accelerator for pin_memory=True, and floating point for requires_grad=True"
}

# ------------------------------------------------------------------------------
# Reductions
# ------------------------------------------------------------------------------

ANY = {"empty & uninitialised": "MindSpore's ReduceAny of nothing is what memory holds"}

LARGEST = {
    **NO_BOOL,
    **NO_BFLOAT16,
    **FLUSHED,
    "nan": "MindSpore passes over nan",
    "empty": "MindSpore refuses empty tensors: it raises",
}

INDEX_SELECT = {
    **NO_BFLOAT16,
    "empty & gradient": "MindSpore's gradient of an index into an empty tensor raises",
}

MINIMUM = {
    **LARGEST,
    "error": "MindSpore takes numbers for tensors",
    **SUM_OVER_NOTHING,
}

EXTREME = {
    **NO_BOOL,
    **NO_BFLOAT16,
    **FLUSHED,
    "nan": "MindSpore passes over nan",
    "empty & error": "torch refuses empty tensors without dim",
}

INDEX_OF_EXTREME = {
    **NO_BFLOAT16,
    "nan": "MindSpore passes over nan",
    "0-d & error": "MindSpore gives 0 for any 0-d tensor; torch refuses booleans and complex numbers",
}

SPREAD = {
    **NO_BFLOAT16,
    **NO_COMPLEX,
    "0-d": "MindSpore refuses a dim of a 0-d tensor: it raises",
    "accuracy & float64": "MindSpore computes float64 in float32",
    "error": "torch refuses what MindSpore takes: integers, booleans",
    "warning": "torch warns where there are too few numbers",
    "empty": "that of nothing is 0, not nan",
}

NORM = {
    **NO_BFLOAT16,
    "complex64": "MindSpore's Abs of complex numbers is complex",
    "float64": "MindSpore's ReduceSum and Pow compute float64 in float32, and its nuclear norm is float32",
    "error": "MindSpore takes integers and booleans, and the negative norm of nothing",
    "empty & uninitialised": "the sum over nothing is what memory holds",
}

INVERSE = {
    "nan": "a nan does not reach the result; the gradient differs too",
    "inf": "a nan does not reach the result; the gradient differs too",
    "float64 & gradient": "the gradient is float32",
    "accuracy": "complex numbers and the gradient of float64 are computed less exactly",
}

DIST = {
    **NO_BFLOAT16,
    "float16": "powers are added up in float16, beyond whose largest number they may be",
    "complex64": "MindSpore's Abs of complex numbers is complex",
    "error": "MindSpore takes numbers, integers and booleans; torch refuses them",
}

MEDIAN = {
    **NO_BFLOAT16,
    "0-d": "MindSpore's Sort refuses 0-d tensors: it raises",
    "empty": "MindSpore's Sort refuses empty tensors: it raises",
    **FLUSHED,
    "nan": "MindSpore's Sort puts nan first",
    "gradient & inf": "of an infinite median no gradient flows",
}

# ------------------------------------------------------------------------------
# Order and places
# ------------------------------------------------------------------------------

SORT = {
    **NO_BFLOAT16,
    **NO_BOOL,
    **FLUSHED,
    "0-d": "MindSpore's Sort refuses 0-d tensors: it raises",
    "nan": "MindSpore's Sort puts nan elsewhere than last",
    "complex64 & error": "a stable sort is numpy's, which takes complex numbers",
}

TOPK = {
    **NO_BFLOAT16,
    "0-d": "MindSpore's TopK refuses 0-d tensors: it raises",
    "nan": "MindSpore's TopK does not take nan for the largest",
    "empty & gradient": "MindSpore's gradient of an empty TopK raises",
}

CUMSUM = {
    **NO_BFLOAT16,
    "0-d": "MindSpore's CumSum refuses 0-d tensors: it raises",
    "accuracy & float16": "MindSpore adds up in float16",
    "empty": "MindSpore's CumSum refuses empty tensors: it raises",
}

GATHER = {
    **NO_BFLOAT16,
    "0-d & gradient": "MindSpore's gradient of a 0-d gather raises",
    "empty": "MindSpore refuses an empty index of another rank or of float32: it raises",
}

SCATTER = {
    **NO_BFLOAT16,
    **NO_COMPLEX,
    "0-d": "MindSpore's TensorScatterElements refuses 0-d tensors: it raises",
}

NO_SUCH_PLACE = {"error": "MindSpore passes over places that do not exist"}

NONZERO = {
    **NO_BFLOAT16,
    **FLUSHED,
    "0-d": "MindSpore's NonZero refuses 0-d tensors: it raises",
}
OTHER_NUMBERS = {"random": "other numbers are drawn: the generators are not torch's"}
# Methods that change the tensor itself
# ------------------------------------------------------------------------------

IN_PLACE = {
    "bfloat16": "assigning to items has no bfloat16 kernel on CPU: it raises",
    "empty": "MindSpore refuses to assign to an empty tensor",
}
