"""What derivatives say about a function: curves, slopes, rules, fields, approximations."""
