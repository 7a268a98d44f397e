"""Mail as pure functions: bytes to a parsed mail, a thread, safe HTML; words to bytes."""
