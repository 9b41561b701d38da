"""What the user made: immutable diagrams, edits as pure functions, undo, and the file."""
