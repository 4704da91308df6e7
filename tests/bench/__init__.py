"""Tests of what the figures are made with: a bench that counts wrongly is worse than none."""
