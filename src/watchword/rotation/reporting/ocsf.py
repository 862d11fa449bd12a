"""OCSF 1.3.0: a Compliance Finding (class 2003) for every finding, one JSON object a line.

Source: schema.ocsf.io, 1.3.0, compliance_finding with the cloud profile.
"""

from __future__ import annotations

import hashlib

import msgspec

from watchword.rotation.audit import Finding, Severity
from watchword.rotation.reporting.contents import Contents

VERSION, CATEGORY, CLASS, CREATE = "1.3.0", 2, 2003, 1
SEVERITIES = {Severity.LOW: 2, Severity.MEDIUM: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}
FAIL = 3
"""`compliance.status_id`: the check was not passed."""


def render(contents: Contents) -> str:
    """Write the findings; nothing where there are none."""
    return "".join(f"{msgspec.json.encode(_event(one, contents)).decode()}\n" for one in contents.findings)


def _event(one: Finding, contents: Contents) -> dict[str, object]:
    at = int(contents.now * 1000)
    partition = one.resource.split(":")[1] if one.resource.startswith("arn:") else ""
    resource = {
        "uid": one.key or one.resource,
        "name": one.user,
        "type": "AWS::IAM::AccessKey",
        "owner": {"name": one.user, "uid": one.resource},
        **({"cloud_partition": partition} if partition else {}),
    }
    return {
        "activity_id": CREATE,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": CATEGORY,
        "class_name": "Compliance Finding",
        "class_uid": CLASS,
        "type_name": "Compliance Finding: Create",
        "type_uid": CLASS * 100 + CREATE,
        "time": at,
        "severity": str(one.severity).capitalize(),
        "severity_id": SEVERITIES[one.severity],
        "status": "New",
        "status_id": 1,
        "message": one.said,
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "product": {"name": "Watchword rotation", "vendor_name": "Watchword"},
            "correlation_uid": contents.run.id,
        },
        "cloud": {"provider": "AWS", "account": {"uid": one.account, "name": one.account_name}},
        "compliance": {
            "control": one.rule.id,
            "standards": ["Key rotation rules"],
            "status": "Fail",
            "status_id": FAIL,
        },
        "finding_info": {
            "uid": hashlib.sha256(f"{one.rule.id}/{one.account}/{one.resource}/{one.key}".encode()).hexdigest(),
            "title": one.rule.title,
            "desc": one.said,
            "created_time": at,
        },
        "remediation": {"desc": one.rule.mend},
        "resources": [resource],
    }
