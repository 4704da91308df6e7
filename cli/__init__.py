"""The command `juanzong`, a file per verb group."""
