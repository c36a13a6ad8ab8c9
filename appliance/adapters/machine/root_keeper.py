"""What keeps the root key, and whether this machine has something better."""

from appliance.adapters.machine.finding import Finding, MachineInputs, Verdict, text_of

_USE_TPM = (
    "Set QUIETROOM_KEYRING_PROVIDER=tpm (quietroom_keyring_provider=tpm in the inventory); best "
    "before the first session, for old blocks of the file may be retained."
)


def check_root_keeper(inputs: MachineInputs) -> Finding:
    """A device may retain what was overwritten in a file; a TPM's own memory does not give it back."""
    has_tpm = _has_tpm(inputs)
    if inputs.keyring_provider == "tpm":
        return _kept_by_tpm(inputs, has_tpm=has_tpm)
    kept = {
        "file": "The root key is kept in a file, whose old blocks the disk may retain",
        "credential": "The root key is kept in a file under a systemd credential: a copy "
        "of the keyring alone is of no use, but the disk may retain old blocks that this machine "
        "opens",
    }.get(inputs.keyring_provider, f"The root key is kept by {inputs.keyring_provider}")
    if has_tpm:
        return _root(
            Verdict.WARN, f"{kept}. This machine has a TPM 2.0, which is better.", _USE_TPM
        )
    return _root(Verdict.OK, f"{kept}; certificates say so. This machine has no TPM 2.0.")


def _kept_by_tpm(inputs: MachineInputs, *, has_tpm: bool) -> Finding:
    if inputs.is_root_late:
        return _root(
            Verdict.FAIL,
            "The TPM's hourly root is overdue: the TPM did not answer when it should have been "
            "turned, so old blocks of the last hours can still be opened, and no certificate is "
            "written.",
            "See what the keyring's log says (hourly_root_not_turned); restart the machine where "
            "its TPM has stopped answering.",
        )
    if not has_tpm:
        return _root(
            Verdict.FAIL,
            "The root key should be kept by a TPM 2.0, and this machine shows none.",
            "Switch it on in the firmware (TPM, PTT or fTPM), or choose another provider and move "
            "the root with quietroom keyring --move.",
        )
    return _root(
        Verdict.OK,
        "The root key is sealed by this machine's TPM 2.0, whose hourly root is overwritten within "
        "an hour of each destruction.",
    )


def _has_tpm(inputs: MachineInputs) -> bool:
    """The kernel says which version each TPM speaks (sysfs-class-tpm)."""
    versions = (inputs.sys / "class" / "tpm").glob("tpm*/tpm_version_major")
    return any(text_of(path) == "2" for path in versions)


def _root(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="root_keeper", promise="P5", verdict=verdict, says=says, mend=mend)
