"""What happens: evaluation forward, reverse-mode accumulation backward, and the trace of both."""
