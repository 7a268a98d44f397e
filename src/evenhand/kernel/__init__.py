"""Pure words that every room speaks: money, working time, text, addresses, statistics."""
