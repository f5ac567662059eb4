// Entry point of the OPC UA process: a guest of the core that holds no truth and may be killed at any moment.
import { enableCompileCache } from "node:module";
import { childChannel } from "../platform/child-process.ts";
import type { FromOpcUa, ToOpcUa } from "./messages.ts";

const channel = childChannel<FromOpcUa, ToOpcUa>();
// Compiled code of the stack is kept where NODE_COMPILE_CACHE says; loaded after this line, so that it counts.
enableCompileCache();
const { runOpcUaProcess } = await import("./run.ts");
runOpcUaProcess(channel);
