"""What can be asked: one room per AWS service, one file per resource.

Services do not know each other: they meet in the store and the domain. `operation` and `directory` are all they share.
"""
