"""The shapes of answers, by subject."""
