"""Scanners: their options, what a person may ask, and stacks from real SANE drivers."""
