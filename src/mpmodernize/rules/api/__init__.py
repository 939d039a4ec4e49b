"""The multiprocessing API itself, 2.7 against 3 (MP6xx)."""
