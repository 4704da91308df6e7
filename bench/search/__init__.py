"""Search beside its peers: exactness, quality of what is found, latency, and how an index is made."""
