"""Parameters for every operation of IAM, made from botocore's shapes: the least that is valid, and things of one name.

An account is furnished with one of everything, all of the name `here`; parameters can name these, or what is `gone`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from tests.stories.company import Company, allow, document
from tests.support.authority import botocore_session
from tests.support.saml import the_provider
from tests.unit.services.iam.signing_material import certificate, private_pem, ssh_line
from watchword.compose import offer
from watchword.compose.authority import SERVICES
from watchword.services.operation import OPERATIONS
from watchword.wire.names import snake

offer(SERVICES)

HERE, GONE = "here", "gone"
LINKED = "autoscaling.amazonaws.com"
JOB = "0d1c4ef2-8a3d-4d6c-9d5a-3f5b3e0c7a10"
POLICY = document(allow("iam:ListUsers"))
TRUST = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]})
ENTITIES = frozenset(
    {
        "AccessKeyId",
        "Arn",
        "CertificateId",
        "GroupName",
        "InstanceProfileName",
        "JobId",
        "OpenIDConnectProviderArn",
        "PolicyArn",
        "PolicySourceArn",
        "RoleName",
        "SAMLProviderArn",
        "SSHPublicKeyId",
        "SerialNumber",
        "ServerCertificateName",
        "ServiceSpecificCredentialId",
        "UserName",
    }
)
"""Parameters that name something which is kept."""
MAKERS = frozenset({"CreateUser", "CreateGroup", "CreateRole", "CreateInstanceProfile", "UploadServerCertificate"})
"""Operations in which such a parameter names what is yet to be."""


@cache
def offered() -> dict[str, OperationModel]:
    """Give botocore's model of every offered operation of IAM, by name."""
    model = botocore_session().get_service_model("iam")
    return {name: model.operation_model(name) for name in model.operation_names if ("iam", snake(name)) in OPERATIONS}


def members(model: OperationModel) -> Mapping[str, Shape]:
    """Give an operation's parameters."""
    shape = model.input_shape
    return shape.members if shape is not None else {}


def names_something(model: OperationModel) -> bool:
    """Whether what this operation is asked for, at the least, names something that is kept."""
    required = set(model.input_shape.required_members) if model.input_shape else set()
    return model.name not in MAKERS and not ENTITIES.isdisjoint(required | (members(model).keys() & {"UserName"}))


@dataclass(frozen=True, slots=True)
class Things:
    """What parameters name: things of one account and one name, and the ids of those that have one."""

    account: str
    name: str = HERE
    ids: Mapping[str, str] = field(default_factory=dict)

    def arn(self, path: str) -> str:
        return f"arn:aws:iam::{self.account}:{path}"

    def parameters(self, model: OperationModel) -> dict[str, Any]:
        """Fill an operation's required parameters, and those of GIVEN_TOO."""
        shape = model.input_shape
        if shape is None:
            return {}
        wanted = dict.fromkeys([*shape.required_members, *(name for name in GIVEN_TOO if name in shape.members)])
        return {name: self.value(shape.members[name], name) for name in wanted}

    def named_as(self, other: Things, text: str) -> str:
        """Say what was said of these things as if it were of the others."""
        swaps = {FIXED[name]: value for name, value in other.ids.items()} | {self.name: other.name}
        for mine, theirs in swaps.items():
            text = text.replace(mine, theirs)
        return text

    def odd(self, model: OperationModel, kind: str) -> Iterator[dict[str, Any]]:
        """Give sets of parameters, in each of which one is odd in this way."""
        least = self.parameters(model)
        for name, shape in members(model).items():
            for value in ODD[kind](shape, least.get(name)):
                yield {**least, name: value}

    def value(self, shape: Shape, name: str) -> Any:
        """Make one valid value."""
        known = {**self._texts(), **self.ids}
        if name in known:
            return known[name]
        if isinstance(shape, StructureShape):
            return {inner: self.value(shape.members[inner], inner) for inner in shape.required_members}
        if isinstance(shape, ListShape):
            return [self.value(shape.member, LISTED.get(name, name))]
        if isinstance(shape, MapShape):
            return {"RoleManager/Enabled": "true"}
        return _plain(shape, name, self.name)

    def _texts(self) -> dict[str, str]:
        return {
            "AccountAlias": f"{self.name}-alias",
            "Arn": self.arn(f"user/{self.name}"),
            "OpenIDConnectProviderArn": self.arn(f"oidc-provider/{self.name}.example.com"),
            "PermissionsBoundary": self.arn(f"policy/{self.name}"),
            "PolicyArn": self.arn(f"policy/{self.name}"),
            "PolicySourceArn": self.arn(f"user/{self.name}"),
            "SAMLProviderArn": self.arn(f"saml-provider/{self.name}"),
            "SerialNumber": self.arn(f"mfa/{self.name}"),
            "Url": f"https://{self.name}.example.com",
        }


GIVEN_TOO = ("UserName", "Password")
"""Parameters that are given wherever they may be: without them an operation is about the caller, or refused."""
MOST = 200_000
"""Characters of the longest text: the few shapes that allow more are for documents of their own."""


def _longest(shape: Shape, valid: Any) -> Iterator[Any]:
    """The longest allowed, one more, and far too much."""
    most = min(shape.metadata.get("max", 4_096), MOST)
    if shape.type_name == "string" and not getattr(shape, "enum", None):
        start = valid if isinstance(valid, str) else "/" if "Path" in shape.name or "path" in shape.name else ""
        for length in (most, most + 1):
            padded = start + "x" * max(0, length - len(start))
            yield padded[:-1] + "/" if start == "/" else padded
    elif shape.type_name in {"integer", "long"}:
        yield from (most, most + 1, 10**400)
    elif isinstance(shape, ListShape) and shape.member.type_name == "string":
        yield from (["x"] * count for count in (51, 500))
    elif isinstance(shape, ListShape) and isinstance(shape.member, StructureShape):
        inner = _of_text(shape.member)
        yield [{name: f"{name}-{number}".ljust(300, "x") for name in inner} for number in range(51)]


