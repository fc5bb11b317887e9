"""Forms and reports filled from the records: one module each, and the letterhead they share."""
