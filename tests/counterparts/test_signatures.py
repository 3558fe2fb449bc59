"""Every counterpart carries the signature of its API, as the installed frameworks tell it."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="signatures are compared with torch's")
pytest.importorskip("mindspore", reason="signatures are compared with MindSpore's")

from sporeprint.verify.measure import load_counterparts
from sporeprint.verify.signatures import NoSignatureError, problems_of

pytestmark = pytest.mark.frameworks

REGISTRY = load_counterparts()


#: Written in C, with neither stubs nor a schema: what they take is tested by calling them, in test_legacy.py.
UNTOLD = {
    *(f"torch.{device}{kind}Tensor" for device in ("", "cuda.") for kind in ("Float", "Double", "Long", "Int", "Bool")),
    "torch.autograd.Variable", "torch.Size.numel",
}  # fmt: skip


@pytest.mark.parametrize("api", sorted(UNTOLD))
def test_nothing_tells_these(api: str) -> None:
    with pytest.raises(NoSignatureError):
        problems_of(api, REGISTRY[api])


@pytest.mark.parametrize("api", sorted(set(REGISTRY) - UNTOLD))
def test_the_signature_is_the_frameworks(api: str) -> None:
    problems = problems_of(api, REGISTRY[api])
    assert not problems, "\n".join(problems[:20])
