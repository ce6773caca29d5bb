"""The processes of a school year, one file each."""
