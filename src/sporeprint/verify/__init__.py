"""Truth: samples from PyTorch's own test database, run on both frameworks, and compared in one way."""
