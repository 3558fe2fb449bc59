"""The evidence is complete, of the counterparts as they are, and what follows from it is in step."""

from __future__ import annotations

import fnmatch

import pytest

from sporeprint import catalog
from sporeprint.facts import FOLDER
from sporeprint.verify import evidence, summary
from sporeprint.verify.subjects import official
from sporeprint.verify.words import LEVELS

HELD = evidence.load()
COUNTERPARTS = [api for source in ("torch", "mindspore") for api in catalog.load(source).entries]
AGAIN = "run: sporeprint verify {} --update"

#: What PyTorch's databases have no samples of (patterns), and where it is tested instead.
WITHOUT_SAMPLES = {
    "torch.nn.Identity": "takes any arguments, and has no namesake: test_layers.py",
    "torch.nn.Module": "tests/counterparts/test_module.py, and so are its methods",
    "torch.nn.Module.*": "tests/counterparts/test_module.py",
    "torch.nn.Sequential": "takes modules: tests/counterparts/test_layers.py",
    "torch.nn.ModuleList": "takes modules: tests/counterparts/test_layers.py",
    "torch.nn.ModuleDict": "takes modules: tests/counterparts/test_layers.py",
    "torch.nn.Parameter*": "tests/counterparts/test_layers.py",
    "torch.nn.parameter.Parameter": "another name of torch.nn.Parameter",
    "torch.nn.DataParallel": "takes a module: tests/counterparts/test_utils.py",
    "torch.nn.parallel.DataParallel": "takes a module: tests/counterparts/test_utils.py",
    "torch.nn.utils.*norm": "take modules: tests/counterparts/test_utils.py",
    "torch.nn.utils.clip_grad_*_": "take what has gradients: tests/traps/programs/train_clipped.py",
    "torch.nn.Transformer*coder": "take modules: tests/counterparts/test_layers.py",
    "torch.nn.CosineSimilarity": "of several tensors: tests/counterparts/test_layers.py",
    "torch.nn.PairwiseDistance": "of several tensors: tests/counterparts/test_layers.py",
    "torch.nn.TripletMarginLoss": "of several tensors: tests/counterparts/test_layers.py",
    "torch.nn.Fold": "tests/counterparts/test_layers.py",
    "torch.nn.functional.fold": "its class is tested: tests/counterparts/test_layers.py",
    "torch.nn.Unflatten": "its method is measured: torch.Tensor.unflatten",
    "torch.nn.UpsamplingNearest2d": "what it calls is measured: torch.nn.functional.interpolate",
    "torch.nn.UpsamplingBilinear2d": "what it calls is measured: torch.nn.functional.interpolate",
    "torch.nn.functional.affine_grid": "its sizes are no tensors",
    "torch.nn.functional.dropout1d": "tests/counterparts/test_dropout.py",
    "torch.nn.Dropout1d": "tests/counterparts/test_dropout.py",
    "torch.nn.init.constant*": "tests/counterparts/test_layers.py",
    "torch.nn.init.calculate_gain": "takes no tensor: tests/counterparts/test_layers.py",
    "torch.nn.init._calculate_correct_fan": "takes no tensor: tests/counterparts/test_layers.py",
    "torch.nn.init.sparse*": "its zeros are drawn",
    "torch.testing.assert_close": "its result is no tensor: tests/counterparts/test_testing.py",
    "torch.is_tensor": "its result is no tensor: tests/counterparts/test_creation.py",
    "torch.empty*": "its elements may be anything",
    "torch.Tensor.new_empty": "its elements may be anything",
    "torch.tensor": "takes data of any kind: tests/counterparts/test_creation.py",
    "torch.as_tensor": "takes data of any kind: tests/counterparts/test_creation.py",
    "torch.from_numpy": "takes arrays: tests/counterparts/test_creation.py",
    "torch.Tensor.new_tensor": "takes data of any kind: tests/counterparts/test_tensor_methods.py",
    "torch.Tensor.to": "its overloads take no tensors: tests/counterparts/test_tensor_methods.py",
    "torch.Tensor.requires_grad_": "tests/counterparts/test_tensor_methods.py",
    "torch.Tensor.fill_diagonal_": "tests/counterparts/test_creation.py",
    "torch.?info": "take dtypes: tests/counterparts/test_creation.py",
    "torch.*Tensor": "typed constructors: tests/counterparts/test_legacy.py",
    "torch.autograd.Variable": "tests/counterparts/test_legacy.py",
    "torch.optim.Optimizer": "the base of those that are measured: tests/traps/programs/train_own_optimizer.py",
    "torch.optim.lr_scheduler.*": "learning rates: tests/traps/programs/train_schedules.py",
    "torch.utils.data.*": "tests/counterparts/test_data.py",
    "torch.save": "tests/counterparts/test_serialization.py",
    "torch.load": "tests/counterparts/test_serialization.py",
    "torch.Size.numel": "tests/counterparts/test_legacy.py",
    "torch.rand": "takes sizes: tests/counterparts/test_creation.py",
    "torch.rand_like": "each of its samples gives other numbers: torch.randn_like is measured",
    "torch.randperm": "takes a number: tests/counterparts/test_creation.py",
    "torch.*_grad*": "gradient modes: tests/counterparts/test_steering.py",
    "torch.inference_mode": "a gradient mode: tests/counterparts/test_steering.py",
    "torch.utils.checkpoint.checkpoint": "takes a function: tests/counterparts/test_steering.py",
    "torch.jit.*": "tests/counterparts/test_steering.py",
    "torch.compile": "takes a function: tests/counterparts/test_steering.py",
    "torch._assert": "tests/counterparts/test_steering.py",
    "torch.*manual_seed": "tests/counterparts/test_steering.py",
    "torch.cuda.*": "tests/counterparts/test_steering.py",
    "torch.xpu.*": "tests/counterparts/test_steering.py",
    "torch.accelerator.*": "tests/counterparts/test_steering.py",
    "torch.distributed.*": "tests/counterparts/test_steering.py",
    "torch.compiler.*": "tests/counterparts/test_steering.py",
    "torch.backends.*": "tests/counterparts/test_steering.py",
    "torch.get_default_dtype": "tests/counterparts/test_steering.py",
    "torch.device": "tests/counterparts/test_steering.py",
    "torch.fft.*fftfreq": "take numbers: tests/counterparts/test_creation.py",
}

