"""The HTTP side of each contract."""
