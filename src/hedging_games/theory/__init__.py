"""What an equilibrium is: deviations, concepts, certificates."""
