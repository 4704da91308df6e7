"""The fault harness, `make faults`: real processes of an office are broken at each step, and nothing may be lost."""
