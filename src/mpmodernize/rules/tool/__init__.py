"""The tool itself (MP0xx)."""
