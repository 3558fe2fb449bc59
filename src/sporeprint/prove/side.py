"""One side, in a process of its own: ``python -m sporeprint.prove.side torch|mindspore TASK RESULT``."""

from __future__ import annotations

import importlib
import pickle
import sys
import traceback
from pathlib import Path

from sporeprint.prove.task import Task, Told


def main() -> None:
    """Read the task, carry it out, write what came of it."""
    framework, given, wanted = sys.argv[1:]
    task: Task = pickle.loads(Path(given).read_bytes())
    sys.path.insert(0, task.folder)
    sys.path[:] = [each for each in sys.path if each]
    try:
        told = importlib.import_module(f"sporeprint.prove.in_{framework}").run(task)
    except BaseException as error:  # whatever the user's code raises, SystemExit too
        told = Told(failed=_without_ours(error))
    Path(wanted).write_bytes(pickle.dumps(told))


def _without_ours(error: BaseException) -> str:
    """Format an error with its traceback, but for our own frames."""
    made = traceback.TracebackException.from_exception(error)
    ours = str(Path(__file__).parent)
    made.stack = traceback.StackSummary.from_list(
        [frame for frame in made.stack if not frame.filename.startswith(ours)]
    )
    return "".join(made.format()).rstrip()


if __name__ == "__main__":
    main()
