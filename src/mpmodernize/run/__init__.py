"""A run over many files: which they are, which belong together, and what comes of each, in order."""
