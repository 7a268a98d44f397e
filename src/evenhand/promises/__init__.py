"""What was promised, at what price, by when; kept, moved, broken, released."""
