"""The job queue: the row is the truth, carriers only wake workers."""

from archive.jobs.contract import Job, JobQueue
from archive.jobs.local import LocalQueue, enqueue, enqueue_many

__all__ = ["Job", "JobQueue", "LocalQueue", "enqueue", "enqueue_many"]
