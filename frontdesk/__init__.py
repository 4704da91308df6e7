"""The front desk: a request, who may see what, its approval, a certified copy, the register."""
