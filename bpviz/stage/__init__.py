"""What is shown, and when: a pure function of diagram, trace and time, without any toolkit."""
