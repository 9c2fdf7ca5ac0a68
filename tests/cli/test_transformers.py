"""Networks too large for one accelerator, and those of several modalities, from the command line."""
import pytest

MULTI_MODAL = ["vlocnet", "casia_surf", "vfs", "facebag", "cnn_lstm", "mocap"]


@pytest.mark.parametrize("workload, topology, accelerators, search, budget", [
    ("bert_base", "npu_pod8", 8, "baseline", 1), ("bert_base", "npu_pod8", 8, "mars", 20),
    ("bert_base", "npu_pod64", 64, "mars", 2), ("llama2_7b", "npu_pod64", 64, "baseline", 1),
    ("llama2_7b_decode", "npu_pod8", 8, "mars", 5)])
def test_pods_hold_transformers(arsia, workload, topology, accelerators, search, budget):
    report = arsia("map", "--workload", workload, "--topology", topology, "--search", search, "--evaluations", budget,
                   "-o", "m.json", "--json").json
    sets = report["mapping"]["sets"]
    assert sum(len(each["accelerators"]) for each in sets) <= accelerators
    assert 0 < report["bound_ns"] <= report["latency_ns"]
    checked = arsia("check", "--workload", workload, "--topology", topology, "--mapping", "m.json")
    assert checked.out.startswith("legal: ")


@pytest.mark.parametrize("workload", MULTI_MODAL)
def test_multi_modal_networks_are_mapped(arsia, workload):
    report = arsia("map", "--workload", workload, "--topology", "f1_16xlarge", "--search", "mars", "--evaluations", 3,
                   "--json").json
    assert 0 < report["bound_ns"] <= report["latency_ns"]


def test_hidden_channels_of_a_recurrent_layer_are_shared_on_demand(arsia, tmp_path):
    """The text's second LSTM of mocap on two FPGAs: 1,000 steps, 999 exchanges of 256 channels each way."""
    (tmp_path / "steps.yaml").write_text(
        "format: arsia-workload/1\nname: steps\nelement: 32 bit\ninputs: {x: [1, 300, 1000]}\n"
        "operators: [{name: lstm, type: lstm, input: x, out_features: 512}]\n")
    (tmp_path / "m.json").write_text(
        '{"format": "arsia-mapping/1", "workload": {"name": "steps"}, "topology": {"name": "f1_16xlarge"}, "sets": '
        '[{"accelerators": ["fpga0", "fpga1"], "design": "superlip_64_7_7_14", "operators": '
        '[{"name": "lstm", "es": {"K": 2}}]}]}')
    report = arsia("simulate", "--workload", "steps.yaml", "--topology", "f1_16xlarge", "--mapping", "m.json",
                   "--json").json
    for link in ("fpga0->fpga1", "fpga1->fpga0"):
        assert report["link_bytes"][link] == 999 * 256 * 4
