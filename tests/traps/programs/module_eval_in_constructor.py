# expect: same
# a constructor puts a part in evaluation mode
from torch import nn


class Net(nn.Module):
    def __init__(self, teacher):
        super().__init__()
        self.student = nn.Dropout(1.0)
        self.teacher = teacher
        self.teacher.eval()
        for parameter in self.teacher.parameters():
            parameter.requires_grad = False


net = Net(nn.Sequential(nn.Linear(2, 2), nn.Dropout(1.0)))
result = {
    "modes": [m.training for m in net.modules()],
    "trained": [parameter.requires_grad for parameter in net.parameters()],
}
