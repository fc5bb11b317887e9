"""Small changes to the judging and scoring modules, one at a time: a test must notice each that changes a figure."""
