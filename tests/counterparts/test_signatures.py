"""Every counterpart carries the signature of its API, as the installed frameworks tell it."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="signatures are compared with torch's")
pytest.importorskip("mindspore", reason="signatures are compared with MindSpore's")

from sporeprint.verify.measure import load_counterparts
from sporeprint.verify.signatures import problems_of

pytestmark = pytest.mark.frameworks

REGISTRY = load_counterparts()


@pytest.mark.parametrize("api", sorted(REGISTRY))
def test_the_signature_is_the_frameworks(api: str) -> None:
    problems = problems_of(api, REGISTRY[api])
    assert not problems, "\n".join(problems[:20])
