"""One small function a rule: a reading goes in, the places at fault come out."""
