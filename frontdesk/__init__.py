"""A request at the counter becomes a certified copy and a row in the register."""
