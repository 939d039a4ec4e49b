"""Python 2 syntax (MP1xx): what LibCST and `ast` cannot read."""
