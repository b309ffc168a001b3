"""Many runs of an SOP on the axis of working minutes, before anybody lives through one. Pure."""
