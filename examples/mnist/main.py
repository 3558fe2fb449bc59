"""A small convolutional network that tells handwritten digits apart, run once on noise."""

import torch
import torch.nn as nn
import torch.nn.functional as F

CLASSES = 10


class DigitNet(nn.Module):
    """Two convolutions, a pooling and two linear layers, which give the log-probability of each digit."""

    def __init__(self, width: int = 32, hidden: int = 128, classes: int = CLASSES):
        super().__init__()
        # 28x28 -> 26x26 -> 24x24: neither convolution pads
        self.conv1 = nn.Conv2d(1, width, 3, 1)
        self.conv2 = nn.Conv2d(width, 2 * width, kernel_size=3)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(p=0.5)
        self.fc1 = nn.Linear(2 * width * 12 * 12, hidden)  # 12x12 is left after pooling
        self.fc2 = nn.Linear(hidden, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.max_pool2d(x, 2)  # the strongest answer of each 2x2 patch
        x = self.dropout1(x)
        x = torch.flatten(x, 1)  # keep the batch apart
        x = F.relu(self.fc1(x))
        x = self.dropout2(x)
        # the logarithm, because that is what nll_loss takes
        return F.log_softmax(self.fc2(x), dim=1)


def digit_loss(net: DigitNet, images: torch.Tensor, digits: torch.Tensor) -> torch.Tensor:
    """Mean negative log-likelihood of the right digits."""
    return F.nll_loss(net(images), digits)


def main() -> None:
    net = DigitNet()
    net.eval()  # without dropout
    images = nn.Conv2d(1, 4, 28).weight  # four untrained 28x28 filters serve as noise
    print(tuple(net(images).shape))


if __name__ == "__main__":
    main()
