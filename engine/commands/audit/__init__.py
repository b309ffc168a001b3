"""The log itself: sequencing and sealing it, telling who read it, erasing what stands beside it."""
