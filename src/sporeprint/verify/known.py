"""torch's results, kept from one run to the next: they depend on torch and the samples only.

So a second measurement, or one of another MindSpore release, computes MindSpore's side alone. The file's name is a
digest of all that its content depends on; what cannot be read is computed again.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import pickle
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from sporeprint.convert.project import write
from sporeprint.verify.compare import Outcome, Raised
from sporeprint.verify.oracle import Drawn
from sporeprint.verify.sample import Sample

#: What takes more is computed again: a few APIs with large tensors would take most of the room.
MOST_BYTES = 1 << 21


@dataclass
class Known:
    """The samples of one API, and what torch gives for them.

    Attributes:
        path: the file, None to keep nothing.
        drawn: the samples, None until they are drawn.
        outcomes: (sample's number, leg) -> a digest of the sample as it was run, and its outcome.
        changed: whether there is something to write.
    """

    path: Path | None
    drawn: Drawn | None = None
    outcomes: dict[tuple[int, str], tuple[bytes, Outcome]] = field(default_factory=dict)
    changed: bool = False

    @classmethod
    def open(cls, folder: str, about: tuple[Any, ...]) -> Known:
        """Read what is known.

        Args:
            folder: where it is kept, "" for nowhere.
            about: API, dtypes and limits of the samples.
        """
        if not folder:
            return cls(None)
        digest = hashlib.sha256(repr((about, torch.__version__, _sources())).encode()).hexdigest()
        path = Path(folder) / f"{digest[:32]}.pickle"
        made = cls(path)
        with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError, zlib.error, AttributeError):
            made.drawn, made.outcomes = pickle.loads(zlib.decompress(path.read_bytes()))
        return made

    def outcome(self, number: int, leg: str, sample: Sample, run: Callable[[], Outcome]) -> Outcome:
        """Return what torch gives for a sample, run now if it is not known."""
        if self.path is None:
            return run()
        known = self.outcomes.get((number, leg))
        # A sample that was simplified since has the number of the one it was.
        digest = hashlib.blake2b(pickle.dumps(sample), digest_size=16).digest()
        if known is not None and known[0] == digest:
            return known[1]
        made = run()
        if known is None and not (isinstance(made.value, Raised) and made.value.fatal):
            self.outcomes[number, leg] = digest, made
            self.changed = True
        return made

    def close(self) -> None:
        """Write what is known now, in one step."""
        if self.path is None or not self.changed:
            return
        content = pickle.dumps((self.drawn, self.outcomes))
        if len(content) <= MOST_BYTES:
            write(self.path, zlib.compress(content, 1), None)
        self.changed = False


@functools.cache
def _sources() -> str:
    """Digest the code that makes samples and runs torch."""
    folder = Path(__file__).parent
    names = (
        "calls",
        "compare",
        "derived",
        "frameworks",
        "freedom",
        "known",
        "modules",
        "optimizers",
        "oracle",
        "sample",
        "samples",
        "signatures",
    )
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in names)).hexdigest()
