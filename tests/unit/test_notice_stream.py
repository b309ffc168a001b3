"""What a listener was told: no notice is lost because another one was made in the same moment."""

from datetime import UTC, datetime

from engine.context import new_id
from engine.notices.stream import Heard

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)


def test_notices_that_were_made_together_are_told_apart() -> None:
    told, new = new_id(), new_id()
    heard = Heard(NOW).after([(NOW, told)], NOW)
    assert heard.knows(told)
    assert not heard.knows(new)
    assert Heard.read(str(heard)) == heard
