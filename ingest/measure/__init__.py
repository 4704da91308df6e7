"""Measurements of one page image, each in its unit with a confidence, or the reason why it cannot be measured."""
