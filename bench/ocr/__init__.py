"""`make bench-ocr`: reading measured beside its peers, on real scans by path and on generated dossiers of odd seeds."""
