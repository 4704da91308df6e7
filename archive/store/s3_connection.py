"""The connection to an S3 server: the client's settings, and how long anything may take."""

from __future__ import annotations

import os

import certifi
import urllib3
from minio import Minio

from base.errors import SettingsError
from base.settings import Settings

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
# The client's own tries, of requests that may be sent twice.
RETRIES = 3


def connection(settings: Settings) -> Minio:
    try:
        if not settings.s3_endpoint:
            raise ValueError("empty")
        client = Minio(
            settings.s3_endpoint,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            secure=settings.s3_secure,
            region=settings.s3_region,
            http_client=_pool(),
        )
    except ValueError as error:
        endpoint = settings.s3_endpoint
        raise SettingsError("store.s3-endpoint", path="s3_endpoint", endpoint=endpoint, detail=str(error)) from error
    client.disable_virtual_style_endpoint()  # type: ignore[no-untyped-call]
    return client


def _pool() -> urllib3.PoolManager:
    """Connections with bounded waiting; a site's own authority is trusted through SSL_CERT_FILE."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        retries=urllib3.Retry(total=RETRIES, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        cert_reqs="CERT_REQUIRED",
        ca_certs=os.environ.get("SSL_CERT_FILE") or certifi.where(),
    )
