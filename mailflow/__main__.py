"""``python -m mailflow`` is the command ``mailflow``."""

from mailflow.cli import main

if __name__ == "__main__":
    main()
