"""Run the network once, on noise instead of digits."""

import torch
from network import DigitNet


def main() -> None:
    net = DigitNet()
    net.eval()  # no dropout
    images = torch.rand(4, 1, 28, 28)
    print(tuple(net(images).shape))


if __name__ == "__main__":
    main()
