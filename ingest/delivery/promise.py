"""What a manifest promises of one file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One file that a manifest names, by its path as written there, with `/`.

    `algorithms` are those that the digest may be of, `digest` lower-case hex (empty where only the file is named), `size` in
    bytes; `manifest` is the path of the manifest, with its `home` before it where it has one (`DeliveredFile.home`).
    """

    path: str
    manifest: str
    digest: str = ""
    algorithms: tuple[str, ...] = ()
    size: int | None = None
    home: str = ""

    @property
    def from_root(self) -> str:
        """The file's place in its batch, if the path counts from the delivery's root."""
        return f"{self.home}/{self.path}" if self.home else self.path
