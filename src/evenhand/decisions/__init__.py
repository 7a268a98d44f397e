"""What the customer is owed and why: findings, verdicts, limits, approvals, policies."""
