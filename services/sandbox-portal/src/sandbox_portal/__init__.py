"""Speaks the portals' real contracts over generated data, with faults on request."""
