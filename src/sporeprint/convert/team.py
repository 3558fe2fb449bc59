"""The processes that share the files of a project.

Each does the same files in every pass, so what it has kept of a file in one is at hand in the next. Which files it
does follows from their sizes alone; results come in the order of the files, whatever the number of processes.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sporeprint import collector

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

T = TypeVar("T")
R = TypeVar("R")

#: Fewer files are done sooner by one process than by several.
_FEW = 24


class Team:
    """One process or several. Use it as a context: at its end none but this one is left."""

    def __init__(self, count: int, files: Sequence[Path]) -> None:
        """Make it.

        Args:
            count: how many processes.
            files: those that will be shared.
        """
        count = 1 if len(files) < _FEW else count
        self._members: list[tuple[BaseProcess, Connection]] = []
        self._share: dict[Path, int] = {}
        loads = [0] * count
        sizes = {path: _size(path) for path in files} if count > 1 else {}
        for path in sorted(sizes, key=lambda each: (-sizes[each], each)):
            self._share[path] = loads.index(min(loads))
            loads[self._share[path]] += sizes[path] + 1
        self._count = count
        self._resting = collector.at_rest()

    def __enter__(self) -> Team:
        self._resting.__enter__()
        if self._count > 1:
            import multiprocessing  # only here: it takes as long as converting a small project

            for _ in range(self._count):
                ours, theirs = multiprocessing.Pipe()
                process = multiprocessing.Process(target=_work, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                self._members.append((process, ours))
        return self

    def __exit__(self, *error: object) -> None:
        self._resting.__exit__(None, None, None)
        for process, connection in self._members:
            connection.close()
            process.terminate()
        for process, _ in self._members:
            process.join()

    def map(self, action: Callable[[T], R], items: Sequence[tuple[Path, T]]) -> Iterator[R]:
        """Yield what an action returns for each item, in their order; each comes with the file that it is about."""
        if not self._members:
            yield from (action(item) for _, item in items)
            return
        shares: list[list[tuple[int, T]]] = [[] for _ in self._members]
        for index, (path, item) in enumerate(items):
            shares[self._share.get(path, 0)].append((index, item))
        for (_, connection), share in zip(self._members, shares, strict=True):
            connection.send((action, share))
        yield from self._results(len(items))

    def tell(self, action: Callable[[T], object], what: T) -> None:
        """Let every process do the same, once."""
        if not self._members:
            action(what)
        for index, (_, connection) in enumerate(self._members):
            connection.send((action, [(index, what)]))
        for _ in self._results(len(self._members)):
            pass

    def _results(self, count: int) -> Iterator[Any]:
        from multiprocessing.connection import Connection, wait

        early: dict[int, Any] = {}
        connections = [connection for _, connection in self._members]
        for index in range(count):
            while index not in early:
                for ready in wait(connections):
                    assert isinstance(ready, Connection)
                    try:
                        number, result = ready.recv()
                    except EOFError:
                        raise RuntimeError(
                            "a process that converts files has died; is there enough memory? --jobs 1 needs the least"
                        ) from None
                    early[number] = result
            yield early.pop(index)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reported when it is read


def _work(connection: Connection) -> None:
    """What a process does until nothing is asked of it any more."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # what interrupts us is told to the first process, which ends the rest
    gc.disable()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            action, items = connection.recv()
            for index, item in items:
                connection.send((index, action(item)))
    os._exit(0)  # what it holds needs not be taken apart
