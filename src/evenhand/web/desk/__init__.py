"""The workbench: the inbox, one case with everything that is known of it, its verbs."""
