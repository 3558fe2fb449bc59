"""An API's page: derived from its counterpart, with what was measured of it; terminal, Markdown, JSON."""
