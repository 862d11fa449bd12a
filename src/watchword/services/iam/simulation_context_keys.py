"""Which context keys policies ask for: what whoever simulates them should tell."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.policy import Kind, context_keys
from watchword.services.iam import simulation_sources
from watchword.services.iam.refusals import InvalidInput, NoSuchEntity
from watchword.services.iam.simulation_principals import found_source, policy_source
from watchword.services.iam.simulation_sources import Source
from watchword.services.operation import Call, Reply, Way, operation

Texts = Sequence[str]


@operation("iam", way=Way.READ, raises=(InvalidInput,))
def get_context_keys_for_custom_policy(call: Call, *, policy_input_list: Texts) -> Reply:  # noqa: ARG001 - of every handler
    """List the context keys that policies passed as texts ask for.

    Raises InvalidInput.   Source: IAM API, GetContextKeysForCustomPolicy.
    """
    return _told(_passed(policy_input_list))


@operation("iam", way=Way.READ, on=policy_source, journal=("policy_source_arn",), raises=(NoSuchEntity, InvalidInput))
def get_context_keys_for_principal_policy(
    call: Call,
    *,
    policy_source_arn: str,  # noqa: ARG001 - read by the target
    policy_input_list: Texts | None = None,
) -> Reply:
    """List the context keys that a user's (with its groups'), group's or role's policies ask for.

    Raises NoSuchEntity, InvalidInput.   Source: IAM API, GetContextKeysForPrincipalPolicy.
    """
    return _told([*simulation_sources.held_by(call.tx, found_source(call).holder), *_passed(policy_input_list)])


def _passed(texts: Texts | None) -> list[Source]:
    return simulation_sources.listed(texts, "PolicyInputList", Kind.IDENTITY)


def _told(sources: Sequence[Source]) -> Reply:
    return {"ContextKeyNames": list(context_keys(source.document for source in sources))}
