"""The coach keeps what makes an answer a good one: reply rules, outlines, promises."""
