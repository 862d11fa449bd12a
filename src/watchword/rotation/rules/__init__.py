"""The rules: one TOML file, read strictly, and what it makes hold for each user.

`read_rules` tells every problem of a file at once, each with its line. `Rules.terms` is pure.
"""

from watchword.rotation.rules.law import EXEMPT_GROUP, Rules
from watchword.rotation.rules.problems import BadRules, Problem
from watchword.rotation.rules.reading import read_rules
from watchword.rotation.rules.shapes import Aws, Bounds, Owners, Reporting, SecretRules, Telling

__all__ = [
    "EXEMPT_GROUP",
    "Aws",
    "BadRules",
    "Bounds",
    "Owners",
    "Problem",
    "Reporting",
    "Rules",
    "SecretRules",
    "Telling",
    "read_rules",
]
