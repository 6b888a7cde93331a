"""`python -m bot` is the `stamcelwijzer` command."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="stamcelwijzer")
