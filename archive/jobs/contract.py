"""The contract of the job queue. One suite in `tests/archive/jobs` holds every implementation to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from base.errors import JuanzongError

# Why a job that waits is not handed out (`JobRow.waiting_for`): a person paused it, or the batch that it belongs to.
PAUSED, BATCH_PAUSED = "paused", "batch-paused"


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed unit of work. `owner` and `attempt` are the fencing token: only they may finish it.

    `argument` is what the step is told besides its subject; work that it causes inherits its `priority` where a person waits.
    After each attempt that was `excused` the lease is longer.
    """

    id: int
    kind: str
    subject_id: int
    batch_id: int | None
    attempt: int
    owner: str
    argument: str = ""
    priority: int = 100
    excused: int = 0


class JobQueue(Protocol):
    """Claim, keep alive, finish. Enqueueing happens in the transaction of what caused the work: `archive.jobs.enqueue`."""

    def claim(self, owner: str, kinds: Sequence[str] | None = None) -> Job | None:
        """The most urgent job that waits or whose lease ran out; None where there is nothing to do.

        A job whose lease ran out MAX_ATTEMPTS times is set to poisoned instead of being handed out again: nobody saw how
        its workers ended, so it may not be its fault.
        """

    def heartbeat(self, job: Job) -> bool:
        """Renews the lease; False where another attempt has taken the job over."""

    def excuse(self, job: Job) -> None:
        """Its worker lives and came to its end, but the lease was lost meanwhile (a machine that stood still, or had no time
        for the beat): the attempt does not count against the job, and its next lease is twice as long.
        """

    def finish(self, job: Job) -> bool:
        """Marks it done; False where the lease was lost: then the caller must throw its result away."""

    def fail(self, job: Job, error: JuanzongError) -> bool:
        """Keeps the error for a person; the job is not tried again by itself."""

    def postpone(self, job: Job, error: JuanzongError) -> bool:
        """What it needs is away for the moment: it waits again, with the error named, and the attempt does not count against
        it. How often that may be so is the worker's to say. False where the lease was lost.
        """

    def release(self, owner: str, error: JuanzongError) -> None:
        """A worker died at its work: what it held waits again, or is poisoned with `error` after MAX_DEATHS."""

    def give_back(self, owner: str) -> None:
        """A worker was stopped on purpose: what it held waits again, and the attempt does not count against it."""

    def retry(self, batch_id: int) -> int:
        """Failed jobs of the batch wait once more; how many. Poisoned ones stay aside until a person asks (`again`)."""

    def again(self, subject_ids: Sequence[int], kinds: Sequence[str]) -> int:
        """A person asks for it again: failed and poisoned jobs of these kinds and subjects start anew; how many."""
