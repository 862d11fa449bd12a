"""Passwords and API keys that open one service for one user. A secret is told once, by the operation that drew it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from watchword.domain.arn import iam_arn
from watchword.domain.ids import Prefix, mint_unique_id
from watchword.services.iam import paging
from watchword.services.iam.refusals import ExpiredNotSettable, InvalidMarker, LimitExceeded, NamelessCaller, NoSuchUser
from watchword.services.iam.service_secrets import API_KEY_PREFIXES, draw, sealed_digest
from watchword.services.iam.targets import found_owner, found_user, user_named, user_or_caller
from watchword.services.iam.user_credential_refusals import (
    NoSuchService,
    NoSuchServiceCredential,
    OneUserOrAll,
    ServiceCredentialOfAnother,
    UnreadableServiceName,
)
from watchword.services.operation import Asking, Call, ContextValue, Reply, Target, Way, operation
from watchword.store import service_credentials
from watchword.store.access_keys import ACTIVE, INACTIVE
from watchword.store.service_credentials import ServiceCredential
from watchword.store.users import User

DAY = 86_400

_SERVICE_NAME = re.compile(r"[a-zA-Z0-9.-]*", re.ASCII)
_SERVICE_KEY = "iam:servicespecificcredentialservicename"


def for_service(asking: Asking) -> Target:
    """The user that is to be given a credential; policies see its service in lower case, however it was written."""
    target, service = user_named(asking), asking.parameters["service_name"].lower()
    return replace(target, keys=lambda: {**target.keys(), _SERVICE_KEY: service})


def with_credential(asking: Asking) -> Target:
    """The user that is named, or that signed; policies see the service of the credential.

    Raises NamelessCaller.
    """
    target = user_or_caller(asking)

    def keys() -> Mapping[str, ContextValue]:
        found = service_credentials.by_id(
            asking.tx, asking.caller.account, asking.parameters["service_specific_credential_id"]
        )
        return {**target.keys(), _SERVICE_KEY: found.service_name} if found else target.keys()

    return replace(target, keys=keys)


def one_or_all(asking: Asking) -> Target:
    """The user that is named, or that signed; all users of the account where `AllUsers` says so.

    Raises NamelessCaller.
    """
    account = asking.caller.account
    return Target(iam_arn(account, "user/*"), account) if asking.parameters.get("all_users") else user_or_caller(asking)


TOLD = tuple(
    f"ServiceSpecificCredential.{name}"
    for name in ("UserName", "ServiceName", "ServiceSpecificCredentialId", "Status", "CreateDate", "ExpirationDate")
)


@operation(
    "iam",
    way=Way.CHANGE,
    on=for_service,
    journal=("user_name", "service_name", "credential_age_days"),
    told=TOLD,
    raises=(UnreadableServiceName, NoSuchService, NoSuchUser, LimitExceeded),
    keys={"iam:ServiceSpecificCredentialAgeDays": "credential_age_days"},
)
def create_service_specific_credential(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    service_name: str,
    credential_age_days: int | None = None,
) -> Reply:
    """Give a user one more credential for a service; its secret is told only here.

    Raises UnreadableServiceName, NoSuchService, NoSuchUser, LimitExceeded.
    Source: IAM API, CreateServiceSpecificCredential.
    """
    user, service = found_user(call), _service(service_name)
    limit = call.quotas.service_credentials_per_user_and_service
    if service_credentials.count(call.tx, user.id, service) >= limit:
        raise LimitExceeded(quota="ContextSpecificCredentialsPerUserPerContext", limit=limit)
    credential_id, name = mint_unique_id(Prefix.SERVICE_CREDENTIAL, call.random), _free_name(call, user, service)
    secret = draw(call.random, service, name)
    credential = ServiceCredential(
        id=credential_id,
        account=call.account,
        user_id=user.id,
        service_name=service,
        service_user_name=name,
        sealed_digest=sealed_digest(call.vault, secret, to=credential_id),
        status=ACTIVE,
        created_at=call.now,
        expires_at=None if credential_age_days is None else call.now + credential_age_days * DAY,
    )
    service_credentials.add(call.tx, credential)
    return {"ServiceSpecificCredential": _with_secret(call, credential, user.name, secret)}


@operation(
    "iam",
    way=Way.READ,
    on=one_or_all,
    journal=("user_name", "service_name", "all_users", "marker", "max_items"),
    raises=(NamelessCaller, OneUserOrAll, UnreadableServiceName, NoSuchService, NoSuchUser, InvalidMarker),
)
def list_service_specific_credentials(
    call: Call,
    *,
    user_name: str | None = None,
    service_name: str | None = None,
    all_users: bool | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List the credentials of a user, or of all users of the account, for one service or for any.

    Raises NamelessCaller, OneUserOrAll, UnreadableServiceName, NoSuchService, NoSuchUser, InvalidMarker.
    Source: IAM API, ListServiceSpecificCredentials.
    """
    if all_users and user_name is not None:
        raise OneUserOrAll
    user_id = None if all_users else found_owner(call).id
    page = paging.page(call, "ServiceSpecificCredentials", marker, max_items)
    found = service_credentials.page(
        call.tx,
        call.account,
        user_id=user_id,
        service_name=_service(service_name) if service_name else None,
        after=page.after,
        limit=page.fetch,
    )
    return page.reply(found, tell=lambda row: _told(call, *row), position=lambda row: row[0].id)


