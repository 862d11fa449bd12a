"""IAM: users, groups, roles, their keys, tags and policies. One file per resource.

Names are unique in an account without regard to case and keep the case they were given. What an account may not see it
may not learn of: authorisation comes before "no such entity".
"""
