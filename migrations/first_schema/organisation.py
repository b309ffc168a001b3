"""Agencies and what is kept for each: units, positions, holders, definitions, calendars."""

import sqlalchemy as sa

from migrations.first_schema.schema import INSTANT, SCHEMA

sa.Table(
    "agency",
    SCHEMA,
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("label", sa.Text(), nullable=False),
    sa.Column("short", sa.Text(), nullable=False),
    sa.Column("timezone", sa.Text(), nullable=False),
    sa.Column("calendar", sa.Text(), nullable=False),
    sa.Column("mail_domain", sa.Text(), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_agency"),
    sa.CheckConstraint("version >= 1", name="ck_agency_version"),
)

sa.Table(
    "unit",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("type", sa.Text(), nullable=False),
    sa.Column("label", sa.Text(), nullable=False),
    sa.Column("parent", sa.Text(), nullable=True),
    sa.Column("valid_from", sa.Date(), nullable=True),
    sa.Column("valid_to", sa.Date(), nullable=True),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("agency", "id", name="pk_unit"),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_unit_agency"),
)

sa.Table(
    "position",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("label", sa.Text(), nullable=False),
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("level", sa.Text(), nullable=True),
    sa.Column("roles", sa.Text(), nullable=False),
    sa.Column("reports_to", sa.Text(), nullable=True),
    sa.Column("valid_from", sa.Date(), nullable=True),
    sa.Column("valid_to", sa.Date(), nullable=True),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("agency", "id", name="pk_position"),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_position_agency"),
)

sa.Table(
    "team",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("label", sa.Text(), nullable=False),
    sa.Column("decree", sa.Text(), nullable=True),
    sa.Column("chair", sa.Text(), nullable=True),
    sa.Column("members", sa.Text(), nullable=False),
    sa.Column("accounts", sa.Text(), nullable=False),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("agency", "id", name="pk_team"),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_team_agency"),
)

sa.Table(
    "account",
    SCHEMA,
    sa.Column("username", sa.Text(), nullable=False),
    sa.Column("label", sa.Text(), nullable=False),
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("password_hash", sa.Text(), nullable=True),
    sa.Column("system_roles", sa.Text(), nullable=False),
    sa.Column("disabled", sa.Boolean(), nullable=False),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.Column("nip", sa.Text(), nullable=True),
    sa.Column("locale", sa.Text(), nullable=True),
    sa.Column("contact", sa.Text(), nullable=True),
    sa.Column("linked_by_hand_since", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("username", name="pk_account"),
    sa.CheckConstraint("locale IN ('id', 'en')", name="ck_account_locale"),
    sa.CheckConstraint("length(nip) = 18", name="ck_account_nip"),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_account_agency"),
    sa.Index("ix_account_agency", "agency", "ordinal", unique=False),
)

sa.Table(
    "identity_link",
    SCHEMA,
    sa.Column("issuer", sa.Text(), nullable=False),
    sa.Column("subject", sa.Text(), nullable=False),
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("linked_at", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identity_link"),
    sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_identity_link_account"),
    sa.UniqueConstraint("account", "issuer", name="uq_identity_link_account_issuer"),
)

sa.Table(
    "holding",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("position", sa.Text(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=True),
    sa.Column("valid_to", sa.Date(), nullable=True),
    sa.Column("order_number", sa.Text(), nullable=True),
    sa.Column("order_file", sa.Text(), nullable=True),
    sa.Column("sops", sa.Text(), nullable=False, server_default="[]"),
    sa.Column("rank", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("standing", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("agency", "id", name="pk_holding"),
    sa.CheckConstraint(
        "valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name="ck_holding_dates"
    ),
    sa.CheckConstraint("kind IN ('definitive', 'plt', 'plh')", name="ck_holding_kind"),
    sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_holding_account"),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_holding_agency"),
    sa.Index("ix_holding_account", "account", unique=False),
)

sa.Table(
    "absence",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("valid_to", sa.Date(), nullable=True),
    sa.Column("entered_by", sa.Text(), nullable=False),
    sa.Column("entered_at", INSTANT, nullable=False),
    sa.Column("ended_at", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("agency", "id", name="pk_absence"),
    sa.CheckConstraint(
        "valid_to IS NULL OR valid_from <= valid_to OR ended_at IS NOT NULL", name="ck_absence_dates"
    ),
    sa.CheckConstraint("kind IN ('dinas_luar', 'cuti', 'sakit', 'lainnya')", name="ck_absence_kind"),
    sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_absence_account"),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_absence_agency"),
    sa.Index("ix_absence_account", "account", unique=False),
)

sa.Table(
    "definition",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("version", sa.Text(), nullable=False),
    sa.Column("status", sa.Text(), nullable=False),
    sa.Column("content_hash", sa.Text(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("stored_at", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("agency", "id", "version", name="pk_definition"),
    sa.CheckConstraint(
        "status IN ('draft', 'in_review', 'approved', 'effective', 'superseded', 'revoked')",
        name="ck_definition_status",
    ),
)

sa.Table(
    "calendar_version",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("calendar", sa.Text(), nullable=False),
    sa.Column("version", sa.Text(), nullable=False),
    sa.Column("data", sa.Text(), nullable=False),
    sa.Column("decree_number", sa.Text(), nullable=True),
    sa.Column("stored_at", INSTANT, nullable=False),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.Column("decree_date", sa.Text(), nullable=True),
    sa.Column("decree_issuer", sa.Text(), nullable=True),
    sa.Column("decree_title", sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint("agency", "calendar", "version", name="pk_calendar_version"),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_calendar_version_agency"),
    sa.Index("ix_calendar_version_latest", "agency", "calendar", "ordinal", unique=True),
)
