"""Pure rules of deciding: words, levels and limits, options, proposals, the sheet."""
