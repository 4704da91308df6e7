"""Sample dossiers with known truth: the same seed gives the same pixels."""
