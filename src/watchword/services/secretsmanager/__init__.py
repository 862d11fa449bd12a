"""AWS Secrets Manager: values that are kept sealed, in versions, and handed out only to whom policies let have them.

Secrets belong to a region: that of the request's signature. One file per resource; what they share are `targets`
(which secret is meant), `values` (sealing), `writing` (new versions), `copies` (replicas) and `telling` (replies).
"""
