"""Server certificates, told whole."""

from __future__ import annotations

import time

from tests.api.answers import Watched
from tests.support.server_certificates import issue


def tell(watched: Watched) -> None:
    iam = watched.client("iam")
    name = {"ServerCertificateName": "Site"}
    began = time.time() - 60
    above = issue("root", authority=True, begins=began)
    site = issue("site", by=above, begins=began)
    iam.upload_server_certificate(
        **name,
        Path="/web/",
        CertificateBody=site.pem,
        PrivateKey=site.key_pem,
        CertificateChain=above.pem,
        Tags=[{"Key": "team", "Value": "blue"}],
    )
    iam.get_server_certificate(**name)
    iam.list_server_certificates(PathPrefix="/web/")
    iam.tag_server_certificate(**name, Tags=[{"Key": "more", "Value": "\u00e9\u4e2d"}])
    iam.list_server_certificate_tags(**name)
    iam.untag_server_certificate(**name, TagKeys=["more"])
    iam.update_server_certificate(**name, NewServerCertificateName="Page", NewPath="/")
    iam.delete_server_certificate(ServerCertificateName="Page")
