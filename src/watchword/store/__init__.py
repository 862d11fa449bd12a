"""What is kept, on SQLite and PostgreSQL alike: tables, migrations, the writer, the journal and the change feed.

One module per table group, each a set of functions that take a `Tx`. Nothing here decides; nothing here knows a
protocol.
"""
