"""The policy simulator: would these policies allow these actions? Decided by the code that decides real requests."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.policy import Kind, PolicySet
from watchword.services.iam import simulation_exclusions, simulation_sources
from watchword.services.iam.refusals import InvalidInput, InvalidMarker, NoSuchEntity
from watchword.services.iam.simulation_context import (
    Entity,
    Entries,
    entity_of,
    entries_of,
    nobody_of,
    principal_of,
    told_by,
)
from watchword.services.iam.simulation_principals import Found, found_source, policy_source
from watchword.services.iam.simulation_refusals import CallerInvalid
from watchword.services.iam.simulation_stage import Asked, Scene, play
from watchword.services.operation import Call, Parameters, Reply, Way, operation

Texts = Sequence[str]

_JOURNALED = (
    "action_names",
    "resource_arns",
    "resource_owner",
    "caller_arn",
    "resource_handling_option",
    "max_items",
    "marker",
)


@operation("iam", way=Way.READ, journal=_JOURNALED, raises=(InvalidInput, InvalidMarker))
def simulate_custom_policy(
    call: Call,
    *,
    policy_input_list: Texts,
    permissions_boundary_policy_input_list: Texts | None = None,
    ordered_organization_policy_input_list: Sequence[Parameters] | None = None,
    action_names: Texts,
    resource_arns: Texts | None = None,
    resource_policy: str | None = None,
    resource_owner: str | None = None,
    caller_arn: str | None = None,
    context_entries: Entries | None = None,
    resource_handling_option: str | None = None,
    max_items: int | None = None,
    marker: str | None = None,
) -> Reply:
    """Tell what policies that are passed as texts would allow. Nothing is looked up, so nothing is given away.

    Raises InvalidInput, InvalidMarker.   Source: IAM API, SimulateCustomPolicy.
    """
    caller = _caller(caller_arn)
    principal = nobody_of(call.account) if caller is None else principal_of(caller)
    levels = ordered_organization_policy_input_list
    scene = Scene(
        principal,
        told_by(principal, {}),
        simulation_sources.listed(policy_input_list, "PolicyInputList", Kind.IDENTITY),
        simulation_sources.boundary_given(permissions_boundary_policy_input_list),
        simulation_sources.levels_given(levels) if levels else None,
    )
    asked = Asked(
        action_names,
        resource_arns,
        resource_policy,
        resource_owner,
        entries_of(context_entries or ()),
        resource_handling_option,
        max_items,
        marker,
    )
    return play(call, scene, asked)


@operation(
    "iam",
    way=Way.READ,
    on=policy_source,
    journal=("policy_source_arn", *_JOURNALED),
    raises=(NoSuchEntity, InvalidInput, InvalidMarker),
)
def simulate_principal_policy(
    call: Call,
    *,
    policy_source_arn: str,  # noqa: ARG001 - read by the target
    policy_input_list: Texts | None = None,
    permissions_boundary_policy_input_list: Texts | None = None,
    policy_exclusion_list: Sequence[Parameters] | None = None,
    action_names: Texts,
    resource_arns: Texts | None = None,
    resource_policy: str | None = None,
    resource_owner: str | None = None,
    caller_arn: str | None = None,
    context_entries: Entries | None = None,
    resource_handling_option: str | None = None,
    max_items: int | None = None,
    marker: str | None = None,
) -> Reply:
    """Tell what a user, group or role may do, with policies added or left out.

    Raises NoSuchEntity, InvalidInput, InvalidMarker.   Source: IAM API, SimulatePrincipalPolicy.
    """
    source = found_source(call)
    scene = _of_source(
        call,
        source,
        _caller(caller_arn),
        added=simulation_sources.listed(policy_input_list, "PolicyInputList", Kind.IDENTITY),
        boundaries=permissions_boundary_policy_input_list,
        excluded=policy_exclusion_list or (),
    )
    asked = Asked(
        action_names,
        resource_arns,
        resource_policy,
        resource_owner,
        entries_of(context_entries or ()),
        resource_handling_option,
        max_items,
        marker,
    )
    return play(call, scene, asked)


def _of_source(
    call: Call,
    source: Found,
    caller: Entity | None,
    *,
    added: list[simulation_sources.Source],
    boundaries: Texts | None,
    excluded: Sequence[Parameters],
) -> Scene:
    """Put an entity's own policies on stage. Another caller is told by its ARN alone: it was not asked about."""
    held = simulation_exclusions.without(simulation_sources.held_by(call.tx, source.holder), excluded)
    boundary = simulation_sources.boundary_given(boundaries)
    if boundary is None and not simulation_exclusions.without_boundary(excluded):
        boundary = simulation_sources.boundary_of(call.tx, source.boundary_arn)
    levels = None if simulation_exclusions.without_scps(excluded) else _levels(call)
    if caller is None or caller.arn == source.entity.arn:
        principal = principal_of(source.entity, source.holder.id)
        return Scene(principal, told_by(principal, source.tags()), [*held, *added], boundary, levels)
    principal = principal_of(caller)
    abroad = principal.account != call.account
    return Scene(principal, told_by(principal, {}), [*held, *added], boundary, None if abroad else levels)


def _levels(call: Call) -> tuple[PolicySet, ...] | None:
    """Give the SCPs of the caller's account, which is the source's; no level where the organization limits nothing.

    Source: IAM API, EvaluationResult, OrganizationsDecisionDetail: told wherever the account is of an organization.
    """
    if call.directory.organization(call.account) is None:
        return None
    return call.directory.limits(call.account).scp or ()


def _caller(arn: str | None) -> Entity | None:
    if arn is None:
        return None
    entity = entity_of(arn)
    if entity is None:
        raise CallerInvalid
    return entity
