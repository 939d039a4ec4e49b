"""Python 2 names and library (MP2xx)."""
