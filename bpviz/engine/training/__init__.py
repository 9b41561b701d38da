"""Gradient descent on a graph: data sets, optimizers, and runs that can be taken back."""
