// What tests, demo and bench use of the testbed.
export { openFaultProxy, type FaultProxy } from "./faults.ts";
export type { TestHost } from "./host.ts";
export { openSynapse, type Synapse } from "./synapse.ts";
export { closeTestbed, openTestbed, type Testbed } from "./testbed.ts";
