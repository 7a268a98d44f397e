"""How a case comes in and an answer goes out: mail first, raw bytes kept, none lost."""
