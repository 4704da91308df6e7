"""The three copies: what each holds, when it was made and last verified, and what is due."""

from __future__ import annotations

from flask import render_template

from archive.custody import copies, runs
from archive.custody.due_copies import due_copies
from archive.custody.numbers import fixity_round
from base.clock import now
from web import frame
from web.custody.blueprint import blueprint


@blueprint.get("/copies")
def copies_page() -> str:
    settings = frame.office().settings
    with frame.office().catalogue.read() as session:
        counts, packages = copies.counts(session), copies.packages(session)
        reading = fixity_round(session, settings.fixity_days)
        saved = runs.last(session, "backup")
    due = due_copies(counts, packages, second=bool(settings.second_store), days=settings.copies_days, at=now())
    return render_template(
        "custody/copies.html",
        counts=counts,
        packages=list(reversed(packages)),
        reading=reading,
        saved=saved,
        settings=settings,
        due=[(each.copy, each.text(frame.language())) for each in due],
    )
