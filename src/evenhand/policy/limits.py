"""How large a page may be: a hostile page is refused before it costs anything."""

from __future__ import annotations

CHARACTERS = 400_000
HEAD_CHARACTERS = 8_000
TITLE_CHARACTERS = 200
CELL_CHARACTERS = 2_000
COLUMNS = 60
ROWS = 2_000  # all tables of the page together
CELLS = 30_000
CONDITIONS = 20_000  # in cells and in parts of when and unless
TABLES = 30
SECTIONS = 200  # headings, those of prose too
FACTS = 200
VALUES = 500
ERAS = 40  # rows of one value by date
DERIVED = 200
OUTCOMES = 100
NAME_CHARACTERS = 60
NEVERS = 200  # of each section of invariants
EXAMPLES = 400
TESTS_IN_A_CELL = 200
FOLDED_NODES = 2_000  # of all folds together: each runs once for each element
LIST_ITEMS = 200  # of a list, on the page or from outside
DIGITS = 15
NESTING = 32
EXPRESSION_NODES = 1_000  # of the tree, written lists taken apart
EXPRESSION_DEPTH = 60
PAGE_NODES = 60_000  # of all expressions of the page together
RESULT_DIGITS = 1_000  # of a number that an expression makes, before it is rounded
LARGEST = 10**15  # of a number or of minor units, below zero too
FAULTS = 50

COMPARISONS = 1_000  # of a word that is no name with names, to suggest the nearest

# Work a decision may spend on finding the questions worth asking, counted in rows
# read. Past it the questions are the unknown facts of the first undecided table.
ROWS_READ_FOR_QUESTIONS = 8_000
ROWS_READ_FOR_EXAMPLES = 850_000
ATOMS = 80  # values tried for one unknown fact
