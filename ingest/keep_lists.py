"""At receiving: what lists and packages say beyond the dossiers is kept with the batch, so that an office judges it too."""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive.findings import replace_batch_findings
from archive.jobs import enqueue
from archive.tables import Batch
from base.clock import now
from ingest.delivery.kept_lists import lists_say
from ingest.delivery.model import Delivery
from ingest.delivery.package import packages_of
from standards.profiles import load_profile
from standards.rules import judge_package


def keep_lists(session: Session, batch: Batch, delivery: Delivery, will_judge: bool) -> None:
    """The lists' facts for the judging of the batch, which `will_judge` says comes anyway; packages are judged at once, for
    their folders are gone later. A delivery without lists or packages leaves what is known of earlier ones.
    """
    packages = packages_of(delivery)
    if packages:
        found = [finding for each in packages for finding in judge_package(each, load_profile(batch.profile))]
        replace_batch_findings(session, batch.id, "package", found)
    said = lists_say(delivery)
    if not said or said.as_json() == batch.promised.get("lists"):
        return
    batch.promised = {**batch.promised, "lists": said.as_json()}
    if not will_judge:
        enqueue(session, "judge_batch", batch.id, batch_id=batch.id, revision=f"lists {now()}", priority=150)
