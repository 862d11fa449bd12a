"""The IAM policy language: documents are parsed and compiled once, then asked, purely, whether a request may go on.

    document = parse(text, Kind.IDENTITY)                 # raises MalformedPolicy, in AWS's words
    policy = compile_policy(document, "ReadOnly")         # never changes
    decision = evaluate(request, Policies(identity=PolicySet.of([policy])))
    decision.allowed, decision.because

Nothing here reads a clock, a file or the environment: all that a request is about comes in its context.
"""

from __future__ import annotations

from watchword.policy.compiled import Policy, PolicySet, compile_policy
from watchword.policy.context_keys import context_keys
from watchword.policy.decision import Decision, Outcome, Reason
from watchword.policy.document import Document, parse, policy_size, problems
from watchword.policy.evaluate import Policies, Request, evaluate
from watchword.policy.explain import TRUST_ACTIONS, denial_message, near_misses
from watchword.policy.kinds import Kind
from watchword.policy.malformed import MalformedPolicy, Problem
from watchword.policy.pinning import pin_principals, unpin_principals
from watchword.policy.reasons import explained
from watchword.policy.simulate import Say, Simulation, simulate
from watchword.policy.spans import Span, statement_spans

__all__ = [
    "TRUST_ACTIONS",
    "Decision",
    "Document",
    "Kind",
    "MalformedPolicy",
    "Outcome",
    "Policies",
    "Policy",
    "PolicySet",
    "Problem",
    "Reason",
    "Request",
    "Say",
    "Simulation",
    "Span",
    "compile_policy",
    "context_keys",
    "denial_message",
    "evaluate",
    "explained",
    "near_misses",
    "parse",
    "pin_principals",
    "policy_size",
    "problems",
    "simulate",
    "statement_spans",
    "unpin_principals",
]
