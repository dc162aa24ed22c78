"""The version of the package, which stored sweeps remember."""

__version__ = "0.1.0"
