"""What finished visits and cases took, as figures that anybody can compute again. Pure."""
