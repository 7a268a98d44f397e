"""Matters with customers: issues, messages, notes, participants, the clock."""
