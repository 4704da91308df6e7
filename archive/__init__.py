"""The catalogue and its custody: tables, object store, job queue, audit trail, access, places of the paper."""
