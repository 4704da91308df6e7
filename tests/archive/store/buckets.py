"""Settings of a fresh bucket on the servers that `make test-services` starts."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from base.settings import Settings

# What each server's addresses in the environment begin with.
SERVERS = {"minio": "TEST_S3", "ceph": "TEST_RGW"}


def settings_for(tmp_path: Path, server: str = "minio", **other: Any) -> Settings:
    prefix = SERVERS[server]
    values = {
        "data_dir": tmp_path,
        "store": "s3",
        "s3_endpoint": os.environ[f"{prefix}_ENDPOINT"],
        "s3_access_key": os.environ[f"{prefix}_USER"],
        "s3_secret_key": os.environ[f"{prefix}_PASSWORD"],
        "s3_bucket": f"test-{secrets.token_hex(6)}",
        "s3_secure": False,
    }
    return Settings.model_validate(values | other)
