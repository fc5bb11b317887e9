"""Projects the ledger into tallies and answers compliance figures with proof."""
