"""Providers that hand mail over by a call to an address of the desk (webhooks)."""
