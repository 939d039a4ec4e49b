"""What a project chooses: the table of settings, the files that hold them, and what applies to each file of a run."""
