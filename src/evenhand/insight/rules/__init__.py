"""Pure figures: periods, measures, comparisons, and where a picture's points lie."""
