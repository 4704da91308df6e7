"""Files become verified, measured, stored, read and indexed pages."""
