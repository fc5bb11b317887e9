"""Faults on request: what portals do wrong, each under its number, declared in ``registry`` and off by default."""
