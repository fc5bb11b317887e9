"""What the services share: identifiers, contracts, runtime, sync plumbing."""
