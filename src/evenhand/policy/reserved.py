"""Words of the page's own, which no fact can be called."""

from __future__ import annotations

OF_EXPRESSIONS = frozenset(
    {"and", "or", "not", "in", "null", "true", "false", "yes", "no"}
)
# Words that head other columns, or stand for values, wherever a fact could stand.
RESERVED = frozenset(
    {"id", "when", "unless", "because", "say", "note", "given", "expect"}
    | {"if", "none"}
    | OF_EXPRESSIONS
)
