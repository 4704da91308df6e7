"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from base.messages import Language, message

# fail: something that every office needs is missing; warn: works, but a person should know.
Status = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """`name` stays the same for scripts; `code` and `params` say what was found; `data` holds it as plain values."""

    name: str
    status: Status
    code: str
    params: dict[str, object] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def title(self, language: Language) -> str:
        return message(f"doctor.{self.name}", language)

    def text(self, language: Language) -> str:
        return message(self.code, language, **self.params)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "status": self.status,
            "message": self.text("en"),
            "message_zh": self.text("zh_CN"),
            "data": self.data,
        }
