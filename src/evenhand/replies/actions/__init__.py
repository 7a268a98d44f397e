"""Writing and sending: drafts, answers."""
