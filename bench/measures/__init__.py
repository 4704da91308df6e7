"""Pages degraded by a known amount, what the measures say of them, and the scores: `python -m bench measure`.

`papers` writes sheets, `glass` scans them by exact numbers, `groups` and `scans` degrade them, `run` measures them in processes,
`scores` makes the tables, `doubles` and `cost` measure what no single page can tell, `pictures` shows the worst.
"""
