"""Telling: who is told what, once. Messages are made of a run's results and of what the ledger has on record: no secret
is in either, and none can be in a message.

    news      what there is to tell of a key, and how often
    digests   whom it concerns: one digest for each owner of each run; and the administrators' summary
    letters   templates, which a person may replace
    posting   what is owed is kept first, then sent; what fails stays owed, and is tried again by the next run
"""

from watchword.rotation.telling.faults import BadTemplate, TellingFault
from watchword.rotation.telling.posting import Delivered, Failure
from watchword.rotation.telling.telling import check_templates, tell

__all__ = ["BadTemplate", "Delivered", "Failure", "TellingFault", "check_templates", "tell"]
