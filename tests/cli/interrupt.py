"""What tests of Ctrl-C share."""

from __future__ import annotations

# A shell starts what runs in its background with SIGINT ignored, and children inherit that: a run of these tests there must
# interrupt the command all the same.
HEED_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
