"""The chart renders into what a cluster would accept, and refuses what it should not be given."""

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.deployment import cache

pytestmark = [pytest.mark.deployment, pytest.mark.needs_program("python3")]

CHART = cache.REPOSITORY / "helm" / "quietroom"
SHAPES = sorted(path.name for path in (CHART / "ci").glob("*-values.yaml"))
SCHEMAS = Path(__file__).parent / "schemas"
CUSTOM = {"RayService", "ServiceMonitor"}
MONITORING = "monitoring.coreos.com/v1/ServiceMonitor"


@pytest.fixture(scope="session")
def render(helm):
    def run(shape, *settings, apis=(MONITORING,)):
        line = [str(helm), "template", "try", str(CHART), "--namespace", "practice"]
        line += ["--values", str(CHART / "ci" / shape)]
        line += [part for api in apis for part in ("--api-versions", api)]
        line += [part for setting in settings for part in ("--set", setting)]
        done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return [each for each in yaml.safe_load_all(done.stdout) if each]

    return run


@pytest.fixture(scope="session", params=SHAPES)
def objects(request, render):
    return render(request.param)


def pods(objects):
    """(name of the object, its pod template)."""
    for each in objects:
        spec = each.get("spec", {})
        if each["kind"] in {"Deployment", "DaemonSet"}:
            yield each["kind"], spec["template"]
        elif each["kind"] == "RayService":
            yield each["kind"], spec["rayClusterConfig"]["headGroupSpec"]["template"]


def containers(objects):
    for _, pod in pods(objects):
        yield from pod["spec"].get("initContainers", [])
        yield from pod["spec"]["containers"]


