"""Shapes of the controls: about as large as the case that is under suspicion. Any probe's case will do; what it lacks is taken as small."""

MOST_ELEMENTS = 2**24


def sizes(case):
    """(batch, input channels, output channels, height, width, kernel height, kernel width) of a case, as far as it names them."""
    size = _number(case, "size", 64)
    kernel = _number(case, "kernel", 3)
    return (
        _number(case, "batch", 1),
        _number(case, "in_channels", 16),
        _number(case, "out_channels", 32),
        _number(case, "height", size),
        _number(case, "width", size),
        _number(case, "kernel_h", kernel),
        _number(case, "kernel_w", kernel),
    )


def elements(case):
    """Elements of the larger one of the convolution's input and output."""
    batch, inputs, outputs, height, width, _, _ = sizes(case)
    return min(MOST_ELEMENTS, batch * max(inputs, outputs) * height * width)


def matrices(case):
    """(m, k, n) of the matrix product that the convolution is: output channels x terms x pixels."""
    batch, inputs, outputs, height, width, kernel_h, kernel_w = sizes(case)
    terms = inputs * kernel_h * kernel_w
    return outputs, terms, max(1, min(batch * height * width, MOST_ELEMENTS // max(outputs, terms)))


def _number(case, name, default):
    value = case.get(name, default)
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 1
    return int(value) if usable else default
