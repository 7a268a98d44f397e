"""What the figures say: the scorecard, with intervals and exact definitions."""
