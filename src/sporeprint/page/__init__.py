"""The page of an API: how it differs between the frameworks, derived from its counterpart."""
