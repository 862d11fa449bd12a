"""Credentials on a workload's own machine: the instance metadata endpoint and the container credentials endpoint.

Stands beside the authority: of our rooms it knows the words and the settings, and it is a plain AWS client of whoever
issues the credentials, AWS or an authority of one's own. It keeps them in memory only, and tells them to this machine.
"""
