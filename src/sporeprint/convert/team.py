"""The processes that share the files of a project.

Each does the same files in every pass, so what it has kept of a file in one is at hand in the next; but who has done
its own takes over from the others. The first process is one of them: what it does itself need not be sent. Results come
in the order of the files, whatever the number of processes.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
from collections import deque
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
#: So many files of its own are with another process at a time: the next is there when one is done, though the first
#: process is at work; and so many of others' files, which these may come to themselves.
_AHEAD, _TAKEN_OVER = 12, 2
#: Bytes of a file that takes long.
_LARGE = 1 << 15


class Team:
    """One process, or several with it. Use it as a context: at its end none but this one is left."""

    def __init__(self, count: int, files: Sequence[Path]) -> None:
        """Make it.

        Args:
            count: how many processes, with this one.
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
        self._large = {path: size for path, size in sizes.items() if size >= _LARGE}
        self._count = count
        self._resting = collector.at_rest()

    def __enter__(self) -> Team:
        self._resting.__enter__()
        if self._count > 1:
            import multiprocessing  # only here: it takes as long as converting a small project

            for _ in range(1, self._count):
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
        waiting: list[deque[tuple[int, Path, T]]] = [deque() for _ in range(self._count)]
        # The large ones first: at the end all others would wait for one.
        for index, (path, item) in sorted(enumerate(items), key=lambda each: -self._large.get(each[1][0], 0)):
            waiting[self._share.get(path, 0)].append((index, path, item))

        handed = [0] * self._count

        def taken(member: int) -> tuple[int, T] | None:
            if waiting[member]:
                index, path, item = waiting[member].popleft()
            elif any(waiting) and handed[member] < _TAKEN_OVER:
                index, path, item = max(waiting, key=len).pop()
                self._share[path] = member
            else:
                return None
            return index, item

        def hand_out(member: int) -> None:
            found = taken(member)
            if found is not None:
                handed[member] += 1
                # That it has died shows when its answer is awaited.
                with contextlib.suppress(ConnectionError):
                    self._members[member - 1][1].send((action, *found))

        def done_here() -> tuple[int, R] | None:
            found = taken(0)
            return None if found is None else (found[0], action(found[1]))

        def another(member: int) -> None:
            handed[member] -= 1
            hand_out(member)

        for _ in range(_AHEAD):
            for member in range(1, self._count):
                hand_out(member)
        yield from self._results(len(items), another, done_here)

    def tell(self, action: Callable[[T], object], what: T) -> None:
        """Let every process do the same, once."""
        for index, (_, connection) in enumerate(self._members):
            connection.send((action, index, what))
        action(what)
        for _ in self._results(len(self._members), lambda _: None, lambda: None):
            pass

    def _results(
        self, count: int, then: Callable[[int], None], here: Callable[[], tuple[int, Any] | None]
    ) -> Iterator[Any]:
        """Yield as many results in their order.

        Args:
            count: how many.
            then: called with the number of another process that gave a result.
            here: makes a result in this process, called when there is none of another; None if nothing is left to do.
        """
        from multiprocessing.connection import Connection, wait

        early: dict[int, Any] = {}
        connections = [connection for _, connection in self._members]
        at_work = True
        for index in range(count):
            while index not in early:
                found = wait(connections, 0 if at_work else None)
                for ready in found:
                    assert isinstance(ready, Connection)
                    try:
                        number, result = ready.recv()
                    except (EOFError, ConnectionError):
                        raise RuntimeError(
                            "a process that converts files has died; is there enough memory? --jobs 1 needs the least"
                        ) from None
                    then(connections.index(ready) + 1)
                    early[number] = result
                if not found:
                    own = here()
                    at_work = own is not None
                    if own is not None:
                        early[own[0]] = own[1]
            yield early.pop(index)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reported when it is read


def _work(connection: Connection) -> None:
    """What another process does until nothing is asked of it any more."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # what interrupts us is told to the first process, which ends the rest
    gc.disable()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            action, index, item = connection.recv()
            connection.send((index, action(item)))
    os._exit(0)  # what it holds needs not be taken apart
