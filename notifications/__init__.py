"""Notices that leave the office: by e-mail, signed webhooks and Apprise. In-app ones need none of this."""
