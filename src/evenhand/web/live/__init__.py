"""Live updates: what the ledger notes is on every open page that may see it."""
