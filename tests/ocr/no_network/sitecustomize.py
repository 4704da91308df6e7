"""Python loads this before anything else where the folder is on its path: the process then has no network.

What asks for an address or a connection ends the process at once, so that no library can swallow the refusal.
"""

from __future__ import annotations

import os
import sys

ASKING = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})
ENDED = 99


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    # Processes of one machine speak over sockets too: those have a path for an address.
    if event in ASKING and not isinstance(arguments[1] if event == "socket.connect" else None, str | bytes):
        os.write(2, f"{event} {arguments!r}: this process has no network\n".encode())
        os._exit(ENDED)


sys.addaudithook(refuse)
