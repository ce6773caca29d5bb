"""What knowing a figure better would be worth to a stated decision."""
