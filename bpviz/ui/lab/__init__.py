"""The calculus lab: everything that is said of derivatives, seen and touched.  Imported when it is first opened."""
