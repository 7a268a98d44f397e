"""Run all parts of the desk in one process group, and let none be left behind."""
