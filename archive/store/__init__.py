"""The object store: every byte that is kept, under keys made from digests, in a folder or on an S3 server."""
