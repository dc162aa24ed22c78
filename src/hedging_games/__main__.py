"""``python -m hedging_games`` is ``hedging-games``."""

from hedging_games.cli.main import main

main()
