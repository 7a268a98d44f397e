"""The shell: settings, addresses, base pages, the desk that crosses rooms, the command."""
