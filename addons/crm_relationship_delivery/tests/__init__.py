from . import test_portal_tracking
