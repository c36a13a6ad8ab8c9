"""Can the models be kept off the network: namespaces for serving."""

from appliance.adapters.machine.finding import Finding, MachineInputs, Verdict, text_of


def check_isolation(inputs: MachineInputs) -> Finding:
    """Serving loads other people's model files; a network namespace of its own keeps it inside."""
    kernel = inputs.proc / "sys"
    has_network = (inputs.proc / "self" / "ns" / "net").exists()
    if not has_network or text_of(kernel / "user" / "max_net_namespaces") == "0":
        return _isolation(
            Verdict.WARN,
            "This kernel gives no program a network of its own, so only the firewall keeps "
            "serving on this machine.",
            "Set user.max_net_namespaces with sysctl, or use a kernel with network namespaces.",
        )
    if not inputs.is_root and not _users_may_isolate(inputs):
        return _isolation(
            Verdict.WARN,
            "Only an administrator can give serving a network of its own here, so quietroom up "
            "runs it with the firewall alone.",
            "Use the service files, which systemd isolates; or set "
            "kernel.unprivileged_userns_clone=1 where the kernel has it.",
        )
    return _isolation(Verdict.OK, "Serving can be given a network of its own, with no way out.")


def _users_may_isolate(inputs: MachineInputs) -> bool:
    kernel = inputs.proc / "sys"
    return (
        (inputs.proc / "self" / "ns" / "user").exists()
        and text_of(kernel / "user" / "max_user_namespaces") != "0"
        and text_of(kernel / "kernel" / "unprivileged_userns_clone") != "0"
        and text_of(kernel / "kernel" / "apparmor_restrict_unprivileged_userns") != "1"
    )


def _isolation(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="isolation", promise="P1", verdict=verdict, says=says, mend=mend)
