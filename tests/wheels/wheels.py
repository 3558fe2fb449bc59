"""The wheels of public projects: downloaded from PyPI, never installed; kept in ``.cache/wheels``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).parent.parent.parent / ".cache" / "wheels"
#: Project -> its release, and the folder of its wheel that holds the sources.
WHEELS = {
    "vit-pytorch": ("1.26.14", "vit_pytorch/"),
    "timm": ("1.0.31", "timm/"),
    "torchvision": ("0.29.1", "torchvision/"),
    "diffusers": ("0.42.1", "diffusers/"),
    "transformers": ("5.24.0", "transformers/"),
}


def download(project: str, version: str) -> Path:
    """Return the wheel of a project, from PyPI the first time."""
    name = project.replace("-", "_")
    found = list(CACHE.glob(f"{name}-{version}-*.whl"))
    if not found:
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE),
                   "--python-version", "3.11", "--only-binary", ":all:", f"{project}=={version}"]  # fmt: skip
        subprocess.run(command, check=True)
        found = list(CACHE.glob(f"{name}-{version}-*.whl"))
    return found[0]
