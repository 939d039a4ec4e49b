"""A picture of a program's processes: who starts whom, what reaches whom and by which way, and what goes wrong."""
