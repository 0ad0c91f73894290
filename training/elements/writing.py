"""The fitted trees as an ONNX file that says what it knows."""

import json
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, checker, helper
from sklearn.ensemble import HistGradientBoostingClassifier

OPSET = (helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3))


def onnx_of(forests: Sequence[HistGradientBoostingClassifier], names: Sequence[str]) -> ModelProto:
    """`features` (boxes, names) → `shares` (boxes, classes): the mean of some forests.

    Features are never missing.
    """
    classes = [str(name) for name in forests[0].classes_]
    base = np.mean([np.ravel(one._baseline_prediction) for one in forests], axis=0)  # noqa: SLF001
    trees = helper.make_node(
        "TreeEnsembleClassifier",
        ["features"],
        ["label", "shares"],
        domain="ai.onnx.ml",
        classlabels_int64s=list(range(len(classes))),
        base_values=base.astype(float).tolist(),
        post_transform="SOFTMAX",
    )
    trees.attribute.extend(
        helper.make_attribute(name, values) for name, values in _attributes(forests).items()
    )
    graph = helper.make_graph(
        [trees],
        "elements",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(names)])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, [None]),
            helper.make_tensor_value_info("shares", TensorProto.FLOAT, [None, len(classes)]),
        ],
    )
    whole = helper.make_model(graph, opset_imports=OPSET, producer_name="vouch", ir_version=9)
    helper.set_model_props(
        whole, {"features": json.dumps(list(names)), "classes": json.dumps(classes)}
    )
    checker.check_model(whole)
    return whole


def _attributes(forests: Sequence[HistGradientBoostingClassifier]) -> dict[str, list[Any]]:
    """Every round has a tree for each class."""
    # scikit-learn writes no ONNX, and the converter that does fails on its missing-value flags
    rounds = chain.from_iterable(forest._predictors for forest in forests)  # noqa: SLF001
    columns: dict[str, list[Any]] = {}
    for number, (kind, tree) in enumerate(
        chain.from_iterable(enumerate(of_round) for of_round in rounds)
    ):
        for name, values in _tree(tree.nodes, number, kind).items():
            columns.setdefault(name, []).extend(values)
    columns["class_weights"] = [weight / len(forests) for weight in columns["class_weights"]]
    return columns


def _tree(nodes: Any, number: int, kind: int) -> dict[str, list[Any]]:  # noqa: ANN401 - a record array
    leaf = nodes["is_leaf"].astype(bool)
    places = np.arange(len(nodes))
    return {
        "nodes_treeids": [number] * len(nodes),
        "nodes_nodeids": places.tolist(),
        "nodes_featureids": np.where(leaf, 0, nodes["feature_idx"]).astype(int).tolist(),
        "nodes_modes": ["LEAF" if is_leaf else "BRANCH_LEQ" for is_leaf in leaf],
        "nodes_values": [_narrowed(one) for one in np.where(leaf, 0.0, nodes["num_threshold"])],
        "nodes_truenodeids": np.where(leaf, 0, nodes["left"]).astype(int).tolist(),
        "nodes_falsenodeids": np.where(leaf, 0, nodes["right"]).astype(int).tolist(),
        "class_treeids": [number] * int(leaf.sum()),
        "class_nodeids": places[leaf].tolist(),
        "class_ids": [kind] * int(leaf.sum()),
        "class_weights": nodes["value"][leaf].astype(float).tolist(),
    }


def _narrowed(threshold: float) -> float:
    """The largest float32 that is not above: features are float32, and equal ones go left."""
    short = np.float32(threshold)
    return float(short if short <= threshold else np.nextafter(short, np.float32(-np.inf)))
