"""Other programs' files: Gambit's tables (``.nfg``) and trees (``.efg``), read and written in exact numbers."""

from __future__ import annotations

from hedging_games.formats.efg import parse_efg
from hedging_games.formats.nfg import parse_nfg
from hedging_games.formats.payoff_csv import csv_text
from hedging_games.formats.reading import read_game
from hedging_games.formats.writing import efg_text, losses, nfg_text

__all__ = ["csv_text", "efg_text", "losses", "nfg_text", "parse_efg", "parse_nfg", "read_game"]
