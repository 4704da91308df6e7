"""Custody: what is on record of every object, which rows name it, who holds copies of it, and what is held."""
