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
    except BaseException:  # whatever the user's code raises, SystemExit too
        told = Told(failed=_without_ours(traceback.format_exc()))
    Path(wanted).write_bytes(pickle.dumps(told))


def _without_ours(text: str) -> str:
    """Cut from a traceback what is not the user's: our own frames at its start."""
    blocks = text.split('\n  File "')
    ours = str(Path(__file__).parent)
    kept = [block for block in blocks[1:] if not block.startswith(ours)]
    return "\n".join([blocks[0], *(f'  File "{block}' for block in kept)])


if __name__ == "__main__":
    main()
