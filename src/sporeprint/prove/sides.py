"""The two processes that run the sides."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from sporeprint.prove.task import Task, Told

#: Ten minutes for one task: whatever takes longer does not end.
PATIENCE = 600


class Sides:
    """The processes, each started when it is first asked for. A context manager, which ends them.

    Args:
        torch: the interpreter that has torch.
        mindspore: the one that has MindSpore.
        patience: seconds for one task.
    """

    def __init__(
        self, torch: str = sys.executable, mindspore: str = sys.executable, patience: float = PATIENCE
    ) -> None:
        self._pythons = {"torch": torch, "mindspore": mindspore}
        self._running: dict[str, tuple[subprocess.Popen[str], IO[bytes]]] = {}
        self.patience = patience

    def __enter__(self) -> Sides:
        return self

    def __exit__(self, *_: object) -> None:
        for framework in list(self._running):
            self._end(framework)

    def ask(self, framework: str, task: Task, scratch: Path) -> Told:
        """Let a side carry out a task.

        Args:
            framework: which side.
            task: what to do.
            scratch: a folder for what passes between the processes.
        """
        given, wanted = scratch / f"{framework}.task", scratch / f"{framework}.result"
        given.write_bytes(pickle.dumps(task))
        wanted.unlink(missing_ok=True)
        process, errors = self._started(framework)
        assert process.stdin is not None
        assert process.stdout is not None
        start = errors.seek(0, os.SEEK_END)
        code = ""
        try:
            process.stdin.write(f"{given}\t{wanted}\n")
            process.stdin.flush()
            if not select.select([process.stdout], [], [], self.patience)[0]:
                self._end(framework)
                return Told(failed=f"it did not end within {self.patience:.0f} seconds")
            code = process.stdout.readline().strip()
        except BrokenPipeError:
            pass
        if wanted.exists():
            told: Told = pickle.loads(wanted.read_bytes())
            return told
        errors.seek(start)
        last = "\n".join(errors.read().decode(errors="replace").splitlines()[-12:])
        if not code:
            code = str(process.wait())
            self._end(framework)
        return Told(failed=f"the process ended with code {code}\n{last}")

    def _started(self, framework: str) -> tuple[subprocess.Popen[str], IO[bytes]]:
        if framework not in self._running:
            paths = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
            errors: Any = tempfile.TemporaryFile()  # noqa: SIM115
            process = subprocess.Popen(
                [self._pythons[framework], "-m", "sporeprint.prove.side", framework],
                # Threads that wait do not spin: on a machine with other work they would take most of its time.
                env={"OMP_WAIT_POLICY": "PASSIVE", **os.environ, "PYTHONPATH": os.pathsep.join(paths), "GLOG_v": "4"},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                cwd=tempfile.gettempdir(), start_new_session=True,
            )  # fmt: skip
            self._running[framework] = process, errors
        return self._running[framework]

    def _end(self, framework: str) -> None:
        process, errors = self._running.pop(framework)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        errors.close()
