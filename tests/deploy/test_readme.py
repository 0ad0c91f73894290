import re

from tests.deploy.composing import DEPLOY
from tests.deploy.dockerfile import ROOT


def test_every_metric_and_problem_that_the_table_names_exists() -> None:
    text = (DEPLOY / "README.md").read_text("utf-8")
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "vouch").rglob("*.py"))
    metrics = set(re.findall(r"`(vouch_[a-z0-9_]+)", text)) - {"vouch_redis", "vouch_s3"}  # volumes
    assert len(metrics) > 10
    assert {name for name in metrics if f'"{name}"' not in code} == set()
    assert '"unsafe_exposure"' in code