#: All of their samples lie outside the common domain: complex numbers, memory that is not written, errors.
OUTSIDE = {
    "torch.Tensor.backward", "torch.autograd.backward", "torch.autograd.grad",  # tests/counterparts/test_autograd.py
    "torch.view_as_real", "torch.imag", "torch.nn.KLDivLoss",
    *(f"torch.nn.init.{name}{end}" for end in ("", "_")
      for name in ("xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "orthogonal")),
}  # fmt: skip


def without_samples(api: str) -> bool:
    return any(fnmatch.fnmatchcase(api, pattern) for pattern in WITHOUT_SAMPLES)


def test_what_is_said_to_have_no_samples_has_none() -> None:
    untested = [api for api in COUNTERPARTS if HELD[api].untested]
    for pattern in WITHOUT_SAMPLES:
        assert any(fnmatch.fnmatchcase(api, pattern) for api in untested), pattern


@pytest.mark.parametrize("api", COUNTERPARTS)
def test_the_evidence_is_of_the_counterpart_as_it_is(api: str) -> None:
    assert api in HELD, f"no evidence; {AGAIN.format(api)}"
    assert HELD[api].counterpart == evidence.fingerprint(api), f"stale; {AGAIN.format(api)}"


@pytest.mark.parametrize("api", COUNTERPARTS)
def test_it_was_measured_and_keeps_to_what_it_declares(api: str) -> None:
    record = HELD[api]
    assert not record.problems, "\n".join(record.problems[:20])
    assert bool(record.untested) == without_samples(api), record.untested
    if record.untested:
        return
    assert record.legs["native"].samples
    if set(record.legs["native"].conditions) == {"error"}:
        pytest.skip("MindSpore itself raises for every sample on this device: nothing is known of it")
    assert record.legs["native text"].samples
    assert (record.legs["native"].common in LEVELS) == (api not in OUTSIDE)


@pytest.mark.parametrize("api", COUNTERPARTS)
def test_what_native_writes_is_right_on_the_common_domain(api: str) -> None:
    entry = catalog.load(api.partition(".")[0]).entries[api]
    leg = HELD[api].legs.get("exact" if entry.exact_only else "native")
    assert leg is None or summary.usable(leg), leg.divergences


def test_each_row_of_the_official_tables_was_measured() -> None:
    missing = [row for row in official() if row.torch not in HELD]
    assert not missing, f"{missing[:5]}; {AGAIN.format('')}"
    for row in official():
        record = HELD[row.torch]
        assert record.untested or row.mindspore in record.legs, AGAIN.format(row.torch)


def test_all_was_measured_with_the_same_releases() -> None:
    assert len({(*sorted(record.versions.items()), record.device) for record in HELD.values()}) == 1


def test_what_follows_from_the_evidence_is_in_step() -> None:
    again = AGAIN.format("torch.abs")
    assert (FOLDER / "measured.json").read_text(encoding="utf-8") == summary.measured_facts(HELD), again
    assert summary.SUMMARY.read_text(encoding="utf-8") == summary.summary(HELD), again
