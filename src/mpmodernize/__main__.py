"""`python -m mpmodernize`."""

from mpmodernize.cli import main

# `reference --run` starts processes, and under spawn each of them imports this module.
if __name__ == "__main__":
    main()
