"""The command line. It imports no framework, and of the rest only what the command at hand needs."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

from sporeprint import __version__

#: The package of a command, where it is not called like the command.
_PACKAGES = {"diff": "page"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code: 0 all done, 1 something is left for a person, 2 usage or I/O."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        command = importlib.import_module(
            f"sporeprint.{_PACKAGES.get(options.command, options.command)}.command"
        )
        code: int = command.run(options)
        return code
    except KeyboardInterrupt:
        what = {
            "convert": "every file is either as it was or converted whole. Run it again to go on.",
            "weights": "nothing was written.",
            "verify": "what was measured is kept. The same command with --resume goes on.",
        }
        print(
            f"sporeprint: interrupted; {what.get(options.command, 'nothing was changed.')}", file=sys.stderr
        )
        return 130
    except BrokenPipeError:
        # The reader of our output has gone, such as `head`: no error of ours.
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sporeprint",
        description="Move PyTorch code to MindSpore (or back), with every difference measured instead of guessed.",
    )
    parser.add_argument("--version", action="version", version=f"sporeprint {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    convert = commands.add_parser(
        "convert",
        help="convert files and folders",
        description="Convert Python files, stubs, notebooks, and folders of them. Without -o, --in-place or --check "
        "nothing is written and the changes are shown. Your code is never executed.",
        epilog="Exit code: 0 all converted, 1 something is left for a person, 2 usage or I/O.",
    )
    convert.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
    where = convert.add_mutually_exclusive_group()
    where.add_argument("-o", "--output", metavar="DIR", help="write the converted project to DIR")
    where.add_argument("--in-place", action="store_true", help="write over the files themselves")
    where.add_argument("--diff", action="store_true", help="show the changes (the default)")
    where.add_argument("--check", action="store_true", help="show only the summary; write nothing")
    convert.add_argument(
        "--to", choices=("mindspore", "torch"), default="mindspore", help="default: %(default)s"
    )
    convert.add_argument(
        "--fidelity",
        choices=("native", "exact"),
        default="native",
        help="native: idiomatic calls, equal on the common domain; exact: the corner cases too (default: %(default)s)",
    )
    convert.add_argument(
        "-j",
        "--jobs",
        type=_count,
        default=os.cpu_count() or 1,
        metavar="N",
        help="files at a time (default: one for each core, %(default)s here)",
    )
    convert.add_argument(
        "--report",
        metavar="FILE",
        help="write the fate of every use: FILE.json as JSON, FILE.sarif as SARIF 2.1.0, for editors and code hosts",
    )
    diff = commands.add_parser(
        "diff",
        help="show how an API differs between the frameworks",
        description="Show the page of an API: both signatures, their differences, how calls are converted, what was "
        "measured, an example.",
    )
    diff.add_argument(
        "api", metavar="API", help="such as torch.nn.functional.log_softmax, or just log_softmax"
    )
    diff.add_argument(
        "--format", choices=("terminal", "markdown", "json"), default="terminal", help="default: %(default)s"
    )
    diff.add_argument("--no-run", action="store_true", help="do not run the example: faster")
    diff.add_argument(
        "--programs",
        action="store_true",
        help="print for each difference a program that shows it, in the terminal too",
    )
    _add_verify(commands)
    _add_prove(commands)
    _add_weights(commands)
    site = commands.add_parser(
        "site",
        help="write the pages of all APIs as static HTML",
        description="Write the pages of all APIs as static HTML, to be opened from the disk or put on any server. "
        "Needs pip install 'sporeprint[site]'.",
        epilog="Exit code: 0 written, 1 written with warnings, 2 usage or I/O.",
    )
    site.add_argument("folder", metavar="DIR", help="a new or empty folder, or a site to replace")
    return parser


def _add_prove(commands: Any) -> None:
    prove = commands.add_parser(
        "prove",
        help="run both sides of a converted project and compare what they compute",
        description="Run a model of a project on torch and its conversion on MindSpore, with the same weights, inputs "
        "and random numbers, in evaluation and in training; compare outputs, gradients and buffers. Where they differ, "
        "each layer is run alone, and the first that differs is named, with the line of its code. This executes the "
        "code of both projects.",
        epilog="Exit code: 0 all proven, 1 something differs or failed, 2 usage.",
    )
    prove.add_argument("source", metavar="SRC", help="folder of the original project")
    prove.add_argument("converted", metavar="DST", help="folder of the converted project")
    prove.add_argument(
        "--model",
        metavar="MODULE:CLASS(ARGS)",
        help="such as 'nets.vit:ViT(dim=32)'; or a function: 'nets.losses:focal'",
    )
    prove.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="DTYPE[SHAPE]",
        help="an argument of the call, such as 'f32[2,3,32,32]' or 'ids=i64[2,9]<30'; several in their order",
    )
    prove.add_argument("--models", metavar="FILE.toml", help="several models, each a table: model, inputs")
    prove.add_argument("--seed", type=int, default=0, metavar="N", help="default: %(default)s")
    prove.add_argument(
        "--steps",
        type=int,
        default=0,
        metavar="N",
        help="compare losses and weights after N optimizer steps too (default: none)",
    )
    prove.add_argument(
        "--optimizer",
        metavar="NAME(OPTIONS)",
        help="which takes these steps, such as 'AdamW(lr=1e-3, weight_decay=0.01)' (default: SGD(lr=0.01))",
    )
    prove.add_argument("--layers", action="store_true", help="print the errors of each layer too")
    prove.add_argument(
        "--keep", metavar="DIR", help="write the input with which a layer alone differs to DIR, as .npz"
    )
    prove.add_argument("--json", metavar="FILE", help="write all that was compared as JSON")
    prove.add_argument("--html", metavar="FILE", help="write the report as one HTML file")
    prove.add_argument(
        "--jit", action="store_true", help="compile the converted models with ms.jit as well, and compare"
    )
    prove.add_argument(
        "--torch-python", metavar="PATH", help="an interpreter that has torch (default: this one)"
    )
    prove.add_argument(
        "--mindspore-python", metavar="PATH", help="an interpreter that has MindSpore (default: this one)"
    )


def _add_verify(commands: Any) -> None:
    verify = commands.add_parser(
        "verify",
        help="measure counterparts and MindSpore's own functions against PyTorch",
        description="Measure on PyTorch's own test database what is the same and what is not, and compare with the "
        "evidence. Without API and --family everything is measured: the counterparts, the rows of MindSpore's "
        "official tables, and the Tensor methods.",
        epilog="Exit code: 0 as declared and as the evidence says, 1 something is not, 2 usage.",
    )
    verify.add_argument(
        "api",
        nargs="*",
        metavar="API",
        help="such as torch.softmax; * stands for anything: 'torch.*.softmax'",
    )
    verify.add_argument(
        "--family", action="append", default=[], metavar="MODULE", help="such as torch.nn.functional"
    )
    verify.add_argument(
        "--dtype",
        type=_listed,
        default=(),
        metavar="NAME,…",
        help="only samples of these, such as float32,int64",
    )
    verify.add_argument(
        "--device", choices=("CPU", "GPU", "Ascend"), default="CPU", help="default: %(default)s"
    )
    verify.add_argument(
        "--mindspore", type=_listed, default=(), metavar="VERSION,…",
        help="measure these releases, each in an environment that is made for it, and show what changed",
    )  # fmt: skip
    verify.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="default: %(default)s"
    )
    verify.add_argument("--resume", action="store_true", help="go on where the same command was interrupted")
    verify.add_argument(
        "--update", action="store_true", help="write the evidence, and what is derived from it"
    )
    verify.add_argument(
        "--no-scripts",
        action="store_true",
        help="write no programs that show the divergences, and no speed: faster (as without --update and --json)",
    )
    verify.add_argument("--json", metavar="FILE", help="write all records, problems and samples as JSON")


def _add_weights(commands: Any) -> None:
    weights = commands.add_parser(
        "weights",
        help="carry trained weights from one framework's checkpoints to the other's",
        description="Carry trained weights from a checkpoint of torch's (.pth, .pt, .bin, .safetensors, or several "
        "with an index) to one of MindSpore's (.ckpt, .safetensors), or back. Bit for bit; pickles are read without "
        "executing them; neither framework is needed.",
        epilog="Exit code: 0 all carried, 1 something is left for a person, 2 usage or I/O, and nothing was written.",
    )
    weights.add_argument(
        "input", metavar="IN", help="a file, an index of several (.index.json), or their folder"
    )
    weights.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUT",
        help="its suffix is the format: .ckpt, .safetensors, .pth",
    )
    weights.add_argument(
        "--to",
        choices=("mindspore", "torch"),
        help="whose names; default: the format's, or the other framework's",
    )
    weights.add_argument(
        "--key",
        metavar="NAME",
        help="where in a checkpoint of torch's the weights are, such as model or state.ema",
    )
    weights.add_argument(
        "--optimizer", metavar="NAME",
        help="where in it the state of an Adam, AdamW or SGD is: carried for those of mindspore.experimental.optim",
    )  # fmt: skip
    names = weights.add_mutually_exclusive_group()
    names.add_argument(
        "--like", metavar="FILE",
        help="names and shapes of the target: a checkpoint saved from it, a JSON mapping, or lines of name and shape",
    )  # fmt: skip
    names.add_argument(
        "--model", metavar="MODEL",
        help="module:Class(arguments), the model in either framework, WHOSE CODE IS EXECUTED; or a JSON file that maps "
        "torch's names to MindSpore's",
    )  # fmt: skip
    weights.add_argument(
        "--shard-size",
        type=_bytes,
        metavar="SIZE",
        help="cut into files of this size, such as 5GB, with an index",
    )
    weights.add_argument("--report", metavar="FILE.json", help="write all tensors and findings as JSON")


def _bytes(text: str) -> int:
    number = text.upper().removesuffix("B")
    scale = {"K": 1000, "M": 1000**2, "G": 1000**3}.get(number[-1:], 1)
    digits = number[:-1] if scale > 1 else number
    if not digits.isdecimal() or not int(digits):
        raise argparse.ArgumentTypeError(f"{text!r} is no size; give one such as 500MB or 5GB")
    return int(digits) * scale


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes; give 1 or more")
    return int(text)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


if __name__ == "__main__":
    sys.exit(main())
