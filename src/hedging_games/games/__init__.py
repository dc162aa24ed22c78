"""What a game is: forms, games, profiles, values, reductions."""
