"""The language of a person is that of the account; how one wants to be told keeps none of its own."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("preference") as preference:
        preference.drop_constraint(op.f("ck_preference_language"), type_="check")
        preference.drop_column("language")
