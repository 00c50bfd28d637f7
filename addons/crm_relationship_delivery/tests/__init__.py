from . import test_portal_tracking
from . import test_translations
