"""The engine over HTTP under ``/api/v1``: one router per noun, errors as problem details."""
