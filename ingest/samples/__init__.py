"""Sample dossiers: realistic scanned personnel files with known truth, the test data of everything that reads them."""

from ingest.samples.make import SampleTruth, make

__all__ = ["SampleTruth", "make"]
