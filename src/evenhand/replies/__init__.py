"""Where verdicts and promises become words that are checked and sent."""
