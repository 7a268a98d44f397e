"""Dates, times of day and lengths of time in a draft, resolved against today."""
