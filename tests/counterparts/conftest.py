"""Measurements of the counterparts whose tests are going to run, two at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from sporeprint.verify.measure import LEGS, Measured, Request, load_counterparts, measure

Measurements = dict[str, Future[Measured]]


@pytest.fixture(scope="session")
def measurements(request: pytest.FixtureRequest) -> Iterator[Measurements]:
    registry = load_counterparts()
    wanted: dict[int, None] = dict.fromkeys(
        id(registry[item.callspec.params["first"]])
        for item in request.session.items
        if hasattr(item, "callspec") and "measurements" in getattr(item, "fixturenames", ())
    )
    apis = [api for counterpart in wanted for api, held in registry.items() if id(held) == counterpart]
    with ThreadPoolExecutor(2) as pool:
        # One text is the same for many samples; its function runs on all of them anyway.
        yield {api: pool.submit(measure, Request(api, LEGS, repeats=2)) for api in apis}
        pool.shutdown(cancel_futures=True)
