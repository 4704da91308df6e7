from __future__ import annotations

from base.settings import Settings
from base.settings_page import PAGE, page


def test_the_settings_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run make docs"


def test_every_setting_has_a_line_with_its_help() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        if name != "data_dir":
            assert f"| `{name}` | `JUANZONG_{name.upper()}` |" in page()
