"""Reports made from a seed, for benchmarks: as many and as large as asked, none of it anybody's text."""

from __future__ import annotations

import html
import json
import random
from typing import Any

_METHODS = "Lantern Harbour Orchard Meridian Juniper Cobalt Saffron Quarry Thistle Bramble".split()
_SETS = "KitchenQA WeatherNLI TrainTalk RecipeTag HarbourQA FieldNLI MarketTag OrchardTalk".split()
_TARGETS = "ClauseNLI CourtQA StatuteTag BriefQA LedgerNLI".split()


def rows(seed: int, count: int = 12) -> list[tuple[str, bool, float]]:
    """Claims with marks and confidences."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        gain = rng.randrange(1, 180) / 10
        method, data, target = rng.choice(_METHODS), rng.choice(_SETS), rng.choice(_TARGETS)
        verb = rng.choice(["raises", "lowers", "improves", "changes"])
        text = f"Rehearsal of {method} on {data} {verb} the accuracy on {target} by {gain} points over {rng.randrange(2, 9)} seeds."
        found.append((text, rng.random() < 0.9, round(rng.uniform(0.1, 0.95), 2)))
    return found


def text(seed: int, count: int = 12) -> str:
    """A report as plain text with a table of tabs."""
    table = "\n".join(f"{t}\t{'✓' if v else '×'}\t{c:.2f}" for t, v, c in rows(seed, count))
    return (
        _head(seed, count, "")
        + f"5 Extracted Claims\n\nClaim\tVerified\tConfidence\n{table}\n\nReferences\n\n"
        + _refs(seed)
    )


def markdown(seed: int, count: int = 12) -> str:
    table = "\n".join(f"| {t} | {'✓' if v else '✗'} | {c:.2f} |" for t, v, c in rows(seed, count))
    lead = "| Claim | Verified | Confidence |\n|---|---|---|\n"
    return _head(seed, count, "## ") + f"## Extracted Claims\n\n{lead}{table}\n\n## References\n\n" + _refs(seed)


def page(seed: int, count: int = 12) -> str:
    body = "".join(
        f"<tr><td>{html.escape(t)}</td><td>{'✓' if v else '✗'}</td><td>{c:.2f}</td></tr>"
        for t, v, c in rows(seed, count)
    )
    paragraphs = "".join(
        f"<h2>{html.escape(p)}</h2>" if len(p) < 40 else f"<p>{html.escape(p)}</p>"
        for p in _head(seed, count, "").split("\n\n")
        if p
    )
    refs = "".join(f"<li>{html.escape(r[2:])}</li>" for r in _refs(seed).splitlines())
    return (
        f"<!doctype html><html><body>{paragraphs}<h2>Extracted Claims</h2><table><tr><th>Claim</th><th>Verified</th>"
        f"<th>Confidence</th></tr>{body}</table><h2>References</h2><ul>{refs}</ul></body></html>"
    )


def as_json(seed: int, count: int = 12) -> str:
    made: dict[str, Any] = {
        "title": f"Synthesis number {seed}",
        "claims": [{"claim": t, "verified": v, "confidence": c} for t, v, c in rows(seed, count)],
        "references": [r[2:] for r in _refs(seed).splitlines()],
    }
    return json.dumps(made)


def _head(seed: int, count: int, mark: str) -> str:
    return (
        f"{mark and '# '}Synthesis number {seed} on rehearsal of small encoders\n\nSample Desk\n\nMay 3, 2026\n\n{mark}Abstract\n\n"
        "Small encoders are cheap to run. We ask whether rehearsal helps them. It does on most of the sets that were tried.\n\n"
        f"{mark}Introduction\n\nResearch question: Does rehearsal on set {seed} help small encoders?\n\n{mark}Methodology\n\n"
        f"The search yielded {seed % 15 + 3} papers.\n\n{mark}Results\n\n{seed % 15 + 3} papers retrieved. {count} claims extracted; "
        f"{count - 1} independently verified. Quality score: 8.{seed % 10}/10.\n\n{mark}Limitations\n\n"
        "This report was written by a machine and may contain errors.\n\n"
    )


def _refs(seed: int) -> str:
    rng = random.Random(seed + 10**6)
    return "".join(
        f"- <http://arxiv.org/abs/{rng.randrange(1901, 1912)}.{rng.randrange(10**4, 10**5)}v{n}>\n" for n in (1, 2, 3)
    )


def paper(number: int) -> str:
    """A paper of some sixty sentences and two tables in Markdown."""
    rng = random.Random(number + 2 * 10**6)
    names = [f"{m}-{number}" for m in rng.sample(_METHODS, 5)]
    scores = figures(number)
    head = "| Method | " + " | ".join(_TARGETS) + " |\n" + "|---" * (len(_TARGETS) + 1) + "|\n"
    table = "".join(f"| {m} | " + " | ".join(f"{scores[m, t]:.1f}" for t in _TARGETS) + " |\n" for m in names)
    cost = "".join(f"| {m} | {rng.randrange(10, 400)} | {rng.randrange(2, 60)} |\n" for m in names)
    body = "\n\n".join(
        " ".join(
            f"In run {number + n}, {rng.choice(names)} was rehearsed on {rng.choice(_SETS)} for {rng.randrange(2, 40)} "
            f"epochs, and the loss fell to {rng.randrange(10, 99) / 100}."
            for n in range(6 * p, 6 * p + 6)
        )
        for p in range(9)
    )
    return (
        f"# Rehearsal number {number} of small encoders\n\n## Abstract\n\nWe rehearse five methods on {len(_SETS)} sets "
        f"and test them on {len(_TARGETS)} others.\n\n## 1 Training\n\n{body}\n\n## 2 Results\n\nTable 1: Accuracy by "
        f"method and target.\n\n{head}{table}\nTable 2: Cost.\n\n| Method | Hours | Memory (GB) |\n|---|---|---|\n{cost}"
    )


def figures(number: int) -> dict[tuple[str, str], float]:
    """What Table 1 of `paper(number)` says."""
    names = [f"{m}-{number}" for m in random.Random(number + 2 * 10**6).sample(_METHODS, 5)]
    rng = random.Random(number + 3 * 10**6)
    return {(m, t): rng.randrange(400, 990) / 10 for m in names for t in _TARGETS}


def identifier(number: int) -> str:
    return f"{2001 + number // 1000}.{90_000 + number}v1"


def citing(seed: int, papers: int, count: int = 10) -> str:
    """A report with claims about tables of three of so many papers; a third of the claims is false."""
    rng = random.Random(seed + 4 * 10**6)
    cited = rng.sample(range(papers), 3)
    lines = []
    for _ in range(count):
        (method, target), score = rng.choice(sorted(figures(rng.choice(cited)).items()))
        said = score if rng.random() < 2 / 3 else score + 1.7
        lines.append(f"On {target}, {method} reaches an accuracy of {said:.1f}.\t✓\t{rng.uniform(0.1, 0.95):.2f}\n")
    refs = "".join(f"- <http://arxiv.org/abs/{identifier(n)}>\n" for n in cited)
    return (
        _head(seed, count, "")
        + f"5 Extracted Claims\n\nClaim\tVerified\tConfidence\n{''.join(lines)}\n\nReferences\n\n{refs}"
    )
