"""`python -m tradecheck` is the command `tradecheck`."""

from tradecheck.cli import main

if __name__ == "__main__":
    main()
