"""A small convolutional network that tells handwritten digits apart, trained on made-up ones."""

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset

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


def train(net: DigitNet, loader: DataLoader, optimizer: optim.Optimizer) -> list[float]:
    """Take one step for each batch, and return the losses."""
    net.train()
    losses = []
    for images, digits in loader:
        optimizer.zero_grad()
        loss = digit_loss(net, images, digits)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def share_of_right_answers(net: DigitNet, loader: DataLoader) -> float:
    """How many of the digits the network tells, from 0 to 1."""
    net.eval()  # without dropout
    right = 0
    with torch.no_grad():
        for images, digits in loader:
            right += torch.sum(torch.argmax(net(images), dim=1) == digits).item()
    return right / len(loader.dataset)


def made_up_digits(count: int) -> TensorDataset:
    """Ten shapes, each seen many times through noise."""
    shapes = torch.randn(CLASSES, 1, 28, 28)
    digits = torch.arange(count) % CLASSES
    return TensorDataset(shapes[digits] + torch.randn(count, 1, 28, 28), digits)


def main() -> None:
    torch.manual_seed(1)
    loader = DataLoader(made_up_digits(320), batch_size=32, shuffle=True)
    net = DigitNet(width=8, hidden=32)
    optimizer = optim.Adadelta(net.parameters(), lr=1.0)
    scheduler = StepLR(optimizer, step_size=1, gamma=0.7)
    for epoch in range(1, 4):
        losses = train(net, loader, optimizer)
        scheduler.step()
        right = share_of_right_answers(net, loader)
        print(f"epoch {epoch}: loss {sum(losses) / len(losses):.3f}, {right:.0%} right")


if __name__ == "__main__":
    main()
