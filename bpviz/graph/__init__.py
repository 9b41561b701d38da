"""What is connected: graphs of operations, and the text that means them."""
