"""Every statement of this service, by question: pages (writing), ledger, feeds, lists."""
