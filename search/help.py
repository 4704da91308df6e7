"""The query language in short, for a page that shows it beside the form: an example and what it finds, line by line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """`query` can be typed as it stands; `code` is the message that says what it finds."""

    query: str
    code: str


EXAMPLES = tuple(
    Example(query, f"search.example-{name}")
    for name, query in (
        ("word", "王建国"),
        ("all", "王建国 履历表"),
        ("any", "王建国 OR 王建华"),
        ("not", "履历表 -干部"),
        ("quoted", '"1968 年 12 月"'),
        ("near", "~王建国"),
        ("hole", "王□国"),
        ("date-word", "1968年12月"),
        ("pinyin", "wjg"),
        ("identifier", "id:0021"),
        ("name", "name:王建国"),
        ("title", "title:登记表"),
        ("unit", "unit:红星"),
        ("place", "place:一号库房"),
        ("class", "class:九-1"),
        ("year", "year:1970..1985"),
        ("date", "date:1968-12"),
        ("confidence", "confidence:..80"),
    )
)
