"""Mail by Amazon SES, through its API, as a whole message that we have written ourselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from watchword.rotation.notices import Delivery
from watchword.rotation.rules.shapes import Ses
from watchword.rotation.telling.faults import Undelivered
from watchword.rotation.telling.mail import address, letter

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef


class SesWay:
    """Sends with a given client; `None` where the run has none, which each delivery then tells."""

    def __init__(self, client: SESV2Client | None, settings: Ses, sender: str) -> None:
        self._client, self._settings, self._sender = client, settings, sender

    def send(self, delivery: Delivery) -> None:
        """Send one mail. Raises Undelivered."""
        message = letter(delivery, self._sender)
        if self._client is None:
            raise Undelivered("there is no SES client: run where AWS credentials are", all_of_it=True)
        request: SendEmailRequestTypeDef = {
            "FromEmailAddress": str(address(self._sender)),
            "Destination": {"ToAddresses": [address(delivery.to).addr_spec]},
            "Content": {"Raw": {"Data": message.as_bytes()}},
        }
        if self._settings.configuration_set:
            request["ConfigurationSetName"] = self._settings.configuration_set
        try:
            self._client.send_email(**request)
        except ClientError as error:
            raise Undelivered(str(error)) from None  # even a refusal: an identity may be verified until the next run
        except BotoCoreError as error:
            raise Undelivered(str(error), all_of_it=True) from None

    def close(self) -> None:
        """Do nothing: the client is its maker's."""
