"""Who gets a programme, who gives it, who pays, and what it moves."""
