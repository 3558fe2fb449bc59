"""Sporeprint moves PyTorch code to MindSpore, with every difference measured instead of guessed."""

__version__ = "0.1.0"
