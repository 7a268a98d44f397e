"""Mailboxes of other servers: how they are tried, signed in to and fetched."""
