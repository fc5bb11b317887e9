"""Generated worlds: pure, deterministic from a seed, no clock and no input or output."""