def _of_text(shape: StructureShape) -> list[str]:
    return [name for name, member in shape.members.items() if member.type_name == "string"]


def _texts_of(*texts: str) -> Callable[[Shape, Any], Iterator[Any]]:
    """The same texts for every parameter that holds any, alone or as the only one of a list."""

    def odd(shape: Shape, valid: Any) -> Iterator[Any]:
        if shape.type_name == "string":
            yield from texts
        elif isinstance(shape, ListShape) and shape.member.type_name == "string":
            yield from ([text] for text in texts)
        elif isinstance(shape, ListShape) and isinstance(shape.member, StructureShape):
            yield from ([dict.fromkeys(_of_text(shape.member), text)] for text in texts)

    return odd


ODD: Mapping[str, Callable[[Shape, Any], Iterator[Any]]] = {
    "huge": _longest,
    "empty": _texts_of(""),
    "of other scripts": _texts_of("Ünï\u4e2d\u0627\u05d0\U0001f600" * 8, "\u0130\u017f\u212a\u0661\u0662"),
    "not of XML": _texts_of("\u2028]]><&\"'\r\na\x00b\x08c\x1b\ufffe\uffff"),
    "meant for others": _texts_of("../../${aws:username}*", "' OR 1=1 --%00"),
}
"""How a value can be odd."""
LISTED = {"ActionNames": "ActionName", "PolicyInputList": "PolicyDocument", "ServiceNamespaces": "ServiceNamespace"}
"""What a list's members are called where it matters."""
FIXED = {
    "AWSServiceName": LINKED,
    "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
    "ActionName": "iam:ListUsers",
    "AssumeRolePolicyDocument": TRUST,
    "AuthenticationCode1": "123456",
    "AuthenticationCode2": "234567",
    "CertificateId": "ASCA" + "X" * 20,
    "DeletionTaskId": f"task/aws-service-role/{LINKED}/AWSServiceRoleForAutoScaling/{JOB}",
    "JobId": JOB,
    "NewPassword": "Battery-staple-2",
    "OldPassword": "Correct-horse-1",
    "Password": "Correct-horse-1",
    "PolicyDocument": POLICY,
    "SSHPublicKeyId": "APKA" + "X" * 17,
    "ServiceName": "codecommit.amazonaws.com",
    "ServiceNamespace": "iam",
    "ServiceSpecificCredentialId": "ACCA" + "X" * 17,
    "ThumbprintList": "a" * 40,
    "VersionId": "v1",
}


def _plain(shape: Shape, name: str, word: str) -> Any:
    if name in FIXED:
        return FIXED[name]
    if name in MADE:
        return MADE[name]()
    if shape.type_name == "boolean":
        return False
    if shape.type_name in {"integer", "long"}:
        return shape.metadata.get("min", 1)
    options = getattr(shape, "enum", None)
    return options[0] if options else word


MADE: Mapping[str, Callable[[], str]] = {
    "CertificateBody": partial(certificate, "specimen"),
    "PrivateKey": private_pem,
    "SAMLMetadataDocument": the_provider().metadata,
    "SSHPublicKeyBody": ssh_line,
}
"""Values that take time to make."""


def furnish(company: Company) -> Things:
    """Put one of everything into an account."""
    iam = company.iam
    things = Things(company.account)
    for name in MAKES:
        model = offered()[name]
        getattr(iam, snake(name))(**things.parameters(model))
    for first, second in (("RoleName", "InstanceProfileName"), ("UserName", "GroupName")):
        join = iam.add_role_to_instance_profile if first == "RoleName" else iam.add_user_to_group
        join(**{first: HERE, second: HERE})
    for kind in ("user", "group", "role"):
        named = {f"{kind.capitalize()}Name": HERE}
        getattr(iam, f"put_{kind}_policy")(**named, PolicyName=HERE, PolicyDocument=POLICY)
        getattr(iam, f"attach_{kind}_policy")(**named, PolicyArn=company.arn(f"policy/{HERE}"))
    return Things(company.account, HERE, dict(_ids(iam)))


MAKES = (
    "CreateUser",
    "CreateGroup",
    "CreateRole",
    "CreatePolicy",
    "CreateInstanceProfile",
    "CreateOpenIDConnectProvider",
    "CreateSAMLProvider",
    "CreateServiceLinkedRole",
    "CreateVirtualMFADevice",
    "CreateLoginProfile",
    "CreateAccountAlias",
)


def _ids(iam: Any) -> Iterator[tuple[str, str]]:
    """Give a user the things that have an id instead of a name."""
    yield "AccessKeyId", iam.create_access_key(UserName=HERE)["AccessKey"]["AccessKeyId"]
    made = iam.upload_signing_certificate(UserName=HERE, CertificateBody=certificate("specimen"))
    yield "CertificateId", made["Certificate"]["CertificateId"]
    made = iam.upload_ssh_public_key(UserName=HERE, SSHPublicKeyBody=ssh_line())
    yield "SSHPublicKeyId", made["SSHPublicKey"]["SSHPublicKeyId"]
    made = iam.create_service_specific_credential(UserName=HERE, ServiceName=FIXED["ServiceName"])
    yield "ServiceSpecificCredentialId", made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
