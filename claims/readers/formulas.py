"""A formula as TeX -> plain text: "+8.2\\%\\pm 0.3" reads "+8.2%±0.3". What is not known stays as written."""

from __future__ import annotations

import re

_SIGNS = {
    "times": "×", "pm": "±", "mp": "∓", "cdot": "·", "div": "÷", "ast": "*", "star": "*", "dagger": "†",
    "ddagger": "‡", "checkmark": "✓", "approx": "≈", "sim": "~", "simeq": "≃", "equiv": "≡", "leq": "≤", "le": "≤",
    "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "ll": "≪", "gg": "≫", "to": "→", "rightarrow": "→",
    "leftarrow": "←", "uparrow": "↑", "downarrow": "↓", "Rightarrow": "⇒", "infty": "∞", "in": "∈", "sum": "∑",
    "prod": "∏", "sqrt": "√", "ldots": "...", "dots": "...", "cdots": "...", "prime": "′", "circ": "°", "percent": "%",
    "langle": "⟨", "rangle": "⟩", "cup": "∪", "cap": "∩", "subset": "⊂", "mid": "|", "lt": "<", "gt": ">",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
# Words that only dress what stands in their braces, or change nothing that is read.
_DRESS = re.compile(
    r"\\(?:math(?:bf|rm|it|sf|tt|cal|bb|frak|scr)|text(?:bf|rm|it|sf|tt|normal|sc)?|boldsymbol|bm|operatorname\*?|mbox|hbox"
    r"|displaystyle|textstyle|scriptstyle|scriptsize|footnotesize|small|tiny|bf|rm|it|left|right|big|Big|bigg|Bigg|limits"
    r"|underline|overline|hat|bar|tilde|vec|uline|phantom)(?![A-Za-z])"
)
_FRACTION = re.compile(r"\\[dt]?frac\s{0,3}\{([^{}]{1,200})\}\s{0,3}\{([^{}]{1,200})\}")
_SPACE = re.compile(r"\\[,;:!>]|\\q?quad(?![A-Za-z])|~|\\(?=\s)")
_WORD = re.compile(r"\\([A-Za-z]{1,20})\s{0,3}")
_ESCAPED = re.compile(r"\\([%#&_${}|])")


def readable(tex: str) -> str:
    """Plain text for a formula.

    >>> readable(r"\\mathbf{+8.2}\\,\\%\\pm 0.3"), readable(r"10^{-5}"), readable(r"\\frac{1}{2}\\times n")
    ('+8.2%±0.3', '10^-5', '1/2×n')
    """
    text = _FRACTION.sub(r"\1/\2", _DRESS.sub("", tex[:20_000]))
    text = _SPACE.sub(lambda m: " " if "quad" in m[0] or m[0] == "~" else "", text)
    text = _WORD.sub(lambda m: _SIGNS.get(m[1], m[0]), text)
    text = re.sub(r"(?<!\\)[{}]", "", text)
    return " ".join(_ESCAPED.sub(r"\1", text).split())
