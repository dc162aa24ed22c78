"""Measurements, none of which the package needs: beside other programs (`python -m benchmarks`) and of itself."""
