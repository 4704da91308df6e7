"""Settings as typed data: the environment first, then `juanzong.toml` in the data folder, then the default.

Each setting has a help text; `docs/settings.md` is made from them. An unknown key in the file or a `JUANZONG_…` variable that
no setting has is an error at start-up: a typing mistake must not silently leave a default in force.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from base.errors import SettingsError

PREFIX = "JUANZONG_"
FILE_NAME = "juanzong.toml"
# Read by the command line or by tests, not settings of an office.
_OTHER_VARIABLES = frozenset({"JUANZONG_DATA_DIR", "JUANZONG_LANG"})


class Settings(BaseModel):
    """One office's settings. Fields are flat so that each has one environment variable `JUANZONG_NAME`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data_dir: Path = Field(
        description="Folder of the embedded catalogue, objects and index. Set by --data-dir or JUANZONG_DATA_DIR."
    )
    office_name: str = Field("", description="Name of the office, shown in the top bar and on every print.")
    language: Literal["zh_CN", "en"] = Field(
        "zh_CN", description="Language of screens and messages before an account chooses its own."
    )
    database_url: str = Field("", description="SQLAlchemy address of the catalogue. Empty: SQLite in the data folder.")
    store: Literal["folder", "s3"] = Field("folder", description="Where objects are kept.")
    store_folder: str = Field(
        "", description="Folder of the objects (store = folder). Empty: objects in the data folder."
    )
    store_key_file: str = Field(
        "",
        description="Objects lie encrypted, and this file holds the keys (juanzong store keys new). Keep it, and a copy in a "
        "safe: without it the objects are lost. Empty: not encrypted.",
    )
    store_cipher: Literal["aes-256-gcm", "sm4-gcm"] = Field(
        "aes-256-gcm", description="Cipher of what is encrypted from the next key on (store_key_file)."
    )
    keep_sm3: bool = Field(
        False,
        description="Keep SM3 (GB/T 32905) of what is received beside SHA-256; fsck takes it of what was there before, and holds "
        "every object against it. It costs several times what SHA-256 does: about a second more for some hundred MB.",
    )
    s3_endpoint: str = Field("", description="host:port of the S3 server (store = s3).")
    s3_bucket: str = Field("juanzong", description="Bucket of the objects (store = s3).")
    s3_access_key: str = Field("", description="Access key (store = s3).")
    s3_secret_key: str = Field("", description="Secret key (store = s3).")
    s3_region: str = Field(
        "us-east-1", description="Region, set explicitly so that no client asks for it (store = s3)."
    )
    s3_secure: bool = Field(True, description="Speak TLS to the S3 server (store = s3).")
    s3_lock: Literal["governance", "compliance", "off"] = Field(
        "governance",
        description="Object lock of originals (store = s3). governance: a person with that right can end it, as a lawful "
        "transfer to another archive needs; compliance: nobody can before its end; off: for a server without locks.",
    )
    s3_lock_years: int = Field(
        30,
        ge=1,
        le=100,
        description="Years for which an original is locked (store = s3); juanzong store protect renews.",
    )
    second_store: Literal["", "folder", "s3"] = Field(
        "", description="Where a second copy of every object is kept (docs/custody.md). Empty: nowhere."
    )
    second_path: str = Field("", description="Folder of the second copy, on another disk (second_store = folder).")
    second_s3_endpoint: str = Field("", description="host:port of the second S3 server (second_store = s3).")
    second_s3_bucket: str = Field("juanzong-second", description="Its bucket (second_store = s3).")
    second_s3_access_key: str = Field("", description="Access key (second_store = s3).")
    second_s3_secret_key: str = Field("", description="Secret key (second_store = s3).")
    second_s3_region: str = Field("us-east-1", description="Region (second_store = s3).")
    second_s3_secure: bool = Field(True, description="Speak TLS to the second server (second_store = s3).")
    fixity_days: int = Field(
        90,
        ge=0,
        description="Every object is read again and held against its digest within so many days: 90 is a share of 1.1 % a day. "
        "0: never.",
    )
    fixity_mb_s: float = Field(
        5.0, gt=0, description="Megabytes a second that fixity reads at most, so that people and workers go first."
    )
    copies_days: int = Field(
        365,
        ge=0,
        description="The second copy and the off-line packages are due when they were not verified for so many days "
        "(juanzong copies verify). 0: never.",
    )
    search: Literal["embedded", "elasticsearch"] = Field(
        "embedded",
        description="Where the index is kept. elasticsearch: on a server, for an office of several machines.",
    )
    elastic_url: str = Field(
        "",
        description="Address of the Elasticsearch 8 server, https://host:port; several between commas "
        "(search = elasticsearch).",
    )
    elastic_index: str = Field(
        "juanzong",
        pattern=r"^[a-z0-9][a-z0-9-]{0,99}$",
        description="Name of the office's index there; its generations begin so too (search = elasticsearch).",
    )
    elastic_user: str = Field("", description="Account, empty where the server asks for none (search = elasticsearch).")
    elastic_password: str = Field("", description="Its password (search = elasticsearch).")
    elastic_ca: str = Field(
        "", description="File of the certificate authority; empty: those of the system (search = elasticsearch)."
    )
    carrier: Literal["local", "celery"] = Field(
        "local",
        description="How workers hear of work. local: they look into the catalogue themselves; celery: RabbitMQ wakes them, "
        "for an office of several machines (make setup EXTRA=cluster).",
    )
    broker_url: str = Field(
        "",
        description="Address of the RabbitMQ server, amqps://user:password@host:5671/office (carrier = celery). Its messages "
        "only wake workers: they carry nothing of the archive.",
    )
    workers: int = Field(0, ge=0, le=256, description="Processes that read pages. 0: one for each core.")
    ocr_engine: Literal["rapidocr", "paddleocr"] = Field(
        "rapidocr", description="Engine that reads pages. paddleocr: after make setup-paddle."
    )
    ocr_runtime: Literal["auto", "openvino", "openvino-f32", "onnxruntime"] = Field(
        "auto",
        description="Inference runtime of rapidocr. auto: the fastest that reads its self-test well; juanzong doctor shows it.",
    )
    correction_worth: float = Field(
        2.0,
        ge=0,
        description="The correction desk asks about lines where a minute of looking finds at least so many wrong "
        "characters (docs/correction.md has the curve). Higher: fewer lines, more errors left.",
    )
    separator_sheets: bool = Field(
        False,
        description="Look for separator sheets (juanzong separators) in stacks of scans, and split them there. Each page of a "
        "stack is decoded for it when it is received.",
    )
    profile: str = Field(
        "da-t-31", description="Profile of the conformance rules: a built-in name or the path of a TOML file."
    )
    upload_free_gb: float = Field(
        2.0,
        ge=0,
        description="Uploads are refused that would leave less than so many GB on the disk of the data folder.",
    )
    host: str = Field("127.0.0.1", description="Address the web listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the web listens on.")
    metrics_from: str = Field(
        "127.0.0.1, ::1",
        description="Addresses and networks that may read /metrics, between commas; never through a proxy.",
    )
    metrics_token: str = Field(
        "",
        description="Who shows this token (Authorization: Bearer …) may read /metrics from anywhere, and nobody else.",
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Form of the log on stderr. json: one event a line, for a collector."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="What is logged at least. info: every request and every start too."
    )
    session_minutes: int = Field(
        30, ge=1, description="Minutes without a click after which an account must sign in again."
    )
    time_zone: str = Field("Asia/Shanghai", description="Zone in which screens and prints show times.")


def load_settings(data_dir: Path, environ: dict[str, str] | None = None) -> Settings:
    """The settings of the office in `data_dir`; SettingsError names the key that cannot be used."""
    environ = dict(os.environ) if environ is None else environ
    file = data_dir / FILE_NAME
    values: dict[str, Any] = {**_from_file(file), **_from_environment(environ), "data_dir": data_dir}
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise SettingsError("settings.unknown-key", path=file, key=key) from error
        raise SettingsError("settings.invalid", path=file, key=key, detail=first["msg"]) from error


def _from_file(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("settings.invalid", path=file, key=FILE_NAME, detail=str(error)) from error


def _from_environment(environ: dict[str, str]) -> dict[str, str]:
    values = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name in _OTHER_VARIABLES:
            continue
        key = name.removeprefix(PREFIX).lower()
        if key not in Settings.model_fields:
            raise SettingsError("settings.unknown-key", path=name, key=name)
        values[key] = value
    return values
