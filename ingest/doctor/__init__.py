"""What `juanzong doctor` looks at: whether this machine can read, print and keep pages, and how it will."""
