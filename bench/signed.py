"""Requests as an SDK sends them, signed by botocore, as bytes ready for the socket."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

VERSIONS = {"sts": "2011-06-15", "iam": "2010-05-08"}
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one server with one key."""

    port: int
    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def post(self, service: str, action: str, parameters: Mapping[str, str] | None = None) -> bytes:
        """Make one signed query request; a fresh invocation id under the signature makes each unlike any other."""
        host = f"127.0.0.1:{self.port}"
        body = urlencode({"Action": action, "Version": VERSIONS[service], **(parameters or {})}).encode()
        headers = {
            "Host": host,
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "Boto3/1.44.5 md/Botocore#1.44.5 lang/python#3.11 cfg/retry-mode#standard Botocore/1.44.5",
            "amz-sdk-invocation-id": str(uuid.uuid4()),
        }
        request = AWSRequest("POST", f"http://{host}/", headers=headers, data=body)
        credentials = Credentials(self.access_key_id, self.secret_access_key, self.session_token)
        SigV4Auth(credentials, service, REGION).add_auth(request)
        request.headers["Content-Length"] = str(len(body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        return f"POST / HTTP/1.1\r\n{lines}\r\n".encode() + body
