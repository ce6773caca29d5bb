"""Results as an accessible spreadsheet: what its sheets hold, how they are written, and a check of what was written."""
