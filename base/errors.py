"""The error tree: every failure a user can see has a stable code, a text in two languages and an exit status."""

from __future__ import annotations

from base.messages import Language, message


class JuanzongError(Exception):
    """A failure that names what it is about, what is wrong and what to do.

    `code` is a key of the message catalogue (stable, `area.name`); `path` is the file or folder it is about, as the user
    named it; `params` fill the placeholders of the text. Exit status of the command line: 2.
    """

    exit_status = 2

    def __init__(self, code: str, *, path: object | None = None, **params: object) -> None:
        self.code = code
        self.path = None if path is None else str(path)
        self.params: dict[str, object] = {"path": self.path or "", **params}
        super().__init__(self.text("en"))

    def text(self, language: Language) -> str:
        return message(self.code, language, **self.params)

    def as_json(self) -> dict[str, object]:
        """The one error shape of the command line and the API."""
        return {
            "error": {
                "code": self.code,
                "message": self.text("en"),
                "message_zh": self.text("zh_CN"),
                "path": self.path,
            }
        }


class InputError(JuanzongError):
    """What was handed in cannot be used: a path, a file, a sheet, a form field."""


class SettingsError(JuanzongError):
    """The settings cannot be used; nothing starts."""


class StorageError(JuanzongError):
    """The object store, the catalogue or the disk under them did not do what was asked."""


class AccessError(JuanzongError):
    """The account may not see or do this."""


class ScannerError(JuanzongError):
    """A scanner is not there, or did not do what was asked."""


class BusyError(JuanzongError):
    """Somebody else holds what is needed; try again later."""
