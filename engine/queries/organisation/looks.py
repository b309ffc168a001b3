"""How agencies look: to whoever is signed in, and before that where there is only one."""

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.errors import NotFound
from engine.organisation import Organisation
from engine.organisation.look import logo_hash, picture_of
from engine.store import Tx
from engine.text.bilingual import Text
from engine.views.screens import Look


@accepts_names
class Looks:
    def __init__(self, context: Context) -> None:
        self.context = context

    def of(self, actor: Actor) -> Look:
        """The look of one's own agency."""
        return self.context.store.ask(lambda tx: look_of(self.context.organisation_of(tx, actor)))

    def of_the_only(self) -> Look | None:
        """The look of the agency of this installation; None where there are several, or none yet."""

        def query(tx: Tx) -> Look | None:
            known = tx.organisations.agencies()
            return look_of(self.context.catalog.organisation(tx, known[0])) if len(known) == 1 else None

        return self.context.store.ask(query)

    def logo(self, sha256: str) -> bytes:
        """The picture with this hash, if it is the logo of an agency now; NotFound otherwise."""

        def query(tx: Tx) -> bytes:
            for agency in tx.organisations.agencies():
                logo = self.context.catalog.organisation(tx, agency).agency.logo
                if logo is not None and logo_hash(logo) == sha256:
                    return picture_of(logo)
            raise NotFound(Text("Lambang ini tidak ada.", f"no agency has a logo {sha256!r}"))

        return self.context.store.ask(query)


def look_of(organisation: Organisation) -> Look:
    info = organisation.agency
    logo = logo_hash(info.logo) if info.logo is not None else None
    return {"agency": info.label, "hue": info.hue, "logo": logo}
