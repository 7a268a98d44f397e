"""A lively shop made through the real actions, from a fixed seed, for trying things out."""
