"""One side, in processes of its own: ``python -m sporeprint.prove.side torch|mindspore``.

It imports the framework once and then waits for tasks, a line with the names of two files each: one to read the task
from, one to write the result to. Each task is carried out in a fork, so nothing of a project's code stays behind; when
it has ended, its exit code is printed.
"""

from __future__ import annotations

import importlib
import os
import pickle
import sys
import traceback
from pathlib import Path
from typing import Any

from sporeprint.prove import jit
from sporeprint.prove.names import UnmatchedError
from sporeprint.prove.run import run
from sporeprint.prove.task import Task, Told


def main() -> None:
    """Carry out tasks until there are no more."""
    framework = importlib.import_module(f"sporeprint.prove.in_{sys.argv[1]}")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a project prints is none of the answers
    for line in sys.stdin:
        given, wanted = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            _carry_out(framework, given, wanted)
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


def _carry_out(framework: Any, given: str, wanted: str) -> None:
    code = 1
    try:
        task: Task = pickle.loads(Path(given).read_bytes())
        sys.path[:0] = [task.folder, task.extra]
        sys.path[:] = [each for each in sys.path if each]
        sys.dont_write_bytecode = True
        try:
            told = (jit.run if task.jit else run)(task, framework)
        except BaseException as error:  # whatever the user's code raises, SystemExit too
            told = Told(failed=_without_ours(error))
        Path(wanted).write_bytes(pickle.dumps(told))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _without_ours(error: BaseException) -> str:
    """Format an error with its traceback, but for our own frames; of our own errors the message says it all."""
    if isinstance(error, UnmatchedError):
        return str(error)
    made = traceback.TracebackException.from_exception(error)
    ours = str(Path(__file__).parent)
    made.stack = traceback.StackSummary.from_list(
        [frame for frame in made.stack if not frame.filename.startswith(ours)]
    )
    return "".join(made.format()).rstrip()


if __name__ == "__main__":
    main()
