"""What customers say afterwards: how satisfied they are, how easy we made it."""
