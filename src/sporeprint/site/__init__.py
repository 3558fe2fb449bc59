"""The site: the pages of all APIs as static HTML, with a table to filter and a search that need no server."""
