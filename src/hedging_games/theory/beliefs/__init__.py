"""Which beliefs support a profile: what rationality demands of them, and the sets they form."""
