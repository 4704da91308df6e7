"""Errors of the desk whose text names things of the code lists: each in the language of the reader."""

from __future__ import annotations

from dataclasses import dataclass

from base.errors import InputError
from base.messages import Language, message


@dataclass(frozen=True, slots=True)
class Words:
    """Codes of the message catalogue that stand in a text, joined as the language joins them."""

    codes: tuple[str, ...]

    def text(self, language: Language) -> str:
        return ("、" if language == "zh_CN" else ", ").join(message(code, language) for code in self.codes)


class DeskError(InputError):
    """As InputError; a parameter may be `Words`."""

    def text(self, language: Language) -> str:
        params = {
            name: value.text(language) if isinstance(value, Words) else value for name, value in self.params.items()
        }
        return message(self.code, language, **params)
