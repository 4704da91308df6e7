"""Custody at work: fsck, fixity, copies, mending, backup and restore."""
