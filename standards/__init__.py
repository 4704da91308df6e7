"""Rules of the digitization standards as pure functions over plain values; schemes, identifiers and norms as data."""
