/** The rights that the kernel divides root's into: their names, and which of them an instance has anyway. */

/** By number, as in linux/capability.h. */
export const capabilityNames = [
  "chown",
  "dac_override",
  "dac_read_search",
  "fowner",
  "fsetid",
  "kill",
  "setgid",
  "setuid",
  "setpcap",
  "linux_immutable",
  "net_bind_service",
  "net_broadcast",
  "net_admin",
  "net_raw",
  "ipc_lock",
  "ipc_owner",
  "sys_module",
  "sys_rawio",
  "sys_chroot",
  "sys_ptrace",
  "sys_pacct",
  "sys_admin",
  "sys_boot",
  "sys_nice",
  "sys_resource",
  "sys_time",
  "sys_tty_config",
  "mknod",
  "lease",
  "audit_write",
  "audit_control",
  "setfcap",
  "mac_override",
  "mac_admin",
  "syslog",
  "wake_alarm",
  "block_suspend",
  "audit_read",
  "perfmon",
  "bpf",
  "checkpoint_restore",
] as const;

/** A capability, as `grants` names it: in small letters, without the kernel's `CAP_`. */
export type CapabilityName = (typeof capabilityNames)[number];

/**
 * What a program that runs as root may do without `grants`: change users and owners, and bind low ports, as servers do before
 * they become somebody else. With none of these it leaves its namespaces, changes them, or reaches a device.
 */
export const usualCapabilities: readonly CapabilityName[] = [
  "chown",
  "dac_override",
  "fowner",
  "fsetid",
  "kill",
  "setgid",
  "setuid",
  "setpcap",
  "net_bind_service",
  "net_raw",
  "sys_chroot",
  "audit_write",
  "setfcap",
];

/** The kernel's number of a capability. */
export const capabilityNumber = (name: CapabilityName): number => capabilityNames.indexOf(name);
