"""Reports: the state of every key that a run has found, as a page, a table, or findings for other tools.

contents  what a report says, counted once for every format
page      HTML, one file, without scripts         chart   its histogram of ages
table     CSV      document  JSON      sarif  SARIF 2.1.0      ocsf  OCSF compliance findings, one a line
"""

from watchword.rotation.reporting.rendering import FORMATS, render

__all__ = ["FORMATS", "render"]
