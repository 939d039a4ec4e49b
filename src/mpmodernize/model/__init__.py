"""What a program does with processes: names, workers, starts, shared objects."""
