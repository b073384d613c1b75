"""A first sight of a UCUM code (`lcsd.md` §9, E17): its characters, its brackets, and the traps seen in the field.

It refuses what cannot be UCUM; it does not prove that every atom exists, which takes the whole UCUM table.
"""

import re

_CHARACTERS = re.compile(r"[!-~]+", re.ASCII)
_ANNOTATION = re.compile(r"\{[^{}]*\}")
_BRACKET = re.compile(r"\[[^\[\]]+\]")
_EXPRESSION = re.compile(r"/?[A-Za-z0-9%'\"*^_+()#-]+(?:[./][A-Za-z0-9%'\"*^_+()#-]+)*")
TRAPS = {
    "G/L": "10*9/L",
    "T/L": "10*12/L",
    "M/L": "10*6/L",
    "UI/L": "[IU]/L",
    "UI/mL": "[IU]/mL",
    "mUI/L": "m[IU]/L",
    "mUI/mL": "m[IU]/mL",
    "kUI/L": "k[IU]/L",
}
"""What laboratories write, and the UCUM code meant (`terminology.md` §1.4)."""


def ucum_fault(code: str) -> str:
    """Why `code` cannot be UCUM, in French; empty when nothing speaks against it."""
    if code in TRAPS:
        return f"« {code} » n'est pas le code UCUM voulu : écrire « {TRAPS[code]} »"
    if "µ" in code or "μ" in code:
        return "le préfixe micro s'écrit « u » en UCUM"
    if _CHARACTERS.fullmatch(code) is None:
        return "une unité UCUM ne contient que des caractères ASCII, sans espace"
    bare = _ANNOTATION.sub("1", code)
    if _EXPRESSION.fullmatch(_BRACKET.sub("X", bare)) is None or bare.count("(") != bare.count(")"):
        return "expression UCUM mal formée"
    return ""
