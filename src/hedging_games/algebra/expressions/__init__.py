"""What a scholar writes, as one typed tree: read by a whitelist, measured before it is expanded, printed for people."""
