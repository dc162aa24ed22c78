"""``python -m hedging_games`` is ``hedging-games``."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """The entry point of the command: nothing is said of a Ctrl-C while modules load."""
    ours = signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    from hedging_games.cli.main import main as run
    from hedging_games.cli.main import tell_unraisable

    sys.unraisablehook = tell_unraisable
    signal.signal(signal.SIGINT, ours)
    run()


if __name__ == "__main__":
    main()
