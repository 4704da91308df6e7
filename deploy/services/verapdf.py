"""veraPDF, the reference checker of PDF/A, for tests: fetched once by Maven into a cache folder at one fixed version.

Maven takes it from the repository that its own settings name, with its checksums; nothing here names one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VERSION = "1.28.2"
_PROJECT = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>juanzong</groupId><artifactId>verapdf</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>org.verapdf.apps</groupId><artifactId>greenfield-apps</artifactId><version>{VERSION}</version>
  </dependency></dependencies>
</project>
"""


def environment() -> dict[str, str]:
    """The environment by which tests find the checker."""
    return {"TEST_VERAPDF": str(fetched())}


def fetched() -> Path:
    """The folder of its libraries, filled if they are not in the cache yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "juanzong"
    libraries = cache / f"verapdf-{VERSION}"
    if libraries.exists():
        return libraries
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            sys.exit(
                f"veraPDF needs Java 11 or newer and Maven, and there is no `{program}`. The service tests did not run."
            )
    sys.stderr.write("fetching veraPDF once\n")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        project = Path(folder) / "pom.xml"
        project.write_text(_PROJECT, "utf-8")
        found = Path(folder) / "lib"
        done = subprocess.run(
            [
                "mvn",
                "-q",
                "-B",
                "-f",
                project,
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={found}",
            ],
            check=False,
        )
        if done.returncode != 0:
            sys.exit("veraPDF could not be fetched; Maven's own words are above. The service tests did not run.")
        found.replace(libraries)
    return libraries
