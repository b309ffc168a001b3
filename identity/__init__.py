"""Doors that somebody else keeps: who a person is according to an OpenID provider or an LDAP directory.

Which account that is, and what it may do, is decided in the engine. Both doors are closed until settings open
them.
"""
