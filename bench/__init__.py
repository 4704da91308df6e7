"""Figures, not tests: what `make bench` measures. Quote the ratios; machines differ and their cores are noisy."""
