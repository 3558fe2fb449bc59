"""What is more than a call: one file per idiom."""
