"""The embedded Postgres and the stack behind make run."""
