"""Volumes over the years become square metres, shelves, load, staff and years."""
