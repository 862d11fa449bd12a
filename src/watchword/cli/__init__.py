"""The command line: one file per noun. Each is loaded only when it is called, so that none pays for another."""
