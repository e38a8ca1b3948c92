"""What the probe conv2d is made of: shapes, and the reference on the CPU."""