@operation(
    "iam",
    way=Way.CHANGE,
    on=with_credential,
    journal=("user_name", "service_specific_credential_id", "status"),
    raises=(NamelessCaller, NoSuchUser, NoSuchServiceCredential, ServiceCredentialOfAnother, ExpiredNotSettable),
)
def update_service_specific_credential(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    service_specific_credential_id: str,
    status: str,
) -> Reply:
    """Make a credential inactive, or active again; one past its time stays expired.

    Raises NamelessCaller, NoSuchUser, NoSuchServiceCredential, ServiceCredentialOfAnother, ExpiredNotSettable.
    Source: IAM API, UpdateServiceSpecificCredential.
    """
    credential, _ = _own(call, service_specific_credential_id)
    if status not in {ACTIVE, INACTIVE}:
        raise ExpiredNotSettable
    service_credentials.set_status(call.tx, credential.id, status)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=with_credential,
    journal=("user_name", "service_specific_credential_id"),
    told=TOLD,
    raises=(NamelessCaller, NoSuchUser, NoSuchServiceCredential, ServiceCredentialOfAnother),
)
def reset_service_specific_credential(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    service_specific_credential_id: str,
) -> Reply:
    """Draw a credential's secret anew, and tell it only here. The old one opens nothing; status and time stay.

    Raises NamelessCaller, NoSuchUser, NoSuchServiceCredential, ServiceCredentialOfAnother.
    Source: IAM API, ResetServiceSpecificCredential.
    """
    credential, user_name_now = _own(call, service_specific_credential_id)
    secret = draw(call.random, credential.service_name, credential.service_user_name)
    service_credentials.set_digest(call.tx, credential.id, sealed_digest(call.vault, secret, to=credential.id))
    return {"ServiceSpecificCredential": _with_secret(call, credential, user_name_now, secret)}


@operation(
    "iam",
    way=Way.CHANGE,
    on=with_credential,
    journal=("user_name", "service_specific_credential_id"),
    raises=(NamelessCaller, NoSuchUser, NoSuchServiceCredential, ServiceCredentialOfAnother),
)
def delete_service_specific_credential(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    service_specific_credential_id: str,
) -> Reply:
    """Delete a credential, active or not.

    Raises NamelessCaller, NoSuchUser, NoSuchServiceCredential, ServiceCredentialOfAnother.
    Source: IAM API, DeleteServiceSpecificCredential.
    """
    credential, _ = _own(call, service_specific_credential_id)
    service_credentials.remove(call.tx, credential.id)
    return {}


def _service(name: str) -> str:
    if not _SERVICE_NAME.fullmatch(name):
        raise UnreadableServiceName
    if name.lower() not in API_KEY_PREFIXES:
        raise NoSuchService(name=name)
    return name.lower()


def _free_name(call: Call, user: User, service: str) -> str:
    """Name a credential after its user; a second, or a namesake's that kept the name, is counted: `ann+1-at-…`."""
    names = (f"{user.name}{f'+{number}' if number else ''}-at-{call.account}" for number in count())
    return next(name for name in names if not service_credentials.is_taken(call.tx, service, name))


def _own(call: Call, credential_id: str) -> tuple[ServiceCredential, str]:
    owner = found_owner(call)
    credential = service_credentials.by_id(call.tx, call.account, credential_id)
    if credential is None:
        raise NoSuchServiceCredential(id=credential_id)
    if credential.user_id != owner.id:
        raise ServiceCredentialOfAnother(name=owner.name, id=credential_id)
    return credential, owner.name


def _told(call: Call, credential: ServiceCredential, user_name: str) -> dict[str, object]:
    is_password = API_KEY_PREFIXES[credential.service_name] is None
    told: dict[str, object] = {
        "UserName": user_name,
        "Status": credential.status_at(call.now),
        "ServiceUserName" if is_password else "ServiceCredentialAlias": credential.service_user_name,
        "CreateDate": credential.created_at,
        "ServiceSpecificCredentialId": credential.id,
        "ServiceName": credential.service_name,
    }
    return told if credential.expires_at is None else {**told, "ExpirationDate": credential.expires_at}


def _with_secret(call: Call, credential: ServiceCredential, user_name: str, secret: str) -> dict[str, object]:
    is_password = API_KEY_PREFIXES[credential.service_name] is None
    member = "ServicePassword" if is_password else "ServiceCredentialSecret"
    return {**_told(call, credential, user_name), member: secret}
