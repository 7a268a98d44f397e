"""Pages of mail: the outbox, the tray, files and frames."""
