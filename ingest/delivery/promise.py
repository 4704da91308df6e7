"""What a manifest promises of one file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One file that a manifest names, by its path as written there, with `/`.

    `algorithms` are those that the digest may be of, `digest` lower-case hex (empty where only the file is named), `size` in
    bytes; `manifest` is the path of the manifest.
    """

    path: str
    manifest: str
    digest: str = ""
    algorithms: tuple[str, ...] = ()
    size: int | None = None
