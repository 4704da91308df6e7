"""The report of a check: from what was checked, or from the catalogue, to a file."""
