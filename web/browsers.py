"""What a browser calls itself, in the two words that a person knows it by; only for showing."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(agent: str | None) -> str | None:
    """The browser and its system, as "Firefox, Windows"; what is no known browser as it calls itself."""
    if not agent or not agent.startswith(("Mozilla/", "Opera/")):
        return agent
    names = (_first(agent, BROWSERS), _first(agent, SYSTEMS))
    return ", ".join(name for name in names if name) or agent


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str | None:
    return next((name for mark, name in known if mark in agent), None)
