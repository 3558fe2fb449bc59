"""``python -m sporeprint``."""

import sys

from sporeprint.cli import main

sys.exit(main())
