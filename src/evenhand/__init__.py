"""Evenhand: a customer-service desk that is fair to both sides."""
