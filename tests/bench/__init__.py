"""Measurements, as ratios against limits taken in the same run. ``make bench``."""
