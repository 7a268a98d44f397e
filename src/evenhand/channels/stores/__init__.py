"""Where the bytes of files lie: a folder, or a bucket of an S3-compatible service."""
