"""The rules of the figures: pure, standard library and shared.domain only."""
