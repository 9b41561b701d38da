"""The canvas: painting, the view, and one small class per mouse gesture."""
