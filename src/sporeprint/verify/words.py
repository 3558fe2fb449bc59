"""The words of measurements, which both those who measure and those who only read need; imports nothing."""

from __future__ import annotations

#: What is compared with the source: the two bodies of a counterpart as functions, and the text written for them.
#: Any other leg is the full name of a function of the other framework, which is called directly.
LEGS = ("native", "exact", "native text", "exact text")

#: How bad a difference is, from bad to worst: what a program can notice is better than what it cannot.
LEVELS = ("same", "inaccurate", "raises", "differs", "dies")

#: All that a measurement says of a leg on the common domain: the worst level, or why there is none.
FATES = (*LEVELS, "missing", "untested")

#: Words that leave a sample in the common domain: integers and bool belong to it where the API takes them.
COMMON = frozenset({"int8", "int16", "int32", "int64", "uint8", "bool"})

#: The dtypes in which samples are asked for, unless told otherwise.
DTYPES = (
    "float32", "float64", "float16", "bfloat16",
    "int64", "int32", "int16", "int8", "uint8", "bool", "complex64",
)  # fmt: skip
