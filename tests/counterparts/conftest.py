"""Measurements of the counterparts whose tests are going to run, two at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from sporeprint.verify.measure import Measured, Request, load_counterparts, measure
from sporeprint.verify.words import LEGS

Measurements = dict[str, Future[Measured]]


@pytest.fixture(scope="session")
def measurements(request: pytest.FixtureRequest) -> Iterator[Measurements]:
    registry = load_counterparts()
    wanted: dict[int, None] = dict.fromkeys(
        id(registry[item.callspec.params["first"]])
        for item in request.session.items
        if hasattr(item, "callspec") and "measurements" in getattr(item, "fixturenames", ())
    )
    with ThreadPoolExecutor(2) as pool:
        submitted: Measurements = {}
        for counterpart in wanted:
            names = [api for api, held in registry.items() if id(held) == counterpart]
            for place, api in enumerate(names):
                # The function is the same under its other names, and there takes the same samples; what is not
                # the same is what the source does with them and what is written for them.
                dtypes = () if place == 0 else ("float32",)
                # One text is the same for many samples; its function runs on all of them anyway.
                submitted[api] = pool.submit(measure, Request(api, LEGS, dtypes, repeats=2))
        yield submitted
        pool.shutdown(cancel_futures=True)
