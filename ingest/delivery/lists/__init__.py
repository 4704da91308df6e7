"""The two sheets of a hand-over: 移交案卷目录 with a row per dossier, 卷内目录 with a row per material."""
