"""``python -m goodwork``: the command."""

from goodwork.cli import main

if __name__ == "__main__":
    main()
