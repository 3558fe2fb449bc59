"""The memory and time that carrying a large sharded checkpoint takes: the peak of a process of its own.

python benchmarks/weights_memory.py [GiB] [MiB of the largest tensor]

It writes a synthetic checkpoint of 3 GiB in shards of half a GiB, with a largest tensor of 256 MiB, carries it to each
format, and back from there. The folder needs three times the size of the checkpoint.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

#: Prints the peak of its own memory, in KiB, after a run of the command. The peak is that since the program was
#: started, so what the process that started it held does not count.
PEAK = """
import re, sys
from sporeprint.cli import main
code = main(sys.argv[1:])
peak = re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())
print(peak.group(1))
sys.exit(code)
"""


def synthetic(folder: Path, total: int, largest: int, shard: int) -> Path:
    """Write a checkpoint in shards: its index. All tensors are float32, of different sizes up to the largest."""
    sizes: list[int] = []
    while sum(sizes) < total:
        sizes.append(min(largest >> (len(sizes) % 4), total - sum(sizes)) // 4 * 4)
    shards: list[list[tuple[str, int]]] = [[]]
    for number, size in enumerate(sizes):
        if sum(each for _, each in shards[-1]) + size > shard and shards[-1]:
            shards.append([])
        shards[-1].append((f"layers.{number}.weight", size))
    places = {}
    for number, tensors in enumerate(shards, 1):
        name = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        header, at = {}, 0
        for tensor, size in tensors:
            header[tensor] = {"dtype": "F32", "shape": [size // 4, 1, 1, 1], "data_offsets": [at, at + size]}
            places[tensor] = name
            at += size
        raw = json.dumps(header).encode()
        with (folder / name).open("wb") as file:
            file.write(struct.pack("<Q", len(raw)) + raw)
            for _, size in tensors:
                for start in range(0, size, 1 << 20):
                    file.write(os.urandom(min(size - start, 1 << 20)))
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": sum(sizes)}, "weight_map": places}))
    return index


def carried(*arguments: str) -> tuple[int, float]:
    """Run the command: the peak of its memory in bytes, and the seconds that it took."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PEAK, "weights", *arguments], check=True, capture_output=True, text=True
    )
    return int(done.stdout.split()[-1]) << 10, time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    total = int(float(sys.argv[1]) * 2**30) if len(sys.argv) > 1 else 3 << 30
    largest = int(sys.argv[2]) << 20 if len(sys.argv) > 2 else 256 << 20
    with tempfile.TemporaryDirectory(dir=".") as place:
        folder = Path(place)
        index = synthetic(folder, total, largest, 512 << 20)
        for suffix in (".ckpt", ".safetensors", ".pth"):
            out, back = folder / f"out{suffix}", folder / "back.safetensors"
            for given, to in ((index, out), (out, back)):
                framework = "torch" if to is back or suffix == ".pth" else "mindspore"
                peak, seconds = carried(str(given), "-o", str(to), "--to", framework)
                kind = given.suffix if given is not index else "shards"
                print(
                    f"{total / 2**30:.1f} GiB, largest tensor {largest >> 20} MiB, {kind} to {to.suffix}: "
                    f"peak {peak / 2**20:.0f} MiB, {seconds:.1f} s"
                )
            out.unlink()
            back.unlink()


if __name__ == "__main__":
    main()
