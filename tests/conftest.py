"""Makes the builders beside this file importable from the tests of every floor."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
