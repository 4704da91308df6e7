"""A PDF that was made of images beside it is another version of their pages, never extra pages and never their double."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ingest.delivery.model import ImageSet

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[D]):
    """One page file of a dossier: `count` pages of a `material` (None: of the whole dossier), in the order of the pages.

    `number` is the page number that its name gives, `covers` says that it lies among the covers.
    """

    of: D
    material: str | None
    count: int
    image_set: ImageSet
    is_pdf: bool
    number: int | None
    covers: bool


def twins(leaves: Sequence[Leaf[D]]) -> list[tuple[D, tuple[D, ...]]]:
    """Each PDF that shows as many pages as there are images of its material (or of its dossier), with those images."""
    found = []
    for pdf in leaves:
        images = _images(leaves, pdf) if pdf.is_pdf else []
        if images:
            found.append((pdf.of, tuple(image.of for image in images)))
    return found


def _images(leaves: Sequence[Leaf[D]], pdf: Leaf[D]) -> list[Leaf[D]]:
    """The images that the PDF shows; none where the numbers do not come out even."""
    there = [leaf for leaf in leaves if not leaf.is_pdf and leaf.count == 1 and leaf.material == pdf.material]
    if pdf.material is None:
        there = [leaf for leaf in leaves if not leaf.is_pdf and leaf.count == 1]
    for image_set in ("original", "optimised"):
        of_set = [leaf for leaf in there if leaf.image_set == image_set]
        for images in (of_set, [leaf for leaf in of_set if not leaf.covers]):
            if len(images) == pdf.count and _may_be(pdf, images):
                return images
    return []


def _may_be(pdf: Leaf[D], images: Sequence[Leaf[D]]) -> bool:
    """A PDF of one page under a page number of its own is a page of its own."""
    return pdf.count > 1 or pdf.number is None or pdf.number == images[0].number
