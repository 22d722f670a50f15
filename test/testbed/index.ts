// What tests, demo and bench use of the testbed.
export { cached } from "./cache.ts";
export { TestHost } from "./host.ts";
export { ensurePackages } from "./packages.ts";
export { RecipeShelf } from "./recipes.ts";
export { closeTestbed, openTestbed, type Testbed } from "./testbed.ts";
export { ensureDockerCli } from "./tools.ts";
export { pushApp } from "./images.ts";
export { openFaultProxy, type FaultProxy } from "./faults.ts";
export { openSynapse, type Account, type Synapse } from "./synapse.ts";
