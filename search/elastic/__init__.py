"""The index on an Elasticsearch server: the very tokens, plans and order of the embedded one, for an office of several machines."""
