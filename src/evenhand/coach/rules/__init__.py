"""Pure rules of the coach: a draft and its case go in, faults, promises or words come out."""
