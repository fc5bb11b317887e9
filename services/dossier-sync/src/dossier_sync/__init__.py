"""Syncs dossiers from one-stop systems into a gap-free ledger."""
