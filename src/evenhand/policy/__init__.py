"""The policy language: read a page of tables, decide by it, explain the decision."""
