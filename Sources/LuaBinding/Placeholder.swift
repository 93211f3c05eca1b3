import CHQNN
