"""The rules of the assistance that these settings ask for."""

from circuitbio.settings import Settings
from prescription.assistance.rule_file import AssistanceRules, rules_of, shipped_rules


def assistance_of(settings: Settings) -> AssistanceRules:
    """Those of a file of one's own, else those that ship; `Invalid` names every fault of the file."""
    return rules_of(settings.assistance_rules) if settings.assistance_rules else shipped_rules()
