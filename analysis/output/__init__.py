"""What is handed to readers: terminal, HTML, sheets, slides, notebook, files for other tools."""
