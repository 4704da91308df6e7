"""The page `docs/rules.md`, made from the registry and the built-in profiles: `python -m standards.rules_page > docs/rules.md`."""

from __future__ import annotations

import sys
from typing import Any

from base.messages import message
from standards.four_properties import items
from standards.profiles import built_in, load_profile
from standards.registry import Rule, registry
from standards.schemes import built_in_schemes, load_scheme
from standards.values import MARKS


def rule_as_json(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title("en"),
        "title_zh": rule.title("zh_CN"),
        "standard": rule.standard,
        "clause": rule.reference,
        "certainty": rule.certainty,
        "mark": rule.mark,
        "source": rule.source,
        "severity": rule.severity,
        "applies_to": rule.applies_to,
        "limit": rule.limit,
        "advised": rule.advised,
        "unit": rule.unit,
        "verdict": rule.verdict,
        "enabled": rule.enabled,
    }


def rules_page() -> str:
    """The whole page as Markdown."""
    names = sorted(built_in(), key=lambda name: (name != "da-t-31", name))
    profiles = {name: load_profile(name) for name in names}
    lines = [
        "# 检测规则 Conformance rules",
        "",
        "由登记表生成:`python -m standards.rules_page > docs/rules.md`。只有读过标准原文的规则(`text`)默认可判不合格,",
        "其余至多提请人工确认,除非检测方案另行规定。Made from the registry; only rules whose text was read fail a page by default.",
        "",
        "来源标记 mark:T 读过原文 text seen · S 间接来源 secondary · C 其他软件的做法 practice · P 项目取值 our own value。",
        "",
        "| 规则 id | 名称 | 出处 | 标记 | 依据 | 严重程度 | 对象 | " + " | ".join(f"`{name}`" for name in names) + " |",
        "|---|---|---|---|---|---|---|" + "---|" * len(names),
    ]
    for rule in registry().values():
        certainty = f"{rule.mark} {message(f'certainty.{rule.certainty}', 'zh_CN')}"
        cells = [f"`{rule.id}`", f"{rule.title('zh_CN')} / {rule.title('en')}", rule.reference, certainty]
        cells += [rule.source, rule.severity, rule.applies_to]
        cells += [_effect(profile.rules[rule.id]) for profile in profiles.values()]
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "## 自带方案 Built-in profiles", ""]
    lines += [f"- `{name}`:{profile.title_zh} / {profile.title_en}" for name, profile in profiles.items()]
    lines += ["", "怎样写一个方案:[profiles.md](profiles.md)。How to write one: [profiles.md](profiles.md).", ""]
    return "\n".join([*lines, *_schemes(), "", *_four_properties()]) + "\n"


def _four_properties() -> list[str]:
    """The items of DA/T 70 with what proves each."""
    lines = [
        "## 四性检测 DA/T 70-2018",
        "",
        "条目名称和编号来自其他软件的做法(C),没有读到标准原文;`order` 为按顺序推定的编号,`memory` 为记忆。机检通过须规则运行过、数字齐全且没有发现问题;",
        "需外部证据的条目机器从不判通过。Items as other software names them; what needs evidence from outside is never passed by the machine.",
        "",
        "| 条目 | 名称 | 编号 | 由谁判定 | 规则 | 需要的数字 |",
        "|---|---|---|---|---|---|",
    ]
    for item in items():
        rules = ", ".join(f"`{rule}`" for rule in item.rules)
        figures = ", ".join(
            (*item.needs, *(f"{one} = {other}" for one, other in item.equal), *(f"{name} = 0" for name in item.zero))
        )
        lines.append(
            f"| {item.id} | {item.name_zh} / {item.name_en} | {item.numbered} | {item.kind} | {rules} | {figures} |"
        )
    return lines


def _schemes() -> list[str]:
    """Each scheme with its classes: code, name, how it is ordered."""
    lines = ["## 分类方案 Classification schemes"]
    for name in built_in_schemes():
        scheme = load_scheme(name)
        partly = " · 只见到一部分 seen in part only" if scheme.partial else ""
        lines += ["", f"### `{name}` {scheme.title_zh}", ""]
        lines += [f"{scheme.title_en} · {scheme.standard} · {MARKS[scheme.certainty]}{partly}", ""]
        lines += ["| 类号 | 名称 | 其他版本 | 排序 |", "|---|---|---|---|"]
        for each in scheme.classes.values():
            code = " / ".join((each.code, *each.also))
            names = "; ".join(f"{version}: {text}" for version, text in each.names.items())
            order = f"{each.order} (M)" if each.order_is_memory else each.order
            lines.append(f"| {code} | {each.name or '–'} | {names} | {order} |")
    return lines


def _effect(rule: Rule) -> str:
    if not rule.enabled:
        return "–"
    limit = "" if rule.limit is None else f" {rule.limit} {rule.unit}".rstrip()
    advised = "" if rule.advised is None else f"; advised {rule.advised} {rule.unit}".rstrip()
    return f"{rule.verdict}{limit}{advised}"


if __name__ == "__main__":
    sys.stdout.write(rules_page())
