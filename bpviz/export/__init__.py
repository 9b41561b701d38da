"""What leaves: pictures.  Where pixels are needed, a paint function is handed in."""