def test_the_three_supported_shapes_are_tried():
    assert SHAPES == [
        "cpu-only-values.yaml",
        "external-postgres-values.yaml",
        "one-gpu-values.yaml",
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_strict_linter_finds_nothing(helm, shape):
    line = (helm, "lint", "--strict", CHART, "--values", CHART / "ci" / shape)
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 chart(s) linted, 0 chart(s) failed" in done.stdout


@pytest.mark.parametrize("shape", SHAPES)
def test_kubernetes_would_accept_every_object(tools, render, tmp_path, shape):
    own = [each for each in render(shape) if each["kind"] not in CUSTOM]
    path = tmp_path / "objects.yaml"
    path.write_text(yaml.safe_dump_all(own))
    line = (tools / "kubernetes-validate", "--strict", "--kubernetes-version", "1.31", path)
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count("passed") == len(own)


def test_custom_resources_are_of_their_kinds_shape(objects):
    for each in objects:
        if each["kind"] in CUSTOM:
            schema = json.loads((SCHEMAS / f"{each['kind']}.json").read_text())
            jsonschema.validate(each, schema)


def test_serve_is_told_to_import_what_exists(objects):
    [service] = [each for each in objects if each["kind"] == "RayService"]
    [application] = yaml.safe_load(service["spec"]["serveConfigV2"])["applications"]
    module, _, name = application["import_path"].partition(":")
    source = cache.REPOSITORY / (module.replace(".", "/") + ".py")
    assert f"def {name}(" in source.read_text()


def test_no_container_runs_as_root_or_writes_to_its_image(objects):
    for each in containers(objects):
        held = each["securityContext"]
        assert held["runAsUser"] >= 10000
        assert held["runAsNonRoot"] is True
        assert held["readOnlyRootFilesystem"] is True
        assert held["allowPrivilegeEscalation"] is False
        assert held["capabilities"] == {"drop": ["ALL"]}


def test_every_pod_is_restricted_and_has_no_token_of_the_cluster(objects):
    for _, pod in pods(objects):
        spec = pod["spec"]
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        assert not spec.get("hostNetwork")
        assert not spec.get("hostPID")
        assert not spec.get("hostIPC")
        assert not [volume for volume in spec["volumes"] if "hostPath" in volume]


def test_every_container_says_what_it_needs_and_has_probes(objects):
    for each in containers(objects):
        assert each["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in each["resources"]["limits"]
    for _, pod in pods(objects):
        for each in pod["spec"]["containers"]:
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= each.keys()


def test_every_image_is_pinned_by_digest(objects):
    assert all("@sha256:" in each["image"] for each in containers(objects))


def test_a_deny_policy_both_ways_selects_every_pod(objects):
    [deny] = [e for e in objects if e["metadata"]["name"].endswith("-deny")]
    assert deny["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in deny["spec"]
    assert "egress" not in deny["spec"]
    selected = deny["spec"]["podSelector"]["matchLabels"].items()
    assert all(selected <= pod["metadata"]["labels"].items() for _, pod in pods(objects))


def test_no_policy_lets_anything_out_to_everywhere(objects):
    for each in objects:
        for rule in each["spec"].get("egress", []) if each["kind"] == "NetworkPolicy" else []:
            assert rule["to"], each["metadata"]["name"]
            for way in rule["to"]:
                block = way.get("ipBlock", {}).get("cidr", "/32")
                assert block.endswith(("/32", "/128"))
                assert "ipBlock" in way or way.get("podSelector", {}).get("matchLabels")


def test_web_worker_and_keyring_are_in_one_pod_as_different_users(objects):
    [practice] = [pod for kind, pod in pods(objects) if kind == "Deployment"]
    users = {e["name"]: e["securityContext"]["runAsUser"] for e in practice["spec"]["containers"]}
    assert {"web", "worker", "keyring"} <= users.keys()
    assert len(set(users.values())) == len(users)


def test_only_the_keyring_mounts_its_volume(objects):
    [practice] = [pod for kind, pod in pods(objects) if kind == "Deployment"]
    holders = [
        each["name"]
        for each in practice["spec"]["containers"]
        if any(mount["name"] == "keyring" for mount in each["volumeMounts"])
    ]
    assert holders == ["keyring"]


def test_temporary_files_are_in_memory(objects):
    for kind, pod in pods(objects):
        for volume in pod["spec"]["volumes"]:
            if "emptyDir" in volume and volume["name"] != "record":
                assert volume["emptyDir"]["medium"] == "Memory", (kind, volume["name"])


def test_a_gpu_brings_the_meter_and_no_gpu_brings_none(render):
    kinds = {shape: {each["kind"] for each in render(shape)} for shape in SHAPES}
    assert "DaemonSet" in kinds["one-gpu-values.yaml"]
    assert "DaemonSet" not in kinds["cpu-only-values.yaml"]


def test_a_service_monitor_comes_only_where_the_cluster_knows_the_kind(render):
    kinds = [each["kind"] for each in render("one-gpu-values.yaml", apis=())]
    assert "ServiceMonitor" not in kinds


def test_a_database_by_url_takes_the_place_of_the_records_volume(render):
    objects = render("external-postgres-values.yaml")
    claims = [e["metadata"]["name"] for e in objects if e["kind"] == "PersistentVolumeClaim"]
    assert claims == ["try-quietroom-keyring"]
    [practice] = [pod for kind, pod in pods(objects) if kind == "Deployment"]
    told = {each["name"]: each.get("env", []) for each in practice["spec"]["containers"]}
    assert told["web"] == told["worker"] != []
    assert told["keyring"] == []


WRONG = {
    "images.appliance.digest=latest": "images.appliance.digest",
    "images.serving.digest=sha256:12": "images.serving.digest",
    "images.appliance.repository=": "images.appliance.repository",
    "web.tlsSecret=": "web.tlsSecret",
    "web.tlsSecret=Not_A_Name": "web.tlsSecret",
    "web.allowedFrom=null": "web",
    "web.allowedFrom[0]=0.0.0.0/0": "web.allowedFrom.0",
    "web.allowedFrom[0]=192.168.20.1": "web.allowedFrom.0",
    "web.serviceType=NodePort": "web.serviceType",
    "web.replicas=2": "Additional property replicas is not allowed",
    "keyring.size=64": "keyring.size",
    "record.postgres.port=0": "record.postgres.port",
    "record.postgres.existingSecret=db": "record.postgres.address",
    "serving.existingSecret=": "serving.existingSecret",
    "serving.gpus=-1": "serving.gpus",
    "serving.gpus=1": "serving.gpuNodeSelector",
    "serving.memory=lots": "serving.memory",
    "meter.enabled=true": "serving.gpus",
    "metrics.serviceMonitor=true": "metrics.namespace",
    "surprise=1": "Additional property surprise is not allowed",
}


@pytest.mark.parametrize("setting", WRONG)
def test_a_wrong_value_is_refused_by_name(helm, setting):
    line = (helm, "template", "try", CHART, "--values", CHART / "ci" / "cpu-only-values.yaml")
    done = subprocess.run(
        (*line, "--set", setting), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert WRONG[setting] in done.stderr.replace("/", "."), done.stderr


def test_values_without_a_choice_are_refused(helm):
    done = subprocess.run(
        (helm, "template", "try", CHART), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "values don't meet the specifications of the schema" in done.stderr


def test_the_chart_packs(helm, tmp_path):
    line = (helm, "package", CHART, "--destination", tmp_path)
    subprocess.run(line, capture_output=True, timeout=60, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["quietroom-0.1.0.tgz"]
