"""Processes that share files: nothing is lost, the order is that of the files, and who dies is missed."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from sporeprint.convert.team import Team

#: So many that they are shared.
COUNT = 40


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / f"{number}.py" for number in range(COUNT)]
    for number, path in enumerate(made):
        path.write_bytes(b"#" * (40_000 if number % 7 == 3 else number))
    return made


def slow_when_odd(path: Path) -> tuple[str, int]:
    time.sleep(0.02 * (int(path.stem) % 2))
    return path.stem, os.getpid()


def dies(path: Path) -> str:
    if multiprocessing.parent_process() is not None:
        os._exit(3)
    return path.stem


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_the_order_of_the_files(processes: int, files: list[Path]) -> None:
    items = [(path, path) for path in files]
    with Team(processes, files) as team:
        for _ in range(2):
            assert [name for name, _ in team.map(slow_when_odd, items)] == [path.stem for path in files]


def test_who_has_done_its_own_takes_over(files: list[Path]) -> None:
    alone = files[0]  # all is one process's
    with Team(2, files) as team:
        pids = {pid for _, pid in team.map(slow_when_odd, [(alone, path) for path in files])}
    assert len(pids) == 2


def test_a_process_that_dies_is_an_error(files: list[Path]) -> None:
    with Team(2, files) as team, pytest.raises(RuntimeError, match="has died"):
        list(team.map(dies, [(path, path) for path in files]))
