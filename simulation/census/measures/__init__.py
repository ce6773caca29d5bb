"""One file for each measure, or for each family of measures that share a definition; the folder is the list."""
