"""Guards of what proves people and of what they wrote; every migration puts the guards of today in place."""

revision = "0117"
down_revision = "0116"


def upgrade() -> None:
    pass
