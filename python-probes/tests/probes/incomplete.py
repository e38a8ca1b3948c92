"""Is no probe."""


def allocate(case, device):
    return None
