"""Every failure and every line for a person is said in both languages, and says the same."""

from __future__ import annotations

import ast
from string import Formatter

import pytest

from base.messages import LANGUAGES, Language, catalogue
from deploy.punctuation import chinese_punctuation
from tests.house.source import calls, modules

# Functions that take a code of the catalogue first.
SPEAKERS = frozenset({"say", "message"})


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def our_errors() -> set[str]:
    """Names of the classes in the error tree, by their bases' names."""
    bases = {
        node.name: [ast.unparse(base).split(".")[-1] for base in node.bases]
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"JuanzongError"}
    while more := {name for name, above in bases.items() if name not in found and found.intersection(above)}:
        found |= more
    return found


def spoken() -> list[tuple[str, str, set[str] | None]]:
    """(where, code, names of the values given or None where they are not plain to see) of each message used."""
    errors = our_errors()
    used = []
    for path, tree in modules():
        for name, call in calls(tree):
            if name not in errors | SPEAKERS or not call.args or not isinstance(call.args[0], ast.Constant):
                continue
            given = {keyword.arg for keyword in call.keywords}
            values = (
                None if None in given else {str(value) for value in given} | ({"path"} if name in errors else set())
            )
            used.append((f"{path}:{call.lineno}", str(call.args[0].value), values))
    return used


def test_both_languages_say_the_same() -> None:
    chinese, english = (catalogue(language) for language in LANGUAGES)
    assert sorted(chinese) == sorted(english)
    for code, text in chinese.items():
        assert placeholders(text) == placeholders(english[code]), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_untrimmed(language: Language) -> None:
    assert [code for code, text in catalogue(language).items() if text != text.strip() or not text] == []


def test_every_message_used_is_in_the_catalogue_and_gets_its_values() -> None:
    used = spoken()
    assert len(used) > 50
    texts = catalogue("en")
    assert [(where, code) for where, code, _ in used if code not in texts] == []
    lacking = [
        (where, code, placeholders(texts[code]) - values)
        for where, code, values in used
        if values is not None and placeholders(texts[code]) - values
    ]
    assert lacking == []


def test_chinese_texts_are_set_with_chinese_punctuation() -> None:
    texts = catalogue("zh_CN")
    assert {code: text for code, text in texts.items() if chinese_punctuation(text) != text} == {}
