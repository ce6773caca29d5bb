"""Registers of schools: imported from the DfE, read from a CSV file, or made up from published figures."""
