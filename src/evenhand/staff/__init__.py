"""The people who work here: accounts, teams, roles, limits of authority."""
