"""Trained weights, carried from one framework's checkpoints to the other's. Neither framework is needed for it."""
